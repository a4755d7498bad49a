"""The form of our side of a dispute: what was sold, when it was delivered, and what we say."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from marketplace.domain.disputes import MOST_STORY
from marketplace.web.forms.fields import DayField


class EvidenceForm(FlaskForm):  # type: ignore[misc]
    """What is handed in once; the log of the order goes along by itself."""

    what = StringField(_l("Wat is er verkocht?"), [InputRequired(), Length(max=500)])
    delivered_on = DayField(_l("Wanneer is het geleverd?"), [Optional()])
    story = TextAreaField(
        _l("Wat is er gebeurd?"), [InputRequired(), Length(min=20, max=MOST_STORY)]
    )
