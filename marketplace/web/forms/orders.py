"""The form to ask for a service or to order a product. It checks shape only."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from marketplace.domain import delivery
from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.delivery import Handover, place_in
from marketplace.domain.errors import Refused
from marketplace.domain.orders import WrongQuantity, check_quantity
from marketplace.web.forms.fields import DayField, QuantityField, choices_of, one_line
from marketplace.web.forms.trade.times import InstantField
from marketplace.web.messages import sentence


def _new_key() -> str:
    return secrets.token_urlsafe(16)


class WhereAndWhen(FlaskForm):  # type: ignore[misc]
    """When and where. `key` makes a double click one order."""

    key: Any = HiddenField(default=_new_key, validators=[DataRequired(), Length(max=64)])
    wanted_on: Any = DayField(_l("Wanneer?"), [Optional()], render_kw={"type": "date"})
    address = StringField(
        _l("Waar?"), [Length(max=120, message=_l("Neem hoogstens 120 tekens."))], filters=[one_line]
    )
    deliver_to = StringField(
        _l("Postcode en plaats"),
        [Length(max=70, message=_l("Neem hoogstens 70 tekens."))],
        filters=[one_line],
        description=_l("Waar moet het heen? Bijvoorbeeld: 4811 AA Breda."),
    )
    note = TextAreaField(
        _l("Wil je er iets bij zeggen?"),
        [Optional(), Length(max=1000, message=_l("Neem hoogstens 1000 tekens."))],
    )

    def __init__(self, *, now: dt.datetime, brought: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self._today = day_in_amsterdam(now)
        self._brought = brought
        if brought:
            self.ask_where()

    @property
    def is_brought(self) -> bool:
        """Tell whether something is to be brought, so that it must be known where."""
        return self._brought

    def ask_where(self) -> None:
        """Show that street and place cannot be left out."""
        self.address.flags.required = self.deliver_to.flags.required = True

    def name_address(self, label: str) -> None:
        """Ask for the address in other words: goods need a street where a service needs a where."""
        self.address.label.text = label

    def validate_address(self, field: Any) -> None:
        """Ask for a street where something is brought."""
        if self.is_brought and not field.data:
            raise ValidationError(_l("Vul je straat en huisnummer in. Daar wordt het bezorgd."))

    def validate_deliver_to(self, field: Any) -> None:
        """Ask for a place where something is brought."""
        if self.is_brought and not place_in(field.data or ""):
            raise ValidationError(_l("Vul je postcode en plaats in. Bijvoorbeeld 4811 AA Breda."))

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
    handover: Any = RadioField(_l("Ophalen of bezorgen?"), validate_choice=False)

    def __init__(
        self,
        *,
        unit: str,
        now: dt.datetime,
        ways: Sequence[tuple[str, str]] = (),
        **options: Any,
    ) -> None:
        super().__init__(now=now, **options)
        self._unit = unit
        self.handover.choices = choices_of(ways)
        if not ways:
            del self.handover
        elif self.handover.data is None:
            self.handover.data = ways[0][0]
        if ways:
            self.name_address(_l("Straat en huisnummer"))
        if [way for way, _said in ways] == [Handover.DELIVERY]:
            self.ask_where()

    @property
    def way(self) -> str | None:
        """How goods are to change hands; None for a service."""
        return self.handover.data if "handover" in self else None

    @property
    def is_brought(self) -> bool:
        """Tell whether the buyer chose to have it brought."""
        return self.way == Handover.DELIVERY

    def validate_handover(self, field: Any) -> None:
        """Take only what the maker does."""
        if field.data not in {choice[0] for choice in field.iter_choices()}:
            raise ValidationError(_l("Kies of je het ophaalt of laat bezorgen."))

    def validate_quantity(self, field: Any) -> None:
        """Say at the field what the unit does not know."""
        try:
            check_quantity(self._unit, field.data)
        except WrongQuantity as fault:
            raise ValidationError(sentence(fault)) from fault


# Refusals about bringing, and beside which field each is told.
DELIVERY_REFUSALS = (
    delivery.HandoverNotChosen,
    delivery.NoStreet,
    delivery.PlaceUnknown,
    delivery.TooFar,
)


def tell_beside(form: WhereAndWhen, fault: Refused) -> None:
    """Put a refusal about bringing beside its field; what was typed stays."""
    name = {delivery.HandoverNotChosen: "handover", delivery.NoStreet: "address"}.get(
        type(fault), "deliver_to"
    )
    if name in form:
        form[name].errors = [sentence(fault)]
    else:
        form.form_errors.append(sentence(fault))
