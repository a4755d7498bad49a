"""A receipt for cash on paper: who got how much from whom, for which order; of the same make as an invoice."""

from __future__ import annotations

from flask import Response
from flask_babel import get_locale
from flask_babel import gettext as _

from marketplace.domain.calendar import day_in_amsterdam
from marketplace.gateways import pdf
from marketplace.services.banking.cash import Receipt
from marketplace.web.formats import day, euro


def paper(found: Receipt) -> Response:
    """Give the PDF; the same bytes each time."""
    row, own = found.row, found.cooperative
    name = own.legal_name or own.name
    title = _("Kwitantie %(number)s", number=row.number)
    back = row.refund_id is not None
    data = {
        "lang": str(get_locale() or "nl"),
        "title": title,
        "author": name,
        "footer": f"{name} · {title}",
        "parties": [
            {"title": _("Van"), "lines": [found.buyer] if not back else _lines(found, name)},
            {"title": _("Voor"), "lines": _lines(found, name) if not back else [found.buyer]},
        ],
        "facts_title": _("Gegevens"),
        "facts_heads": [_("Gegeven"), _("Inhoud")],
        "facts": [
            [_("Nummer"), str(row.number)],
            [_("Datum"), day(day_in_amsterdam(row.received_at))],
            [_("Bestelling"), found.order.public_id],
            [_("Hoe"), _("Contant teruggegeven") if back else _("Contant ontvangen")],
        ],
        "lines_title": _("Terug van") if back else _("Wat je kocht"),
        "lines_heads": [_("Wat"), _("Met btw")],
        "lines": [[line.title, euro(line.gross_cents)] for line in found.lines],
        "sums_title": _("Samen"),
        "sums_heads": [_("Wat"), _("Bedrag")],
        "sums": [[_("Terug") if back else _("Betaald"), euro(row.cents)]],
        "notes": [_("Dit is een kwitantie. De btw staat op de factuur.")],
    }
    made = pdf.render("invoice", data, made_at=row.received_at)
    answer = Response(made, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="kwitantie-{row.number}.pdf"'
    return answer


def _lines(found: Receipt, name: str) -> list[str]:
    own = found.cooperative
    known = (
        name,
        own.address,
        " ".join(one for one in (own.postcode, own.place) if one),
        own.email,
    )
    return [line for line in known if line]
