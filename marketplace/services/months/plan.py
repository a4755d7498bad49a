"""A job that is thought of: what it costs a buyer and the member, taken apart by the VAT of its day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from marketplace.domain.costs import as_booked
from marketplace.domain.vat import Scheme, inside
from marketplace.models.orders import OrderLine
from marketplace.services.books import vat
from marketplace.services.books.positions import comes
from marketplace.services.months.standing import Known


@dataclass(frozen=True, slots=True)
class Plan:
    """A job that is thought of, in cents: `accepted_cents` is its net when it is among what comes already.

    Costs stand as they are paid, with the VAT in them that comes back.
    """

    gross_cents: int
    vat_cents: int
    costs_cents: int
    costs_vat_cents: int
    on: dt.date
    accepted_cents: int = 0

    @property
    def sold_cents(self) -> int:
        """The price without VAT."""
        return self.gross_cents - self.vat_cents

    @property
    def costs_net_cents(self) -> int:
        """The costs without the VAT that comes back."""
        return self.costs_cents - self.costs_vat_cents

    @property
    def net_cents(self) -> int:
        """What the job adds to the result."""
        return self.sold_cents - self.costs_net_cents


def plan_of(
    known: Known,
    *,
    line: OrderLine | None,
    gross_cents: int,
    vat_category: str,
    costs_cents: int,
    costs_vat_cents: int,
    on: dt.date,
) -> Plan:
    """Give the plan for a price; a line of an order keeps its own VAT, and is not counted twice.

    Without VAT (KOR) none is in the price, and none of the costs comes back.
    """
    scheme: Scheme = "charges" if known.charges_vat else "kor"
    as_asked = line is not None and gross_cents == line.gross_cents
    vat_cents = (
        line.vat_cents
        if line is not None and as_asked
        else inside(gross_cents, vat.rate(vat_category, on, scheme))
    )
    booked = as_booked(costs_cents, costs_vat_cents, scheme)
    return Plan(
        gross_cents,
        vat_cents,
        costs_cents,
        booked.vat_cents,
        on,
        line.net_cents if line is not None and comes(line) else 0,
    )
