"""What can be paid now: to members, buyers, suppliers and municipalities, less what is on its way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session

from marketplace.domain.bank.paying import ACTIVE
from marketplace.domain.orders import PaymentState
from marketplace.models.banking import BankLine, PayoutItem
from marketplace.models.base import Encrypted
from marketplace.models.costs import Cost
from marketplace.models.memberships import Membership
from marketplace.models.orders import Order
from marketplace.models.people import Person
from marketplace.models.refunds import Refund
from marketplace.services.banking import townhalls
from marketplace.services.books import covers, payouts
from marketplace.services.trade.refunds import MOST_ATTEMPTS


@dataclass(frozen=True, slots=True)
class Payable:
    """Something that can be paid now: `key` names it in a form, `row_id` is the row that it pays for.

    `owner` is the public id of the member or municipality whose account the treasurer can set,
    `note` tells what came in the way before, or which bill it is.
    """

    key: str
    kind: str
    name: str
    cents: int
    row_id: int
    iban: str
    owner: str | None = None
    note: str = ""


def all_of(session: Session, *, cooperative_id: int) -> list[Payable]:
    """Give what can be proposed: what is due less what is on its way already."""
    found = [
        *_of_members(session, cooperative_id),
        *_one_by_one(session, cooperative_id),
        *_of_townhalls(session, cooperative_id),
    ]
    return [one for one in found if one.cents > 0]


def _of_members(session: Session, cooperative_id: int) -> list[Payable]:
    due = payouts.payable(session, cooperative_id=cooperative_id)
    rows = session.execute(
        select(Membership, Membership.iban, _under_way("earnings"), _under_way("receipts"))
        .where(Membership.cooperative_id == cooperative_id, Membership.id.in_(sorted(due)))
        .order_by(Membership.name, Membership.id)
    )
    return [
        Payable(
            key=f"{kind}:{member.public_id}",
            kind=kind,
            name=member.name,
            cents=cents - int(earnings if kind == "earnings" else receipts),
            row_id=member.id,
            iban=iban or "",
            owner=member.public_id,
        )
        for member, iban, earnings, receipts in rows
        for kind, cents in sorted(due[member.id].items())
    ]


def _under_way(kind: str) -> ColumnElement[int]:
    return func.coalesce(
        select(func.sum(PayoutItem.cents))
        .where(
            PayoutItem.membership_id == Membership.id,
            PayoutItem.kind == kind,
            PayoutItem.state.in_(ACTIVE),
        )
        .correlate(Membership)
        .scalar_subquery(),
        0,
    )


def _one_by_one(session: Session, cooperative_id: int) -> list[Payable]:
    """What is paid whole or not at all: surpluses, refunds and bills, each once, in one question."""
    parts = (_surpluses(cooperative_id), _refunds(cooperative_id), _bills(cooperative_id))
    return [
        Payable(
            f"{kind}:{public_id}", kind, name[:70] or "-", cents, key, iban or "", note=note or ""
        )
        for kind, key, public_id, name, cents, iban, note in session.execute(
            parts[0].union_all(*parts[1:])
        )
    ]


def _busy(column: Any, *states: str) -> Select[Any]:
    return select(column).where(column.is_not(None), PayoutItem.state.in_(states))


def _surpluses(cooperative_id: int) -> Select[*tuple[Any, ...]]:
    """Money that came in for an order that takes none, or too much of it: it can go back."""
    return (
        select(
            literal("surplus").label("kind"),
            BankLine.id,
            BankLine.public_id,
            BankLine.counter_name,
            BankLine.left_cents,
            BankLine.counter_iban,
            literal("").label("note"),
        )
        .outerjoin(Order, Order.id == BankLine.order_id)
        .where(
            BankLine.cooperative_id == cooperative_id,
            BankLine.left_cents > 0,
            BankLine.id.not_in(_busy(PayoutItem.source_line_id, *ACTIVE)),
            func.coalesce(Order.payment_state, "") != PaymentState.AWAITING,
        )
    )


def _refunds(cooperative_id: int) -> Select[*tuple[Any, ...]]:
    """Give what goes back to buyers by bank: paid by bank or cash, or refused by the provider."""
    return (
        select(
            literal("refund"),
            Refund.id,
            Refund.public_id,
            func.coalesce(Order.refund_name, func.nullif(_payer("counter_name"), ""), Person.name),
            Refund.amount_cents - Refund.covered_cents,
            refund_iban(),
            func.coalesce(Refund.last_error, ""),
        )
        .join(Order, Order.id == Refund.order_id)
        .join(Person, Person.id == Order.buyer_id)
        .where(
            Refund.cooperative_id == cooperative_id,
            open_by_bank(),
            Refund.id.not_in(_busy(PayoutItem.refund_id, *ACTIVE)),
        )
    )


def open_by_bank() -> ColumnElement[bool]:
    """Tell which refunds a transfer can settle: none that waits for a dispute.

    One that the provider never answered may have arrived.
    """
    clear_no = or_(Refund.provider_reference.is_not(None), Refund.attempts < MOST_ATTEMPTS)
    stands = or_(
        (Refund.state != "done") & Refund.via.in_(("bank", "cash")),
        (Refund.state == "failed") & clear_no,
    )
    return and_(stands, ~covers.refund_waits())


def refund_iban() -> ColumnElement[str]:
    """Give the account of a refund: what the buyer told, else where the money came from.

    After something went wrong with it, only what the buyer tells from then on.
    """
    told = type_coerce(Order.refund_iban, Text)
    known = case(
        (Refund.last_error.is_not(None), told),
        else_=func.coalesce(told, func.nullif(type_coerce(_payer("counter_iban"), Text), "")),
    )
    return type_coerce(known, Encrypted)


def _payer(column: str) -> Any:
    """Give what the newest line of an order says of who paid."""
    return (
        select(getattr(BankLine, column))
        .where(BankLine.order_id == Order.id, type_coerce(BankLine.counter_iban, Text) != "")
        .order_by(BankLine.id.desc())
        .limit(1)
        .correlate(Order)
        .scalar_subquery()
    )


def _bills(cooperative_id: int) -> Select[*tuple[Any, ...]]:
    """Bills of suppliers that were approved and are not paid."""
    return select(
        literal("supplier"),
        Cost.id,
        Cost.public_id,
        func.coalesce(Cost.supplier_name, ""),
        Cost.gross_cents,
        Cost.supplier_iban,
        Cost.supplier_reference,
    ).where(
        Cost.cooperative_id == cooperative_id,
        Cost.state == "approved",
        Cost.paid_by == "supplier",
        Cost.id.not_in(_busy(PayoutItem.cost_id, *ACTIVE, "paid")),
    )


def _of_townhalls(session: Session, cooperative_id: int) -> list[Payable]:
    return [
        Payable(
            key=f"municipality:{one.public_id}",
            kind="municipality",
            name=one.name[:70],
            cents=one.cents,
            row_id=one.id,
            iban=one.iban,
            owner=one.public_id,
        )
        for one in townhalls.owed(session, cooperative_id=cooperative_id)
    ]
