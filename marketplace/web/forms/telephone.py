"""The form of an order by telephone: who calls, what she wants, where and when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, StringField
from wtforms.validators import Email, Length, Optional

from marketplace.domain.doors.telephone import MOST_LINES, normal_phone
from marketplace.domain.orders import WrongQuantity, check_quantity
from marketplace.services.trade.orders import Wanted
from marketplace.web.formats import euro
from marketplace.web.forms.fields import QuantityField, ReadField, choices_of
from marketplace.web.forms.orders import WhereAndWhen
from marketplace.web.forms.trade.times import InstantField
from marketplace.web.messages import sentence
from marketplace.web.words import UNIT_WORDS

NEW = "new"


class Offered(Protocol):
    """What this file reads of a listing."""

    @property
    def public_id(self) -> str: ...  # noqa: D102

    @property
    def title(self) -> str: ...  # noqa: D102

    @property
    def unit(self) -> str: ...  # noqa: D102

    @property
    def price_cents(self) -> int: ...  # noqa: D102

    @property
    def membership(self) -> Any: ...  # noqa: D102


class KnownBuyer(Protocol):
    """What this file reads of a buyer who was found."""

    @property
    def key(self) -> str: ...  # noqa: D102

    @property
    def name(self) -> str: ...  # noqa: D102

    @property
    def address(self) -> str: ...  # noqa: D102


class PhoneField(ReadField):
    """A telephone number; `data` is +31612345678 or None."""

    def _read(self, typed: str) -> str:
        found = normal_phone(typed) if len(typed) <= 30 else None
        if found is None:
            raise ValueError(
                _("Schrijf een telefoonnummer van tien cijfers. Bijvoorbeeld 06 12345678.")
            )
        return found


class TelephoneForm(WhereAndWhen):
    """What is the same for every cooperative; `of` adds the rows with its offers."""

    typed = StringField(
        _l("E-mailadres of telefoonnummer"),
        [Optional(), Length(max=254, message=_l("Neem hoogstens %(max)d tekens."))],
    )
    buyer = RadioField(_l("Wie is het?"), [Optional()], validate_choice=False, default=NEW)
    name = StringField(
        _l("Naam"), [Optional(), Length(max=80, message=_l("Neem hoogstens %(max)d tekens."))]
    )
    phone: Any = PhoneField(_l("Telefoonnummer"), [Optional()])
    email = StringField(
        _l("E-mailadres"),
        [
            Optional(),
            Length(max=254, message=_l("Neem hoogstens %(max)d tekens.")),
            Email(_l("Dit is geen e-mailadres. Bijvoorbeeld naam@voorbeeld.nl.")),
        ],
    )
    shown = HiddenField(default="1")

    offers: dict[str, Offered]

    @classmethod
    def of(cls, offers: Sequence[Offered], **options: Any) -> TelephoneForm:
        """Give the form with MOST_LINES rows of offers, of which `shown` are to be seen."""
        choices = [
            ("", _l("Kies een dienst of product")),
            *((one.public_id, _told(one)) for one in offers),
        ]
        fields: dict[str, Any] = {"offers": {one.public_id: one for one in offers}}
        for number in range(MOST_LINES):
            fields[f"listing_{number}"] = SelectField(
                _l("Wat?"), [Optional()], choices=choices_of(choices)
            )
            fields[f"quantity_{number}"] = QuantityField(_l("Hoeveel?"), [Optional()])
            fields[f"starts_at_{number}"] = InstantField(_l("Welke tijd?"), [Optional()])
        form: TelephoneForm = type("TelephoneFormOfCooperative", (cls,), fields)(**options)
        return form

    def know(self, found: Iterable[KnownBuyer]) -> None:
        """Let somebody who was found be chosen; the first one is, and her address is filled in."""
        known = list(found)
        self.buyer.choices = choices_of(
            [
                *((one.key, f"{one.name}, {one.address}".rstrip(", ")) for one in known),
                (NEW, _("Iemand anders: een nieuwe koper")),
            ]
        )
        if known and self.buyer.data not in {one.key for one in known}:
            self.buyer.data = known[0].key
            if not self.address.data:
                self.address.data = known[0].address

    def ask_for(self) -> None:
        """Mark what has to be filled in, as it stands: a known buyer has a name and a number already."""
        for field in (self.name, self.phone):
            field.flags.required = self.is_new
        self.rows[0][0].flags.required = True

    @property
    def is_new(self) -> bool:
        """Tell whether the buyer is somebody new."""
        return (self.buyer.data or NEW) == NEW

    @property
    def count(self) -> int:
        """How many rows are to be seen."""
        typed = self.shown.data or ""
        count = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 3 else 1
        return min(max(count, 1), MOST_LINES)

    @property
    def rows(self) -> list[tuple[Any, Any, Any]]:
        """The rows to be seen: listing, quantity, time."""
        return [
            (self[f"listing_{number}"], self[f"quantity_{number}"], self[f"starts_at_{number}"])
            for number in range(self.count)
        ]

    def wanted(self) -> list[Wanted]:
        """Give what was chosen."""
        return [
            Wanted(listing.data, quantity.data or 100, starts_at.data)
            for listing, quantity, starts_at in self.rows
            if listing.data
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        """Say at each field what is missing, all at once."""
        good = bool(super().validate(extra_validators))
        for field, wanting in (
            (self.name, self.is_new and not (self.name.data or "").strip()),
            (self.phone, self.is_new and not self.phone.data and not self.phone.errors),
            (self.rows[0][0], not self.wanted() and not self.rows[0][0].errors),
        ):
            if wanting:
                field.errors = [_MISSING[field.short_name]]
                good = False
        return self._quantities_fit() and good

    def _quantities_fit(self) -> bool:
        good = True
        for listing, quantity, _starts_at in self.rows:
            offer = self.offers.get(listing.data or "")
            if offer is None or quantity.data is None:
                continue
            try:
                check_quantity(offer.unit, quantity.data)
            except WrongQuantity as fault:
                quantity.errors = [sentence(fault)]
                good = False
        return good


_MISSING = {
    "name": _l("Schrijf de naam van de koper op."),
    "phone": _l("Schrijf een nummer op. Dan kun je terugbellen."),
    "listing_0": _l("Kies wat de koper wil."),
}


def _told(one: Offered) -> str:
    return f"{one.title} · {one.membership.trade_name} · {euro(one.price_cents)} {UNIT_WORDS[one.unit]}"
