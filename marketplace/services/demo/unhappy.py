"""Not everything goes well at once: one complaint that waits for the member, and one solved with a part back."""

from __future__ import annotations

import datetime as dt

from marketplace.models.talk.complaints import Complaint
from marketplace.services.complaints import buying, deciding, working
from marketplace.services.complaints.steps import Said
from marketplace.services.demo.cast import Player
from marketplace.services.demo.life import Life
from marketplace.services.demo.plan import Happening, Sale

HOUR = dt.timedelta(hours=1)
STEPS = ("request", "accept", "pay", "deliver")
OPEN = buying.Wrong(
    problem="not_as_agreed",
    text="De voorkant is mooi geworden. De kant langs het pad is nog niet gedaan. "
    "Dat hadden we wel afgesproken.",
    wish="redo",
)
SOLVED = buying.Wrong(
    problem="not_good",
    text="Ik ben blij met de hulp, maar een stukje moest ik zelf nog overdoen.",
    wish="part",
    wish_cents=1500,
)
OFFER = "Sorry, dat stuk heb ik niet gezien. Een deel mag terug."
REASON = "Jullie zijn het eens. De coöperatie betaalt dit, want de opdracht was niet duidelijk opgeschreven."


def leave_complaints(life: Life, end: dt.datetime) -> None:
    """Let the first member of each cooperative have both: one waits, one is closed with money back."""
    for turn, company in enumerate(life.cast.companies):
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
            for number, wrong in enumerate((SOLVED, OPEN)):
                sale = _sale(life, player, turn, number)
                made = _complain(life, sale, wrong, end - (34 - number) * HOUR)
                if made is not None and wrong is SOLVED:
                    _solve(life, player, made, end - 24 * HOUR)


def _sale(life: Life, player: Player, turn: int, number: int) -> Sale:
    """Give an order that is not in the plan of the months."""
    key = f"unhappy/{player.cooperative}/{player.mail}/{number}"
    life.plan.sales[key] = Sale(
        key=key,
        player=f"{player.cooperative}/{player.mail}",
        buyer=turn % len(life.cast.buyers),
        offer=player.offers[0],
        quantity=player.offers[0].quantity[0],
        street=f"{life.cast.streets[number % len(life.cast.streets)]} {21 + number}",
        ending="whole",
        cost_cents=0,
    )
    return life.plan.sales[key]


def _complain(life: Life, sale: Sale, wrong: buying.Wrong, start: dt.datetime) -> Complaint | None:
    """Let a buyer order, get it and complain, hour by hour; None where a rule said no on the way."""
    for number, act in enumerate(STEPS):
        life.act(Happening(start + number * HOUR, number, act, sale.key))
    placed, now = life.placed.get(sale.key), start + len(STEPS) * HOUR
    if placed is None:
        return None
    about = buying.of_line(life.session, buyer_id=placed.buyer_id, line=placed.line, now=now)
    if not about.may:
        return None
    life.counted["complain"] += 1
    return buying.complain(
        life.session,
        storage=None,
        buyer_id=placed.buyer_id,
        line=placed.line,
        wrong=wrong,
        key=sale.key,
        now=now,
    )


def _solve(life: Life, player: Player, made: Complaint, at: dt.datetime) -> None:
    """Let member, buyer and coordinator come out together."""
    key = f"{player.cooperative}/{player.mail}"
    member = life.stage.members[key]
    cents = made.wish_cents or 0
    working.answer(
        life.session,
        cooperative_id=member.cooperative_id,
        membership_id=member.membership_id,
        person_id=member.person_id,
        public_id=made.public_id,
        how="part",
        said=Said(OFFER, cents=cents),
        seen=made.steps,
        now=at,
    )
    buying.agree(
        life.session,
        buyer_id=made.buyer_id,
        public_id=made.public_id,
        seen=made.steps,
        now=at + HOUR,
    )
    deciding.decide(
        life.session,
        cooperative_id=member.cooperative_id,
        actor_id=life.stage.coordinator_of(key),
        public_id=made.public_id,
        how="refund",
        said=Said(REASON, cents=cents, liable="cooperative"),
        seen=made.steps,
        now=at + 2 * HOUR,
    )
