"""What buyers of the demo say afterwards: more about the first maker of a cooperative, a word about others."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from sqlalchemy import select

from marketplace.models.orders import Order, OrderLine
from marketplace.services.demo.life import Life
from marketplace.services.talk import reviews

# A score, what the buyer wrote, and what the maker answered.
SAID: tuple[tuple[int, str, str | None], ...] = (
    (5, "Netjes gewerkt en alles opgeruimd. Ik bel zeker weer.", None),
    (4, "Fijn contact vooraf. Het duurde iets langer dan gedacht.", "Dank je! Het was meer werk."),
    (5, "Precies zoals afgesproken.", None),
    (5, "Ik leerde er zelf ook nog wat van. Heel prettig.", "Leuk om te horen. Tot een keer."),
    (3, "Het is goed gedaan, maar ik moest twee keer om een tijd vragen.", None),
    (4, "Vriendelijk, op tijd en eerlijk over de prijs.", None),
)
FIRST_GETS, OTHERS_GET, MOST_MAKERS = len(SAID), 1, 4
LONG_ENOUGH = dt.timedelta(days=4)
HOUR = dt.timedelta(hours=1)


def say_how_it_was(life: Life, end: dt.datetime) -> None:
    """Let buyers review work that was confirmed long enough ago for everybody to read it at the end."""
    at = end - LONG_ENOUGH
    rows = life.session.execute(
        select(OrderLine, Order.buyer_id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(
            OrderLine.state == "confirmed",
            OrderLine.confirmed_at < at,
            OrderLine.refunded_cents == 0,
        )
        .order_by(OrderLine.cooperative_id, OrderLine.membership_id, OrderLine.id)
    ).all()
    makers: dict[int, Counter[int]] = {}
    for line, buyer_id in rows:
        counted = makers.setdefault(line.cooperative_id, Counter())
        is_first = not counted or line.membership_id == next(iter(counted))
        if len(counted) == MOST_MAKERS and line.membership_id not in counted:
            continue
        turn = counted[line.membership_id]
        if turn < (FIRST_GETS if is_first else OTHERS_GET):
            _say(life, line, buyer_id, turn if is_first else len(counted), at + turn * HOUR)
            counted[line.membership_id] += 1


def _say(life: Life, line: OrderLine, buyer_id: int, turn: int, at: dt.datetime) -> None:
    score, text, answer = SAID[turn % len(SAID)]
    review = reviews.write(
        life.session, buyer_id=buyer_id, line=line.public_id, score=score, text=text, now=at
    )
    if answer is not None:
        reviews.reply(
            life.session,
            membership_id=line.membership_id,
            review=review.public_id,
            text=answer,
            now=at + HOUR,
        )
    life.counted["review"] += 1
