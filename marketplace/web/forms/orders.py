"""The form to ask for a service or to order a product. It checks shape only."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.orders import WrongQuantity, check_quantity
from marketplace.web.forms.fields import DayField, QuantityField
from marketplace.web.forms.trade.times import InstantField
from marketplace.web.messages import sentence


def _new_key() -> str:
    return secrets.token_urlsafe(16)


class WhereAndWhen(FlaskForm):  # type: ignore[misc]
    """When and where. `key` makes a double click one order."""

    key: Any = HiddenField(default=_new_key, validators=[DataRequired(), Length(max=64)])
    wanted_on: Any = DayField(_l("Wanneer?"), [Optional()], render_kw={"type": "date"})
    address = StringField(
        _l("Waar?"), [Optional(), Length(max=200, message=_l("Neem hoogstens 200 tekens."))]
    )
    note = TextAreaField(
        _l("Wil je er iets bij zeggen?"),
        [Optional(), Length(max=1000, message=_l("Neem hoogstens 1000 tekens."))],
    )

    def __init__(self, *, now: dt.datetime, **options: Any) -> None:
        super().__init__(**options)
        self._today = day_in_amsterdam(now)

    def validate_wanted_on(self, field: Any) -> None:
        """Refuse a day that is over or more than two years away."""
        if field.data is None:
            return
        if not self._today <= field.data <= self._today + dt.timedelta(days=730):
            raise ValidationError(_l("Kies een dag die nog komt."))


class OrderForm(WhereAndWhen):
    """What, when and where, of one listing."""

    quantity: Any = QuantityField(_l("Hoeveel?"), [InputRequired(_l("Vul in hoeveel je wilt."))])
    starts_at: Any = InstantField(_l("Welke tijd?"), [Optional()])

    def __init__(self, *, unit: str, now: dt.datetime, **options: Any) -> None:
        super().__init__(now=now, **options)
        self._unit = unit

    def validate_quantity(self, field: Any) -> None:
        """Say at the field what the unit does not know."""
        try:
            check_quantity(self._unit, field.data)
        except WrongQuantity as fault:
            raise ValidationError(sentence(fault)) from fault
