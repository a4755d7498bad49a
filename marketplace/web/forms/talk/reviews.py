"""Forms of reviews: writing one, answering it, and taking it out of sight."""

from __future__ import annotations

from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from marketplace.domain.talking.reviews import LONGEST_REVIEW
from marketplace.web.forms.fields import choices_of

_TEXT = [
    DataRequired(_l("Schrijf er een paar woorden bij.")),
    Length(max=LONGEST_REVIEW, message=_l("Neem hoogstens 1000 tekens.")),
]
SCORE_WORDS: dict[int, LazyString] = {
    5: _l("Heel goed"),
    4: _l("Goed"),
    3: _l("Gewoon"),
    2: _l("Niet zo goed"),
    1: _l("Slecht"),
}
REASON_WORDS: dict[str, LazyString] = {
    "insult": _l("Er staat een belediging of een bedreiging in"),
    "hateful": _l("Er staat discriminatie in"),
    "personal": _l("Er staan gegevens van iemand in"),
    "off_topic": _l("Het gaat niet over de bestelling"),
    "advert": _l("Het is reclame"),
    "on_request": _l("De schrijver vraagt het zelf"),
}
# Nobody can choose these any more; reviews that were hidden under them still say so.
FORMER_REASON_WORDS: dict[str, LazyString] = {"untrue": _l("Het klopt niet")}


class ReviewForm(FlaskForm):  # type: ignore[misc]
    """How it was, in one of five words, and why."""

    score: Any = RadioField(
        _l("Hoe was het?"),
        [InputRequired(_l("Kies een van de vijf."))],
        choices=choices_of([(str(score), word) for score, word in SCORE_WORDS.items()]),
    )
    text: Any = TextAreaField(_l("Vertel"), _TEXT)


class ReplyForm(FlaskForm):  # type: ignore[misc]
    """The member's answer."""

    text: Any = TextAreaField(_l("Jouw antwoord"), _TEXT)


class HideForm(FlaskForm):  # type: ignore[misc]
    """Why a review goes out of sight."""

    reason: Any = RadioField(
        _l("Waarom haal je dit weg?"),
        [InputRequired(_l("Kies een reden."))],
        choices=choices_of(REASON_WORDS.items()),
        description=_l(
            "Een slecht cijfer is geen reden. Of iets waar is, kun je niet zien: "
            "klopt er iets niet, dan kan het lid antwoorden."
        ),
    )
