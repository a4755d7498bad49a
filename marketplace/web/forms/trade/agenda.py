"""Forms of a member's calendar: the hours of her week, days off, and another time for an appointment."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from marketplace.domain.availability import Hours
from marketplace.services.booking.calendars import MOST_BLOCKED, Limits
from marketplace.web.forms.fields import DayField
from marketplace.web.forms.trade.times import HoursField, InstantField

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _limit(label: Any, most: int, hint: Any, least: int = 0) -> Any:
    message = _l("Vul een getal in van %(min)s tot en met %(max)s.")
    return IntegerField(
        label,
        [InputRequired(_l("Vul een getal in.")), NumberRange(least, most, message=message)],
        description=hint,
    )


class WeekForm(FlaskForm):  # type: ignore[misc]
    """When a member works in a normal week; an empty day is a day off."""

    mon: Any = HoursField(_l("Maandag"), [Optional()])
    tue: Any = HoursField(_l("Dinsdag"), [Optional()])
    wed: Any = HoursField(_l("Woensdag"), [Optional()])
    thu: Any = HoursField(_l("Donderdag"), [Optional()])
    fri: Any = HoursField(_l("Vrijdag"), [Optional()])
    sat: Any = HoursField(_l("Zaterdag"), [Optional()])
    sun: Any = HoursField(_l("Zondag"), [Optional()])
    buffer_minutes = _limit(
        _l("Minuten tussen twee afspraken"), 240, _l("Voor de reis en om op adem te komen.")
    )
    per_day = _limit(_l("Afspraken op een dag, hoogstens"), 20, None, least=1)
    notice_hours = _limit(
        _l("Uren vooraf"), 720, _l("Zo lang van tevoren moet iemand boeken. 24 is een dag.")
    )

    def hours(self) -> list[Hours]:
        """Give the hours of the week, once the form is valid."""
        return [
            Hours(number, opens, closes)
            for number, name in enumerate(DAYS)
            for opens, closes in self[name].data or ()
        ]

    def limits(self) -> Limits:
        """Give the limits, once the form is valid."""
        return Limits(self.buffer_minutes.data, self.per_day.data, self.notice_hours.data)


class DaysOffForm(FlaskForm):  # type: ignore[misc]
    """Days on which a member takes no appointments; one day or some in a row."""

    first: Any = DayField(
        _l("Eerste dag"), [InputRequired(_l("Kies een dag."))], render_kw={"type": "date"}
    )
    last: Any = DayField(_l("Laatste dag"), [Optional()], render_kw={"type": "date"})

    def __init__(self, *, today: dt.date, **options: Any) -> None:
        super().__init__(**options)
        self._today = today

    def validate_first(self, field: Any) -> None:
        """Refuse what is over or more than two years away."""
        if field.data and not self._today <= field.data <= self._today + dt.timedelta(days=730):
            raise ValidationError(_("Kies een dag die nog komt."))

    def validate_last(self, field: Any) -> None:
        """Refuse an end before the beginning, and a stretch that is very long."""
        if not field.data or not self.first.data:
            return
        days = (field.data - self.first.data).days + 1
        if days < 1:
            raise ValidationError(_("De laatste dag komt na de eerste."))
        if days > MOST_BLOCKED:
            raise ValidationError(_("Neem hoogstens %(most)s dagen per keer.", most=MOST_BLOCKED))


class MoveForm(FlaskForm):  # type: ignore[misc]
    """Another time for an appointment."""

    starts_at: Any = InstantField(_l("Nieuwe tijd"), [InputRequired(_l("Kies een tijd."))])
