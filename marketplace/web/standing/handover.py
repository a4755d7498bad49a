"""How goods change hands, in words: on cards, as choices in a form, and on an order."""

from __future__ import annotations

from typing import Protocol

from flask_babel import gettext as _

from marketplace.domain.delivery import Handover, Ways
from marketplace.web.formats import euro


class LineSeen(Protocol):
    """What this file reads of an order line."""

    @property
    def handover(self) -> str | None: ...  # noqa: D102


def in_short(*, pickup: bool, delivery_km: int | None) -> str:
    """Say it for a card: fetch, bring, or both."""
    if delivery_km is None:
        return str(_("ophalen"))
    return str(_("ophalen of bezorgen") if pickup else _("bezorgen"))


def choices(ways: Ways, place: str) -> list[tuple[str, str]]:
    """Give the ways as choices, each with what it costs."""
    said = {
        Handover.PICKUP: _("Ophalen in %(place)s", place=place),
        Handover.DELIVERY: delivery(ways, place),
    }
    return [(way.value, str(said[way])) for way in ways.all]


def delivery(ways: Ways, place: str) -> str:
    """Say how far and for how much it is brought."""
    facts = {"km": ways.km, "place": place}
    if not ways.fee_cents:
        return str(_("Bezorgen tot %(km)s km rond %(place)s, gratis", **facts))
    return str(
        _("Bezorgen tot %(km)s km rond %(place)s, %(fee)s", **facts, fee=euro(ways.fee_cents))
    )


def to_buyer(line: LineSeen, who: str) -> str:
    """Say to the buyer how it gets to her; nothing for a service."""
    if line.handover == Handover.DELIVERY:
        return str(_("%(who)s brengt het naar je toe.", who=who))
    if line.handover == Handover.PICKUP:
        return str(_("Je haalt het op bij %(who)s. Spreek samen af waar en wanneer.", who=who))
    return ""


def to_member(line: LineSeen) -> str:
    """Say to the member how it gets to the buyer; nothing for a service."""
    if line.handover == Handover.DELIVERY:
        return str(_("Jij brengt het naar de koper."))
    if line.handover == Handover.PICKUP:
        return str(_("De koper haalt het bij je op. Spreek samen af waar en wanneer."))
    return ""
