"""What waits at the bank when the demo ends: money back to a buyer in a batch, and a bill of a supplier."""

from __future__ import annotations

import datetime as dt

from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.costs import Supplier
from marketplace.models.cooperatives import Cooperative
from marketplace.services.banking import batches, payables, statements, transfer
from marketplace.services.demo.cast import Company, Player
from marketplace.services.demo.life import Life
from marketplace.services.demo.plan import Happening, Sale
from marketplace.services.trade import costs, orders

# Invented accounts at a bank that does not exist; their check digits are right.
BUYER_IBAN = "NL68DEMO0000000101"
SUPPLIER = Supplier("Zaadhandel De Korrel", "NL41DEMO0000000102", "F-2031")
_HEAD = "Datum;Naam / Omschrijving;Rekening;Tegenrekening;Code;Af Bij;Bedrag (EUR);Mutatiesoort;Mededelingen"


def leave_at_the_bank(life: Life, end: dt.datetime) -> None:
    """Let each cooperative have a refund in a batch that waits for a second person, and a bill to pay."""
    for company in life.cast.companies:
        player = next(
            (
                one
                for one in company.players
                if f"{one.cooperative}/{one.mail}" in life.stage.members
                and one.leaves_after is None
                and one.offers[0].kind == "service"
            ),
            None,
        )
        if player is not None:
            _paid_by_bank_and_called_off(life, company, player, end - dt.timedelta(hours=20))
            _bill(life, player, end - dt.timedelta(hours=9))


def _paid_by_bank_and_called_off(
    life: Life, company: Company, player: Player, start: dt.datetime
) -> None:
    offer = player.offers[0]
    key = f"bankbook/{player.cooperative}"
    life.plan.sales[key] = Sale(
        key=key,
        player=f"{player.cooperative}/{player.mail}",
        buyer=0,  # whose sign-in stands on the page
        offer=offer,
        quantity=offer.quantity[0],
        street=f"{life.cast.streets[0]} 31",
        ending="whole",
        cost_cents=0,
    )
    for hour, act in enumerate(("request", "accept")):
        life.act(Happening(start + dt.timedelta(hours=hour), 0, act, key))
    placed, session = life.placed[key], life.session
    chosen, came, off = (start + dt.timedelta(hours=hours) for hours in (2, 6, 8))
    order = transfer.choose(session, buyer_id=placed.buyer_id, public_id=placed.order, now=chosen)
    cooperative_id = life.stage.cooperatives[company.facts["slug"]]
    treasurer = life.stage.treasurers[cooperative_id]
    own = {"cooperative_id": cooperative_id, "actor_id": treasurer}
    line = (
        f"{day_in_amsterdam(came):%Y%m%d};{life.cast.buyers[0]};"
        f"{session.get_one(Cooperative, cooperative_id).iban};{BUYER_IBAN};OV;Bij;"
        f"{order.total_cents // 100},{order.total_cents % 100:02d};Overschrijving;{order.bank_reference}"
    )
    statements.take(session, content=f"{_HEAD}\n{line}\n".encode(), now=came, **own)
    orders.cancel(session, buyer_id=placed.buyer_id, public_id=placed.order, now=off)
    due = payables.all_of(session, cooperative_id=cooperative_id)
    keys = [one.key for one in due if one.kind == "refund"]
    batches.propose(session, keys=keys, now=off + dt.timedelta(hours=1), **own)


def _bill(life: Life, player: Player, at: dt.datetime) -> None:
    member = life.stage.members[f"{player.cooperative}/{player.mail}"]
    cost = costs.submit(
        life.session,
        cooperative_id=member.cooperative_id,
        membership_id=member.membership_id,
        description="Zaad en potgrond",
        category="material",
        spent_on=day_in_amsterdam(at),
        gross_cents=3630,
        vat_cents=630,
        paid_by="supplier",
        supplier=SUPPLIER,
        receipt_file=life.receipt_file,
        order_line_public_id=None,
        now=at,
    )
    costs.approve(
        life.session,
        cooperative_id=member.cooperative_id,
        public_id=cost.public_id,
        actor_id=life.stage.coordinator_of(f"{player.cooperative}/{player.mail}"),
        now=at + dt.timedelta(hours=1),
    )
