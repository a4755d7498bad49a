"""An invoice as a document: PDF for people, UBL for their bookkeeping; both say what was issued."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flask import Response
from flask_babel import get_locale
from flask_babel import gettext as _

from marketplace.domain.bank import references
from marketplace.domain.invoices import Buyer, Line, Seller, subtotals
from marketplace.domain.money import round_half_up
from marketplace.gateways import einvoice, pdf, qr
from marketplace.services.invoices.reading import Issued
from marketplace.web.formats import day, euro, percent, quantity
from marketplace.web.words import UNIT_WORDS


def paper(found: Issued) -> Response:
    """Give the PDF as an answer."""
    return _answer(pdf_of(found), "application/pdf", f"{found.invoice.label}.pdf")


def electronic(found: Issued) -> Response:
    """Give the UBL as an answer; AddressMissing where the buyer's address was not whole."""
    return _answer(ubl_of(found), "application/xml", f"{found.invoice.label}.xml")


def pdf_of(found: Issued) -> bytes:
    """Give the PDF in the reader's language; the same document always has the same bytes."""
    row = found.invoice
    credit = row.kind == "credit"
    title = (
        _("Creditfactuur %(number)s", number=row.label)
        if credit
        else _("Factuur %(number)s", number=row.label)
    )
    data = {
        "lang": str(get_locale() or "nl"),
        "title": title,
        "author": row.seller["name"],
        "footer": f"{row.seller['name']} · {title}",
        "parties": _parties(row.seller, row.buyer),
        "facts_title": _("Gegevens"),
        "facts_heads": [_("Gegeven"), _("Inhoud")],
        "facts": _facts(found),
        "lines_title": _("Terug") if credit else _("Wat je kocht"),
        "lines_heads": [
            *(_("Wat"), _("Aantal"), _("Prijs zonder btw")),
            *(_("Btw"), _("Zonder btw"), _("Met btw")),
        ],
        "lines": [
            shown for line in found.lines for shown in _rows(line, exempt=bool(row.exemption))
        ],
        "sums_title": _("Samen"),
        "sums_heads": [_("Wat"), _("Bedrag")],
        "sums": _sums(found),
        "notes": [note for note in (row.exemption, _how_to_pay(found)) if note],
        "code": _code(found),
        "code_alt": _("Code voor je bank-app met dit bedrag, deze rekening en dit kenmerk"),
    }
    return pdf.render("invoice", data, made_at=row.issued_at)


def ubl_of(found: Issued) -> bytes:
    """Give the UBL; AddressMissing where the buyer's address was not whole."""
    row, credited = found.invoice, found.credits
    return einvoice.ubl(
        einvoice.Document(
            kind="credit" if row.kind == "credit" else "invoice",
            number=row.label,
            issued_on=row.issued_on,
            supplied_on=row.supplied_on,
            due_on=row.due_on,
            paid=row.paid_on is not None,
            seller=Seller(**row.seller),
            buyer=Buyer(**row.buyer),
            lines=found.lines,
            exemption=row.exemption,
            reference=row.reference,
            order=found.order,
            credits=(credited.label, credited.issued_on) if credited else None,
            reason=row.reason,
        )
    )


def _answer(made: bytes, kind: str, name: str) -> Response:
    answer = Response(made, mimetype=kind)
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return answer


def _parties(seller: dict[str, Any], buyer: dict[str, Any]) -> list[dict[str, Any]]:
    from_lines = [
        seller["name"],
        seller["address"],
        f"{seller['postcode']} {seller['place']}",
        seller["email"],
        _("KVK %(number)s", number=seller["kvk_number"]),
        _("Btw-id %(number)s", number=seller["vat_number"]),
    ]
    to_lines = [line for line in (buyer["name"], buyer["address"]) if line]
    return [
        {"title": _("Van"), "lines": from_lines},
        {"title": _("Voor"), "lines": to_lines},
    ]


def _facts(found: Issued) -> list[list[str]]:
    row = found.invoice
    facts = [[_("Nummer"), row.label], [_("Datum"), day(row.issued_on)]]
    if found.credits:
        facts += [
            [_("Hoort bij factuur"), found.credits.label],
            [_("Van"), day(found.credits.issued_on)],
        ]
    if row.reason:
        facts.append([_("Waarom"), row.reason])
    for label, value in (
        (_("Geleverd"), row.supplied_on),
        (_("Betaald"), row.paid_on),
        (_("Betalen voor"), row.due_on),
    ):
        if value:
            facts.append([label, day(value)])
    return facts


def _rows(line: Line, *, exempt: bool) -> list[list[str]]:
    """Give one line, with a row of its own for bringing it.

    The price of one is worked out from the sum, so it may be half a cent off.
    """
    net, gross = line.net_cents - line.delivery_net_cents, line.gross_cents - line.delivery_cents
    one = round_half_up(Fraction(net * 100, line.quantity_hundredths))
    rate = _("vrijgesteld") if exempt else _rate(line.vat_rate)
    price = f"{euro(one)} {UNIT_WORDS[line.unit]}"
    rows = [
        [line.title, quantity(line.quantity_hundredths), price, rate, euro(net), euro(gross)],
    ]
    if line.delivery_cents:
        brought = euro(line.delivery_net_cents)
        rows.append(
            [_("Bezorgen"), quantity(100), brought, rate, brought, euro(line.delivery_cents)]
        )
    return rows


def _sums(found: Issued) -> list[list[str]]:
    row = found.invoice
    rows = [[_("Zonder btw"), euro(row.net_cents)]]
    for part in subtotals(found.lines) if not row.exemption else ():
        label = _("Btw %(rate)s over %(net)s", rate=_rate(part.vat_rate), net=euro(part.net_cents))
        rows.append([label, euro(part.vat_cents)])
    total = _("Totaal terug") if row.kind == "credit" else _("Totaal")
    return [*rows, [total, euro(row.gross_cents)]]


def _rate(rate: str) -> str:
    return percent(round(float(rate) * 10_000))


def _code(found: Issued) -> str:
    """Give the code for a banking app, where the invoice is an open bill with a reference of its own."""
    row = found.invoice
    if row.due_on is None or not row.reference:
        return ""
    return qr.epc(
        name=_account_name(row.seller)[:70],
        iban=row.seller["iban"],
        cents=row.gross_cents,
        reference=row.reference,
        in_page=False,
    )


def _account_name(seller: dict[str, Any]) -> str:
    return str(seller.get("account_name") or seller["name"])


def _how_to_pay(found: Issued) -> str:
    row = found.invoice
    if row.due_on is None:
        return ""
    text = _(
        "Maak %(amount)s over naar %(iban)s, op naam van %(name)s, en zet erbij: %(reference)s.",
        amount=euro(row.gross_cents),
        iban=references.spaced(row.seller["iban"]),
        name=_account_name(row.seller),
        reference=references.spaced(row.reference) if row.reference else row.label,
    )
    return str(text)
