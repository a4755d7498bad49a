"""A work order on paper: what, where, when and for how much, with room for hours and a signature."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Response
from flask_babel import get_locale
from flask_babel import gettext as _

from marketplace.domain.doors.telephone import spoken_phone
from marketplace.gateways import pdf
from marketplace.services.doors.workorders import WorkOrder
from marketplace.web.formats import euro
from marketplace.web.standing import progress

ROWS = 5


def paper(found: WorkOrder, *, now: dt.datetime) -> Response:
    """Give the PDF, a page for each line. It says nothing of anybody's income."""
    order = found.order
    title = _("Werkbon")
    data = {
        "lang": str(get_locale() or "nl"),
        "title": title,
        "author": order.cooperative.name,
        "footer": f"{order.cooperative.name} · {title} {order.public_id}",
        "jobs": [{"title": line.title, "facts": _facts(found, line)} for line in found.lines],
        "facts_title": _("De afspraak"),
        "facts_heads": [_("Gegeven"), _("Inhoud")],
        "note_title": _("Bericht van de koper"),
        "note": order.note,
        "hours_title": _("Gewerkt"),
        "hours_heads": [_("Datum"), _("Van"), _("Tot"), _("Uren"), _("Wat is er gedaan?")],
        "rows": ROWS,
        "signs_title": _("Handtekening"),
        "signs": [_("Koper: naam, datum en handtekening"), _("Lid: naam, datum en handtekening")],
    }
    answer = Response(pdf.render("workorder", data, made_at=now), mimetype="application/pdf")
    name = f"werkbon-{order.public_id}.pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return answer


def _facts(found: WorkOrder, line: Any) -> list[list[str]]:
    order = found.order
    rows = [
        [_("Wie doet het"), line.membership.trade_name],
        [_("Voor wie"), order.buyer.name],
        [_("Telefoon"), spoken_phone(found.phone) if found.phone else _("niet bekend")],
        [_("Waar"), order.address or _("in overleg")],
        [_("Wanneer"), progress.when(line, order)],
        [_("Hoeveel"), progress.how_much(line)],
        [_("Afgesproken prijs, met btw"), euro(line.gross_cents)],
    ]
    return [[name, str(value)] for name, value in rows]
