"""Quotes and what is wanted in the demo: some wait for an answer, one was agreed, paid and done."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from marketplace.domain.calendar import day_in_amsterdam
from marketplace.models.memberships import Membership
from marketplace.models.orders import Order, OrderLine
from marketplace.services.asking import choosing, offers, requests
from marketplace.services.asking.offers import OfferLine
from marketplace.services.asking.requests import Asked
from marketplace.services.demo.cast import Player
from marketplace.services.demo.life import Life, Placed
from marketplace.services.demo.plan import Happening, Sale
from marketplace.services.trade import work

DAY = dt.timedelta(days=1)
BIGGER = "Het is een grotere klus dan normaal. Wat kost het als je alles in één keer doet?"
AGAIN = "Vorig jaar deed iemand dit voor mij, nu zoek ik een vaste hand. Graag een prijs voor alles samen."
ON_HER_PAGE = (
    "Een middag op onze open dag",
    "We houden een open dag. Kun jij een middag laten zien wat je doet? Er komen ook kinderen. Wat kost dat?",
)
WISHES = (
    (
        "Schutting schuren en verven",
        "Een houten schutting van acht meter, aan één kant. De verf heb ik al. De kwasten niet.",
        25_000,
    ),
    (
        "Hulp bij een buurtfeest",
        "Klaarzetten om twee uur, opruimen na acht uur. Er komen ongeveer dertig mensen.",
        None,
    ),
)


def ask_and_answer(life: Life, end: dt.datetime) -> None:
    """Let buyers ask two quotes and post two wishes in the first cooperative, and members answer."""
    company = life.cast.companies[0]
    playing = [
        player
        for player in company.players
        if _key(player) in life.stage.members
        and player.leaves_after is None
        and player.offers[0].kind == "service"
    ][:3]
    if not playing:
        return
    _done_quote(life, playing[-1], end)
    _ask(life, playing[0], "open", BIGGER, end - dt.timedelta(hours=20))
    _ask_on_her_page(life, playing[-1], end - dt.timedelta(hours=18))
    place = company.facts["place"]
    for number, (title, body, budget) in enumerate(WISHES):
        at = end - DAY * (3 - number)
        wish = requests.post_wanted(
            life.session,
            buyer_id=life.stage.buyers[number % len(life.stage.buyers)],
            title=title,
            asked=Asked(
                body=body,
                place=place,
                wanted_on=day_in_amsterdam(end) + 12 * DAY,
                budget_cents=budget,
            ),
            closes_on=day_in_amsterdam(end) + 10 * DAY,
            idempotency_key=f"demo/wanted/{number}",
            now=at,
        )
        # One of them keeps room for an answer of whoever looks at the demo as the first member.
        for turn, player in enumerate(playing if number == 0 else playing[1:2]):
            hours = OfferLine(title, "hour", 400 + 100 * turn, 3000 + 250 * turn, "standard")
            _answer(life, player, wish.public_id, (hours,), at + dt.timedelta(hours=5 + turn))


def _done_quote(life: Life, player: Player, end: dt.datetime) -> None:
    """A quote from the question to the work: agreed, paid, and done yesterday."""
    start = end - 6 * DAY
    request = _ask(life, player, "done", AGAIN, start)
    lines = (
        OfferLine(player.offers[0].title, "hour", 350, 3400, player.offers[0].vat),
        OfferLine("Materiaal", "piece", 200, 1250, "standard"),
    )
    order = _answer(life, player, request, lines, start + DAY)
    buyer_id = life.stage.buyers[0]
    street = f"{life.cast.streets[0]} 21, {life.stage.place_of(_key(player))}"
    choosing.agree(
        life.session,
        buyer_id=buyer_id,
        public_id=order.public_id,
        address=street,
        now=start + 2 * DAY,
    )
    made = list(
        life.session.scalars(
            select(OrderLine.public_id).where(OrderLine.order_id == order.id).order_by(OrderLine.id)
        )
    )
    key = f"asking/{_key(player)}"
    life.placed[key] = Placed(order.public_id, made[0], buyer_id)
    life.plan.sales[key] = Sale(key, _key(player), 0, player.offers[0], 100, street, "whole", 0)
    life.act(Happening(start + 3 * DAY, 0, "pay", key))
    for line in made:
        work.deliver(life.session, **_own(life, player), public_id=line, now=end - DAY)


def _ask(life: Life, player: Player, name: str, body: str, at: dt.datetime) -> str:
    """Ask a member for a quote about her first offer; gives the request's public id."""
    return requests.ask_quote(
        life.session,
        buyer_id=life.stage.buyers[0],
        listing=life.stage.listings[_key(player), player.offers[0].title],
        asked=Asked(
            body=body,
            place=life.stage.place_of(_key(player)),
            wanted_on=day_in_amsterdam(at) + 9 * DAY,
        ),
        idempotency_key=f"demo/quote/{name}",
        now=at,
    ).public_id


def _ask_on_her_page(life: Life, player: Player, at: dt.datetime) -> None:
    """Ask a member for something that is in none of her listings."""
    own = life.session.get_one(Membership, _own(life, player)["membership_id"])
    requests.ask_maker(
        life.session,
        buyer_id=life.stage.buyers[0],
        maker=own.public_id,
        title=ON_HER_PAGE[0],
        asked=Asked(body=ON_HER_PAGE[1], place=life.stage.place_of(_key(player))),
        idempotency_key="demo/quote/page",
        now=at,
    )


def _answer(
    life: Life, player: Player, request: str, lines: tuple[OfferLine, ...], at: dt.datetime
) -> Order:
    return offers.make(
        life.session,
        **_own(life, player),
        request=request,
        lines=lines,
        valid_until=day_in_amsterdam(at) + 21 * DAY,
        text="Ik neem mijn eigen spullen mee en ruim alles op.",
        idempotency_key="demo",
        now=at,
    )


def _own(life: Life, player: Player) -> dict[str, int]:
    member = life.stage.members[_key(player)]
    return {"cooperative_id": member.cooperative_id, "membership_id": member.membership_id}


def _key(player: Player) -> str:
    return f"{player.cooperative}/{player.mail}"
