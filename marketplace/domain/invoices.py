"""What a correct Dutch invoice holds (Wet OB 35a), its number, its sums per rate, and a credit note's lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Literal

from marketplace.domain.errors import Refused
from marketplace.domain.money import round_half_up
from marketplace.domain.vat import Scheme, of_document

Kind = Literal["invoice", "credit"]
KOR_TEXT = (
    "Vrijgesteld van omzetbelasting op grond van artikel 25 van de Wet op de omzetbelasting 1968"
    " (kleineondernemersregeling)."
)
_ADDRESS = re.compile(
    r"^\s*(?P<street>[^,\n]+?)\s*[,\n]\s*(?P<postcode>[1-9]\d{3}\s?[A-Za-z]{2})\s*,?\s+(?P<place>[^,\n]+?)\s*$"
)


class CreditTooLarge(Refused):
    """A credit note takes back no more than what is left of the invoice."""

    code: ClassVar[str] = "invoice_credit_too_large"


@dataclass(frozen=True, slots=True)
class Seller:
    """The cooperative as its invoices name it."""

    name: str
    address: str
    postcode: str
    place: str
    kvk_number: str
    vat_number: str
    iban: str
    email: str
    # The name in which the account stands, where it is another one; a bank compares it.
    account_name: str = ""


@dataclass(frozen=True, slots=True)
class Buyer:
    """The buyer as the invoice names her; street, postcode and place as far as they are known."""

    name: str
    address: str
    street: str = ""
    postcode: str = ""
    place: str = ""

    @property
    def has_full_address(self) -> bool:
        """Tell whether the address has all that an electronic invoice asks."""
        return bool(self.street and self.postcode and self.place)


@dataclass(frozen=True, slots=True)
class Line:
    """One line; amounts in cents and positive, also on a credit note.

    `delivery_cents` of the gross is what bringing the goods costs.
    """

    order_line_id: int
    title: str
    unit: str
    quantity_hundredths: int
    vat_rate: str
    gross_cents: int
    net_cents: int
    vat_cents: int
    delivery_cents: int = 0

    @property
    def delivery_net_cents(self) -> int:
        """What of the net is for bringing: the share of the gross, half a cent up."""
        if not self.delivery_cents:
            return 0
        return round_half_up(Fraction(self.net_cents * self.delivery_cents, self.gross_cents))


@dataclass(frozen=True, slots=True)
class Subtotal:
    """What one document holds of one rate."""

    vat_rate: str
    net_cents: int
    vat_cents: int


def label(year: int, number: int) -> str:
    """Write a number as it stands on paper: 2026-000123."""
    return f"{year}-{number:06d}"


def missing(seller: Seller, *, payable: bool) -> tuple[str, ...]:
    """Name what the law asks and the cooperative did not fill in; an open bill asks an account too."""
    asked = ["name", "address", "postcode", "place", "kvk_number", "vat_number"]
    if payable:
        asked.append("iban")
    return tuple(one for one in asked if not getattr(seller, one))


def buyer_of(name: str, address: str) -> Buyer:
    """Read street, postcode and place out of an address such as "Dorpsstraat 1, 1234 AB Ons Dorp"."""
    found = _ADDRESS.match(address)
    if found is None:
        return Buyer(name, address.strip())
    postcode = found["postcode"].replace(" ", "").upper()
    return Buyer(
        name,
        address.strip(),
        found["street"],
        f"{postcode[:4]} {postcode[4:]}",
        found["place"],
    )


def subtotals(lines: Iterable[Line]) -> list[Subtotal]:
    """Add the lines up by rate, the highest rate first."""
    sums: dict[str, tuple[int, int]] = {}
    for line in lines:
        net, vat = sums.get(line.vat_rate, (0, 0))
        sums[line.vat_rate] = (net + line.net_cents, vat + line.vat_cents)
    order = sorted(sums, key=Fraction, reverse=True)
    return [Subtotal(rate, *sums[rate]) for rate in order]


def left(lines: Sequence[Line], credited: Iterable[Line]) -> dict[int, tuple[int, int]]:
    """Give, by order line, the gross and the VAT of an invoice that credit notes did not take back."""
    open_ = {line.order_line_id: (line.gross_cents, line.vat_cents) for line in lines}
    for line in credited:
        gross, vat = open_[line.order_line_id]
        open_[line.order_line_id] = (gross - line.gross_cents, vat - line.vat_cents)
    return open_


def credit_lines(
    lines: Sequence[Line], credited: Sequence[Line], cents: Mapping[int, int]
) -> list[Line]:
    """Give the lines of a credit note: gross cents by order line, VAT per rate as on any document.

    What takes the last of a line takes the last of its VAT, so that all notes together are the
    invoice. CreditTooLarge for more than is left, for nothing, and for a line that is not there.
    """
    open_ = left(lines, credited)
    chosen = [line for line in lines if cents.get(line.order_line_id)]
    if not chosen or any(key not in open_ for key in cents):
        raise CreditTooLarge
    if any(not 0 < cents[one.order_line_id] <= open_[one.order_line_id][0] for one in chosen):
        raise CreditTooLarge
    taxed = of_document([(cents[one.order_line_id], Fraction(one.vat_rate)) for one in chosen])
    made = []
    for line, part in zip(chosen, taxed, strict=True):
        gross, vat_left = open_[line.order_line_id]
        last = part.gross_cents == gross
        vat = vat_left if last else min(part.vat_cents, vat_left)
        whole = part.gross_cents == line.gross_cents
        made.append(
            Line(
                order_line_id=line.order_line_id,
                title=line.title,
                unit=line.unit if whole else "job",
                quantity_hundredths=line.quantity_hundredths if whole else 100,
                vat_rate=line.vat_rate,
                gross_cents=part.gross_cents,
                net_cents=part.gross_cents - vat,
                vat_cents=vat,
                delivery_cents=line.delivery_cents if whole else 0,
            )
        )
    return made


def exemption(scheme: Scheme) -> str:
    """Give the text that a document without VAT carries under KOR, or nothing."""
    return KOR_TEXT if scheme == "kor" else ""
