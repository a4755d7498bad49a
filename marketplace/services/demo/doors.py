"""The other doors of the demo: somebody called, three members share a job, and something comes back weekly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from sqlalchemy import select

from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.doors.recurring import Every
from marketplace.domain.doors.teams import by_weight
from marketplace.domain.errors import NotFound, Refused
from marketplace.domain.orders import By
from marketplace.models.memberships import Membership
from marketplace.models.orders import OrderLine
from marketplace.services.demo.cast import Player
from marketplace.services.demo.life import Life
from marketplace.services.demo.stage import Member
from marketplace.services.doors import series, telephone
from marketplace.services.trade import orders, work
from marketplace.services.trade.teamwork import teams

TEAM = 3
CALLER = telephone.Caller(
    name="Mevrouw De Wit", phone="+31765550123", address="Kerkstraat 8, 4811 AA Breda"
)
_Act = Callable[[Life, list[Player], dt.datetime], None]


def open_the_doors(life: Life, end: dt.datetime) -> None:
    """Let each cooperative with enough members end with one order through each of the doors."""
    for company in life.cast.companies:
        playing = [
            player
            for player in company.players
            if _key(player) in life.stage.members
            and player.leaves_after is None
            and player.offers[0].kind == "service"
        ]
        if len(playing) < TEAM:
            continue
        for name, act in (("phone", _phone), ("team", _team), ("series", _series)):
            _try(life, name, act, playing, end)


def _try(life: Life, name: str, act: _Act, playing: list[Player], end: dt.datetime) -> None:
    try:
        with life.session.begin_nested():
            act(life, playing, end)
    except (Refused, NotFound) as fault:
        life.counted[f"refused:{name}:{fault.code}"] += 1
    else:
        life.counted[name] += 1


def _phone(life: Life, playing: list[Player], end: dt.datetime) -> None:
    """Somebody without an e-mail called yesterday, and the member said yes."""
    player = playing[1]
    at = end - dt.timedelta(hours=20)
    order = telephone.enter(
        life.session,
        cooperative_id=_member(life, player).cooperative_id,
        by_id=life.stage.coordinator_of(_key(player)),
        caller=CALLER,
        lines=[_wanted(life, player)],
        idempotency_key=f"demo-phone-{_key(player)}",
        note="Graag bellen voor je komt.",
        wanted_on=day_in_amsterdam(end) + dt.timedelta(days=6),
        now=at,
    )
    line = _line(life, order.id)
    work.accept(
        life.session, **_own(life, player), public_id=line.public_id, now=at + dt.timedelta(hours=2)
    )


def _team(life: Life, playing: list[Player], end: dt.datetime) -> None:
    """Three share a job: two said yes, and the third still has the question."""
    first, *others = playing[:TEAM]
    at = end - dt.timedelta(hours=12)
    order = orders.place(
        life.session,
        buyer_id=life.stage.buyers[-1],
        lines=[_wanted(life, first, times=3)],
        idempotency_key=f"demo-team-{_key(first)}",
        address=f"{life.cast.streets[0]} 21, {_member(life, first).place}",
        note="Het is veel werk. Met meer mensen mag ook.",
        wanted_on=day_in_amsterdam(end) + dt.timedelta(days=8),
        now=at,
    )
    line = _line(life, order.id)
    own, *parts = by_weight(line.gross_cents, [2, 1, 1])
    keys = [life.session.get_one(Membership, _member(life, one).membership_id) for one in others]
    teams.propose(
        life.session,
        line_id=line.id,
        own_cents=own,
        others=[(one.public_id, cents) for one, cents in zip(keys, parts, strict=True)],
        by=By.MEMBER,
        by_id=_member(life, first).person_id,
        now=at + dt.timedelta(hours=1),
    )
    part = life.session.scalars(
        select(OrderLine).where(OrderLine.team_of_id == line.id).order_by(OrderLine.id).limit(1)
    ).one()
    work.accept(
        life.session,
        **_own(life, others[0]),
        public_id=part.public_id,
        now=at + dt.timedelta(hours=2),
    )


def _series(life: Life, playing: list[Player], end: dt.datetime) -> None:
    """The buyer whose sign-in stands on the page has somebody come every week."""
    player = playing[0]
    buyer_id = life.stage.buyers[0]
    at = end - dt.timedelta(hours=30)
    asked = series.ask(
        life.session,
        buyer_id=buyer_id,
        listing=_wanted(life, player).listing,
        wish=series.Wish(
            quantity_hundredths=player.offers[0].quantity[0],
            every=Every.WEEK,
            first_on=day_in_amsterdam(end) + dt.timedelta(days=3),
            note="Het hek staat open.",
            address=f"{life.cast.streets[-1]} 3, {_member(life, player).place}",
        ),
        idempotency_key=f"demo-series-{_key(player)}",
        now=at,
    )
    series.answer(
        life.session,
        scope=_own(life, player),
        public_id=asked.public_id,
        yes=True,
        now=at + dt.timedelta(hours=3),
    )


def _key(player: Player) -> str:
    return f"{player.cooperative}/{player.mail}"


def _member(life: Life, player: Player) -> Member:
    return life.stage.members[_key(player)]


def _own(life: Life, player: Player) -> dict[str, int]:
    member = _member(life, player)
    return {"cooperative_id": member.cooperative_id, "membership_id": member.membership_id}


def _wanted(life: Life, player: Player, times: int = 1) -> orders.Wanted:
    offer = player.offers[0]
    listing = life.stage.listings[_key(player), offer.title]
    return orders.Wanted(listing, offer.quantity[0] * times)


def _line(life: Life, order_id: int) -> OrderLine:
    return life.session.scalars(select(OrderLine).where(OrderLine.order_id == order_id)).one()
