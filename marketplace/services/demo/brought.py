"""Goods that are brought: an order that arrived, and one that the maker still has to bring."""

from __future__ import annotations

import datetime as dt

from marketplace.services.demo.life import Life
from marketplace.services.demo.plan import Happening, Sale

_ORDERS: tuple[tuple[str, ...], ...] = (("request", "pay", "deliver"), ("request", "pay"))


def bring_goods(life: Life, end: dt.datetime) -> None:
    """Let the first buyer order from each maker who brings: of the last one it is still to come."""
    makers = [
        (player, offer)
        for company in life.cast.companies
        for player in company.players
        for offer in player.offers
        if offer.delivery and f"{player.cooperative}/{player.mail}" in life.stage.members
    ]
    for number, (player, offer) in enumerate(makers):
        steps = _ORDERS[min(number, 1)]
        key = f"brought/{player.cooperative}/{player.mail}/{number}"
        life.plan.sales[key] = Sale(
            key=key,
            player=f"{player.cooperative}/{player.mail}",
            buyer=0,
            offer=offer,
            quantity=offer.quantity[0],
            street=f"{life.cast.streets[0]} {12 + number}",
            ending="whole",
            cost_cents=0,
            handover="delivery",
        )
        for hour, act in enumerate(steps):
            at = end - dt.timedelta(hours=20 - hour)
            life.act(Happening(at, number, act, key))
