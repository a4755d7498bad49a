"""Forms of statements: confirming what was seen, hours, a question about a line and its answer."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, ValidationError

from marketplace.web.forms.fields import QuantityField

MOST_HOURS = 744_00  # of a month of 31 days
_LONG = _l("Deze tekst is te lang. Houd het bij een paar zinnen.")


class ConfirmForm(FlaskForm):  # type: ignore[misc]
    """Which version the member saw; another one in the meantime is shown again first."""

    version = IntegerField(validators=[InputRequired(), NumberRange(1, 10_000)])


class MarkForm(FlaskForm):  # type: ignore[misc]
    """Which line of which version is right."""

    line = StringField(validators=[InputRequired(), Length(max=20)])
    version = IntegerField(validators=[InputRequired(), NumberRange(1, 10_000)])


class HoursForm(FlaskForm):  # type: ignore[misc]
    """Hours worked in the month, in quarters; nobody has to tell."""

    hours = QuantityField(
        _l("Hoeveel uur heb je gewerkt?"),
        zero=True,
        largest=MOST_HOURS,
        description=_l("Op het kwartier. Bijvoorbeeld 12,25."),
    )

    def validate_hours(self, field: Any) -> None:
        """Refuse what is not whole quarters."""
        if field.data is not None and field.data % 25:
            raise ValidationError(_("Schrijf kwartieren: 0,25, 0,5 of 0,75."))

    @property
    def quarters(self) -> int | None:
        """The hours in quarters; None when nothing was filled in."""
        return None if self.hours.data is None else self.hours.data // 25


class QuestionForm(FlaskForm):  # type: ignore[misc]
    """What is not right about a line."""

    line = HiddenField()
    version = HiddenField()
    text = TextAreaField(
        _l("Wat klopt er niet?"),
        [
            DataRequired(_l("Schrijf in een paar woorden wat er niet klopt.")),
            Length(max=600, message=_LONG),
        ],
        description=_l("Alleen jij en je coördinator lezen dit."),
    )


class AnswerForm(FlaskForm):  # type: ignore[misc]
    """The coordinator's answer."""

    text = TextAreaField(
        _l("Jouw antwoord"),
        [
            DataRequired(_l("Schrijf een antwoord.")),
            Length(max=600, message=_LONG),
        ],
        description=_l("Het lid leest dit bij de opgave en krijgt een mail."),
    )
