"""What still waits when the demo ends: a few open questions, so that every role has something to do."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from marketplace.domain.questions import MISSING
from marketplace.models.statements import Statement
from marketplace.services.demo.life import Life
from marketplace.services.demo.plan import Happening, Sale
from marketplace.services.months import questions, statements

# The steps that are taken for each waiting order; the next one is left to whoever looks at the demo.
WAITING: tuple[tuple[str, ...], ...] = (
    ("request",),
    ("request",),
    ("request", "accept"),
    ("request", "accept", "pay"),
    ("request", "accept", "pay", "deliver", "cost"),
)
# 96 hours and a half: more than 20 hours a week in any month.
MUCH = 386
QUESTION = "Ik mis de bon van het zaagblad. Hoort die niet bij deze maand?"


def leave_something_open(life: Life, end: dt.datetime) -> None:
    """Let each cooperative end with open requests, a payment to make, a job to do and a receipt to see."""
    for company in life.cast.companies:
        playing = [
            player
            for player in company.players
            if f"{player.cooperative}/{player.mail}" in life.stage.members
            and player.leaves_after is None
            and player.offers[0].kind == "service"
        ][:2]
        for turn, player in enumerate(playing):
            for number, steps in enumerate(WAITING if turn == 0 else WAITING[2:]):
                # The second question is about something else, where the member offers more.
                offer = player.offers[-1 if number == 1 else 0]
                key = f"finale/{player.cooperative}/{player.mail}/{number}"
                life.plan.sales[key] = Sale(
                    key=key,
                    player=f"{player.cooperative}/{player.mail}",
                    # The first buyer is the one whose sign-in stands on the page: something to pay there.
                    buyer=0 if steps == ("request", "accept") else number % len(life.cast.buyers),
                    offer=offer,
                    quantity=offer.quantity[0] + 100 * (number % 2),
                    street=f"{life.cast.streets[number % len(life.cast.streets)]} {7 + number}",
                    ending="whole",
                    cost_cents=1895,
                )
                start = end - dt.timedelta(hours=30 - number - turn * 6)
                for hour, act in enumerate(steps):
                    life.act(Happening(start + dt.timedelta(hours=hour), number, act, key))


def ask_about_a_statement(life: Life, end: dt.datetime) -> None:
    """Let one member of each cooperative write down many hours and miss something, a day before the end."""
    owners = {member.membership_id: member for member in life.stage.members.values()}
    ready = life.session.execute(
        select(Statement.cooperative_id, Statement.membership_id, Statement.public_id)
        .where(Statement.state == "ready")
        .order_by(Statement.month.desc(), Statement.membership_id)
    )
    asked: set[int] = set()
    for cooperative_id, membership_id, public_id in ready.all():
        if cooperative_id in asked or membership_id not in owners:
            continue
        asked.add(cooperative_id)
        statements.set_hours(
            life.session, membership_id=membership_id, public_id=public_id, quarters=MUCH
        )
        questions.ask(
            life.session,
            membership_id=membership_id,
            public_id=public_id,
            version=1,
            line=MISSING,
            text=QUESTION,
            actor_id=owners[membership_id].person_id,
            now=end - dt.timedelta(days=1),
        )
