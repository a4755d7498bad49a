"""Forms of complaints: what is wrong, what the member says, and what the coordinator decides."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    Optional,
    Regexp,
    ValidationError,
)

from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.talking.complaints import RedoDayRefused, check_redo_day
from marketplace.domain.talking.talk import LONGEST_TEXT
from marketplace.web.forms.fields import DayField, MoneyField, choices_of
from marketplace.web.forms.talk.messages import MessageForm
from marketplace.web.forms.trade.refunds import LIABLE_NAMES
from marketplace.web.messages import sentence

PROBLEM_WORDS: dict[str, LazyString] = {
    "not_delivered": _l("Het is er niet gekomen"),
    "not_as_agreed": _l("Het is anders dan afgesproken"),
    "not_good": _l("Het is niet goed gedaan"),
    "damaged": _l("Er is iets stuk"),
    "price": _l("De prijs klopt niet"),
    "other": _l("Iets anders"),
}
WISH_WORDS: dict[str, LazyString] = {
    "redo": _l("Dat het opnieuw gedaan of in orde gemaakt wordt"),
    "part": _l("Een deel van het geld terug"),
    "whole": _l("Al het geld terug"),
    "tell": _l("Niets. Alleen vertellen"),
}
ANSWER_WORDS: dict[str, LazyString] = {
    "redo": _l("Ik doe het opnieuw, of maak het in orde"),
    "part": _l("Een deel van het geld mag terug"),
    "word": _l("Ik leg uit wat er is gebeurd"),
    "help": _l("Ik kom er niet uit. De coördinator mag helpen"),
}
DECISION_WORDS: dict[str, LazyString] = {
    "redo": _l("Het wordt opnieuw gedaan of in orde gemaakt"),
    "refund": _l("Er gaat geld terug"),
    "no": _l("Hier volgt niets meer op"),
}
_LENGTH = Length(max=LONGEST_TEXT, message=_l("Neem hoogstens 2000 tekens."))
_PHOTO = _l("JPG, PNG of WebP. De plek waar je de foto nam, halen we eruit.")


def ask_amount(field: Any) -> None:
    """Ask at the field for an amount; whether there is so much left is for the rules to say."""
    if field.data is None and not field.errors:
        raise ValidationError(_("Vul een bedrag in."))


def _new_key() -> str:
    return secrets.token_urlsafe(16)


class ComplaintForm(FlaskForm):  # type: ignore[misc]
    """What a buyer says; `key` makes a double click one complaint."""

    key = HiddenField(default=_new_key, validators=[DataRequired(), Length(max=64)])
    problem = RadioField(
        _l("Wat is er?"),
        [InputRequired(_l("Kies wat er is."))],
        choices=choices_of(PROBLEM_WORDS.items()),
    )
    text = TextAreaField(
        _l("Vertel het in je eigen woorden"),
        [DataRequired(_l("Vertel in een paar woorden wat er is.")), _LENGTH],
        description=_l("Bijvoorbeeld: de achterkant van de heg is niet geknipt."),
    )
    photo = FileField(_l("Foto"), [Optional()], description=_PHOTO)
    wish = RadioField(
        _l("Wat wil je?"),
        [InputRequired(_l("Kies wat je wilt."))],
        choices=choices_of(WISH_WORDS.items()),
    )
    amount = MoneyField(_l("Hoeveel wil je terug?"))

    def validate_amount(self, field: Any) -> None:
        """Ask for an amount where a part is wished."""
        if self.wish.data == "part":
            ask_amount(field)

    def content(self) -> bytes | None:
        """Give the bytes of the photo, or None where none was chosen."""
        return self.photo.data.read() if self.photo.data else None


class SeenForm(FlaskForm):  # type: ignore[misc]
    """A step: `seen` is how many steps the page knew of."""

    seen = HiddenField(validators=[InputRequired(), Length(max=6), Regexp(r"[0-9]+\Z")])

    def steps(self) -> int:
        """Give how many steps the page knew of."""
        return int(self.seen.data or 0)


class ReactionForm(SeenForm):
    """A step with words that nobody has to write; its prefix keeps it apart from other forms of the page."""

    text = TextAreaField(_l("Wil je er iets bij zeggen?"), [Optional(), _LENGTH])

    def __init__(self, **options: Any) -> None:
        super().__init__(prefix="reactie-", **options)


class WordsForm(MessageForm):
    """Words or a photo that are added; its prefix keeps it apart from other forms of the page."""

    def __init__(self, **options: Any) -> None:
        super().__init__(prefix="erbij-", **options)


class _DatedForm(SeenForm):
    """A choice that may need a day or an amount; only what belongs to the choice is asked."""

    money = "part"  # the choice that needs an amount

    def __init__(self, *, now: dt.datetime, **options: Any) -> None:
        super().__init__(**options)
        self._today = day_in_amsterdam(now)

    def validate_on_day(self, field: Any) -> None:
        """Ask for a day that is still to come where it is done again."""
        if self["how"].data != "redo" or field.errors:
            return
        if field.data is None:
            raise ValidationError(_("Vul de dag in."))
        try:
            check_redo_day(field.data, self._today)
        except RedoDayRefused as fault:
            raise ValidationError(sentence(fault)) from fault

    def validate_amount(self, field: Any) -> None:
        """Ask for an amount where money goes back."""
        if self["how"].data == self.money:
            ask_amount(field)


class AnswerForm(_DatedForm):
    """What a member can do about it."""

    how = RadioField(
        _l("Wat kun je doen?"),
        [InputRequired(_l("Kies wat je kunt doen."))],
        choices=choices_of(ANSWER_WORDS.items()),
    )
    on_day = DayField(_l("Op welke dag doe je het opnieuw?"), render_kw={"type": "date"})
    amount = MoneyField(_l("Hoeveel mag er terug?"))
    text = TextAreaField(
        _l("Jouw antwoord"),
        [_LENGTH],
        description=_l("De koper en de coördinator lezen dit."),
    )

    def validate_text(self, field: Any) -> None:
        """Ask for words where the answer is an explanation."""
        if self.how.data == "word" and not (field.data or "").strip():
            raise ValidationError(_("Schrijf op wat er is gebeurd."))


class DecisionForm(_DatedForm):
    """What a coordinator decides, and why."""

    money = "refund"
    how = RadioField(
        _l("Wat besluit je?"),
        [InputRequired(_l("Kies een besluit."))],
        choices=choices_of(DECISION_WORDS.items()),
    )
    on_day = DayField(_l("Op welke dag?"), render_kw={"type": "date"})
    amount = MoneyField(_l("Hoeveel gaat er terug?"))
    liable = RadioField(
        _l("Voor wie is het geld, als er al geleverd is?"),
        [Optional()],
        choices=choices_of(LIABLE_NAMES.items()),
        default="cooperative",
        description=_l(
            "Wordt de pot van het lid hierdoor minder dan nul, dan vult nieuw werk dat aan. "
            "Niemand hoeft iets bij te betalen."
        ),
    )
    text = TextAreaField(
        _l("Waarom?"),
        [DataRequired(_l("Schrijf op waarom je dit besluit.")), _LENGTH],
        description=_l("De koper en het lid lezen dit allebei."),
    )
