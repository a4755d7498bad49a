"""The demo's months lived through: each happening goes through the same services as a click would.

Nothing is written beside the services, so the books of the demo are real books. The clock travels:
each act gets its own instant. A refusal by a rule is part of life and is counted, not hidden.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from marketplace.domain.calendar import Month, day_in_amsterdam
from marketplace.domain.earnings.profile import AcceptedCost
from marketplace.domain.errors import NotFound, Refused
from marketplace.gateways.testbank import TestBank
from marketplace.services.demo import rituals
from marketplace.services.demo.cast import Cast
from marketplace.services.demo.plan import Happening, Plan, Sale
from marketplace.services.demo.stage import Stage
from marketplace.services.trade import accepting, costs, orders, payments, work

CATEGORY_OF_COST = {"garden": "tools", "food": "material", "music": "travel", "web": "advice"}


@dataclass(frozen=True, slots=True)
class Placed:
    """An order of the demo: where to find it again."""

    order: str
    line: str
    buyer_id: int


@dataclass(slots=True)
class Life:
    """One demo while it is lived: the session, the outside world, and what was made so far."""

    session: Session
    bank: TestBank
    cast: Cast
    plan: Plan
    stage: Stage
    receipt_file: str
    placed: dict[str, Placed] = field(default_factory=dict)
    receipts: dict[str, str] = field(default_factory=dict)
    counted: Counter[str] = field(default_factory=Counter)

    def live(self, end: dt.datetime, tell: Callable[[Month], None]) -> None:
        """Go through all happenings before `end`; `tell` hears of each new month."""
        month: Month | None = None
        for happening in self.plan.until(end):
            now_in = Month.of(day_in_amsterdam(happening.at))
            if now_in != month:
                month = now_in
                # What was made is found again by its public id; the session need not remember it.
                self.session.flush()
                self.session.expunge_all()
                tell(month)
            self.act(happening)

    def act(self, happening: Happening) -> None:
        """Do one happening in a savepoint of its own; what a rule refuses is counted."""
        try:
            with self.session.begin_nested():
                self._do(happening)
        except (Refused, NotFound) as fault:
            self.counted[f"refused:{happening.act}:{fault.code}"] += 1
        else:
            self.counted[happening.act] += 1

    def _do(self, happening: Happening) -> None:
        sale = self.plan.sales.get(happening.key)
        if sale is None:
            self._ritual(happening)
            return
        if happening.act != "request" and sale.key not in self.placed:
            return
        steps: dict[str, Callable[[Sale, dt.datetime], None]] = {
            "request": self._request,
            "accept": self._answer(work.accept),
            "decline": self._answer(work.decline),
            "deliver": self._answer(work.deliver),
            "cancel": self._cancel,
            "pay": self._pay,
            "confirm": self._confirm,
            "cost": self._cost,
            "approve": self._approve,
        }
        steps[happening.act](sale, happening.at)

    def _ritual(self, happening: Happening) -> None:
        month, at = Month.parse(happening.key), happening.at
        if happening.act == "people":
            self.stage.people_of(month, at)
        elif happening.act == "close_month":
            rituals.close_month(self.session, month=month, now=at)
        elif happening.act == "bank_settles":
            rituals.settle(self.session, bank=self.bank, now=at)
        elif happening.act == "pay_members":
            rituals.pay_members(self.session, stage=self.stage, month=month, now=at)
        elif happening.act == "members_confirm":
            rituals.confirm(self.session, stage=self.stage, month=month, now=at)
        elif happening.act == "officer_signs":
            rituals.sign_off(self.session, stage=self.stage, month=month, now=at)

    def _request(self, sale: Sale, at: dt.datetime) -> None:
        buyer_id = self.stage.buyers[sale.buyer]
        order = orders.place(
            self.session,
            buyer_id=buyer_id,
            lines=[
                orders.Wanted(
                    self.stage.listings[sale.player, sale.offer.title],
                    sale.quantity,
                    handover=sale.handover,
                )
            ],
            idempotency_key=sale.key,
            address=f"{sale.street}, {self.stage.place_of(sale.player)}",
            deliver_to=self.stage.place_of(sale.player),
            wanted_on=day_in_amsterdam(at) + dt.timedelta(days=5),
            now=at,
        )
        lines = orders.one(self.session, buyer_id=buyer_id, public_id=order.public_id).lines
        self.placed[sale.key] = Placed(order.public_id, lines[0].public_id, buyer_id)

    def _answer(self, step: Callable[..., object]) -> Callable[[Sale, dt.datetime], None]:
        def answer(sale: Sale, at: dt.datetime) -> None:
            member = self.stage.members[sale.player]
            step(
                self.session,
                cooperative_id=member.cooperative_id,
                membership_id=member.membership_id,
                public_id=self.placed[sale.key].line,
                now=at,
            )

        return answer

    def _cancel(self, sale: Sale, at: dt.datetime) -> None:
        placed = self.placed[sale.key]
        orders.cancel(self.session, buyer_id=placed.buyer_id, public_id=placed.order, now=at)

    def _pay(self, sale: Sale, at: dt.datetime) -> None:
        placed = self.placed[sale.key]
        wish = payments.begin(
            self.session,
            buyer_id=placed.buyer_id,
            public_id=placed.order,
            provider=self.bank.name,
            now=at,
        )
        page = self.bank.create_page(
            key=wish.key,
            amount_cents=wish.amount_cents,
            currency=wish.currency,
            title=wish.title,
            back_url="/",
            locale="nl",
        )
        payments.opened(self.session, intent_id=wish.intent_id, page=page)
        rituals.take_word(self.session, bank=self.bank, word=self.bank.pay(page.reference), now=at)

    def _confirm(self, sale: Sale, at: dt.datetime) -> None:
        placed = self.placed[sale.key]
        orders.confirm(
            self.session,
            buyer_id=placed.buyer_id,
            public_id=placed.order,
            line=placed.line,
            now=at,
        )

    def _cost(self, sale: Sale, at: dt.datetime) -> None:
        member = self.stage.members[sale.player]
        # Who is small pays the shop's VAT too; here the receipt shows the high rate.
        vat_cents = sale.cost_cents * 21 // 121
        by_member = hashlib.sha256(sale.key.encode()).digest()[0] % 3 == 0
        cost = costs.submit(
            self.session,
            cooperative_id=member.cooperative_id,
            membership_id=member.membership_id,
            description=self.stage.words_for_cost(sale.offer.category),
            category=CATEGORY_OF_COST.get(sale.offer.category, "material"),
            spent_on=day_in_amsterdam(at),
            gross_cents=sale.cost_cents,
            vat_cents=vat_cents,
            paid_by="member" if by_member else "cooperative",
            receipt_file=self.receipt_file,
            order_line_public_id=self.placed[sale.key].line,
            municipal_kind=self._kind(sale, member.membership_id, at),
            now=at,
        )
        self.receipts[sale.key] = cost.public_id

    def _kind(self, sale: Sale, membership_id: int, at: dt.datetime) -> str | None:
        """The kind without limits on the municipality's list; now and then something that is not on it."""
        month = Month.of(day_in_amsterdam(at))
        listed = accepting.listed_for(self.session, membership_id=membership_id, month=month)
        if hashlib.sha256(sale.key.encode()).digest()[1] % 6 == 0:
            return None
        return next((one.name for one in listed.costs if one == AcceptedCost(one.name)), None)

    def _approve(self, sale: Sale, at: dt.datetime) -> None:
        if sale.key not in self.receipts:
            return
        member = self.stage.members[sale.player]
        costs.approve(
            self.session,
            cooperative_id=member.cooperative_id,
            public_id=self.receipts[sale.key],
            actor_id=self.stage.coordinator_of(sale.player),
            now=at,
        )
