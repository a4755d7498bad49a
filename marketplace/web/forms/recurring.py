"""The form of a service that comes back: how much, how often, from when till when."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import Optional, ValidationError

from marketplace.domain.doors.recurring import Every
from marketplace.services.doors.series import Wish
from marketplace.web.forms.fields import DayField, choices_of
from marketplace.web.forms.orders import OrderForm

EVERY_WORDS = {
    "week": _l("Elke week"),
    "two_weeks": _l("Elke twee weken"),
    "month": _l("Elke maand"),
}
LONGEST_YEARS = 5


class SeriesForm(OrderForm):
    """As an order, with a rhythm; `wanted_on` is the first day."""

    every = RadioField(_l("Hoe vaak?"), choices=choices_of(EVERY_WORDS.items()), default="week")
    wanted_on: Any = DayField(_l("Eerste keer"), [Optional()], render_kw={"type": "date"})
    ends_on: Any = DayField(_l("Laatste keer"), [Optional()], render_kw={"type": "date"})

    def validate_ends_on(self, field: Any) -> None:
        """Refuse an end before the beginning, and one that nobody can oversee."""
        first = self.first_day()
        if field.data is None or first is None:
            return
        if field.data < first:
            raise ValidationError(_("De laatste keer komt na de eerste."))
        if field.data > first + dt.timedelta(days=366 * LONGEST_YEARS):
            raise ValidationError(_("Kies een dag binnen vijf jaar, of laat dit leeg."))

    def first_day(self) -> dt.date | None:
        """Give the first day, by time or by day."""
        chosen: dt.datetime | None = self.starts_at.data
        day: dt.date | None = self.wanted_on.data
        return chosen.date() if chosen is not None else day

    def wish(self) -> Wish:
        """Give what was asked."""
        return Wish(
            quantity_hundredths=self.quantity.data,
            every=Every(self.every.data),
            first_on=self.wanted_on.data,
            ends_on=self.ends_on.data,
            starts_at=self.starts_at.data,
            note=(self.note.data or "").strip(),
            address=(self.address.data or "").strip(),
        )
