"""Proves the books: balanced, sealed, complete, nothing extra, and guarded by their triggers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    SQLColumnExpression,
    String,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Session

from marketplace.domain.faults import Fault
from marketplace.domain.ledger import CHART, KINDS, PAID_INTO
from marketplace.models import triggers
from marketplace.models.banking import BankLine
from marketplace.models.cooperatives import Cooperative
from marketplace.models.ledger import Account, Entry, Posting
from marketplace.models.orders import Order, OrderLine
from marketplace.models.payments import PaymentIntent
from marketplace.models.refunds import RefundLine
from marketplace.services.banking import payoutcheck
from marketplace.services.books import (
    allocationcheck,
    covercheck,
    disputecheck,
    ledger,
    refundcheck,
    straycheck,
)
from marketplace.services.books.ledger import debited
from marketplace.services.trade.settling import SOLD_STATES


@dataclass(frozen=True, slots=True)
class Counts:
    """How much was checked."""

    cooperatives: int
    entries: int
    postings: int


def look_at_one_moment(session: Session) -> None:
    """Let a fresh session see one moment, so that what is booked meanwhile looks like no fault.

    A reading transaction of SQLite does so by itself.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))


def check(session: Session) -> list[Fault]:
    """Give every fault of the books of all cooperatives; an empty list proves them."""
    faults = [*_triggers(session), *_entries(session), *_accounts(session)]
    for cooperative_id in session.scalars(select(Cooperative.id).order_by(Cooperative.id)).all():
        faults += _orders(session, cooperative_id)
        faults += _extra(session, cooperative_id)
        faults += _sums(session, cooperative_id)
        faults += allocationcheck.check(session, cooperative_id)
        faults += refundcheck.check(session, cooperative_id)
        faults += disputecheck.check(session, cooperative_id)
        faults += payoutcheck.check(session, cooperative_id)
        faults += straycheck.check(session, cooperative_id)
        faults += covercheck.check(session, cooperative_id)
    return faults


def counts(session: Session) -> Counts:
    """Count what a check goes through."""
    return Counts(
        *(
            session.scalar(select(func.count()).select_from(table)) or 0
            for table in (Cooperative, Entry, Posting)
        )
    )


def _triggers(session: Session) -> Iterator[Fault]:
    dialect = session.get_bind().dialect.name
    present, found = _in_sqlite(session) if dialect == "sqlite" else _in_postgresql(session)
    for name in sorted(triggers.names(dialect) - present):
        yield Fault("trigger_missing", name)
    for name, must in triggers.texts(dialect).items():
        if name in found and found[name] != must:
            yield Fault("trigger_changed", name)


def _in_sqlite(session: Session) -> tuple[set[str], dict[str, str]]:
    rows = session.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    found = {name: sql for name, sql in rows}  # noqa: C416 rows are no pairs to the type checker
    return set(found), found


def _in_postgresql(session: Session) -> tuple[set[str], dict[str, str]]:
    # 'D' is disabled and 'R' fires on replicas only: neither guards anything here.
    present = session.scalars(
        text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')")
    )
    rows = session.execute(
        text("SELECT proname, prosrc FROM pg_proc WHERE proname LIKE 'books\\_%'")
    )
    bodies = {name: body for name, body in rows}  # noqa: C416 idem
    return set(present), bodies


def _entries(session: Session) -> Iterator[Fault]:
    unsealed = select(Entry.source).where(~Entry.sealed).order_by(Entry.id)
    for source in session.scalars(unsealed):
        yield Fault("entry_open", source)
    unbalanced = (
        select(Entry.source, debited, func.count(Posting.id))
        .outerjoin(Posting, Posting.entry_id == Entry.id)
        .group_by(Entry.id, Entry.source)
        .having(or_(func.count(Posting.id) < 2, debited != 0))
        .order_by(Entry.id)
    )
    for source, off, lines in session.execute(unbalanced):
        yield Fault("entry_unbalanced", source, f"{lines} postings, debit less credit {off or 0}")
    for source in session.scalars(select(Entry.source).where(Entry.kind.not_in(KINDS))):
        yield Fault("entry_without_happening", source)


def _accounts(session: Session) -> Iterator[Fault]:
    per_member = [code for code, kind in CHART.items() if kind.per_member]
    shared = [code for code, kind in CHART.items() if not kind.per_member]
    wrong = select(Account.id, Account.code).where(
        or_(
            Account.code.not_in(CHART),
            Account.code.in_(per_member) & Account.membership_id.is_(None),
            Account.code.in_(shared) & Account.membership_id.is_not(None),
        )
    )
    for key, code in session.execute(wrong):
        yield Fault("account_not_in_chart", f"account:{key}", code)
    foreign = (
        select(Entry.source, Account.code)
        .join(Posting, Posting.entry_id == Entry.id)
        .join(Account, Account.id == Posting.account_id)
        .where(
            Account.membership_id.is_not(None),
            or_(Entry.membership_id.is_(None), Entry.membership_id != Account.membership_id),
        )
    )
    for source, code in session.execute(foreign):
        yield Fault("account_of_another_member", source, code)


def _orders(session: Session, cooperative_id: int) -> Iterator[Fault]:
    """Each paid order has one entry of its amount."""
    booked = (
        select(func.sum(Posting.amount_cents))
        .join(Entry, Entry.id == Posting.entry_id)
        .join(Account, Account.id == Posting.account_id)
        .where(
            Entry.cooperative_id == cooperative_id,
            Entry.source == _paid_source(),
            Entry.kind == "paid",
            Account.code == case(PAID_INTO, value=Order.paid_via),
            Posting.side == "debit",
        )
        .correlate(Order)
        .scalar_subquery()
    )
    differing = select(Order.id, Order.total_cents, booked).where(
        _is_paid(cooperative_id), func.coalesce(booked, 0) != Order.total_cents
    )
    for key, total, cents in session.execute(differing):
        code = "happening_not_booked" if cents is None else "amount_differs"
        yield Fault(code, f"order:{key}:paid", f"must be {total}, books say {cents or 0}")


def _extra(session: Session, cooperative_id: int) -> Iterator[Fault]:
    """Each payment and fee has its paid order, and what is a member's has its member."""
    paid = _is_paid(cooperative_id)
    fee_source = func.replace(_paid_source(), ":paid", ":provider_fee")
    conditions = (
        (Entry.kind == "paid") & Entry.source.not_in(select(_paid_source()).where(paid)),
        (Entry.kind == "provider_fee")
        & Entry.source.not_in(select(fee_source).where(paid))
        & Entry.source.not_in(straycheck.fee_sources(cooperative_id)),
        Entry.kind.in_(allocationcheck.KINDS) & Entry.membership_id.is_(None),
    )
    extra = select(Entry.source).where(Entry.cooperative_id == cooperative_id, or_(*conditions))
    for source in session.scalars(extra.order_by(Entry.id)):
        yield Fault("entry_without_happening", source)


def _is_paid(cooperative_id: int) -> ColumnElement[bool]:
    return (Order.cooperative_id == cooperative_id) & (Order.payment_state == "paid")


def _paid_source() -> ColumnElement[str]:
    return literal("order:") + cast(Order.id, String) + literal(":paid")


def _sums(session: Session, cooperative_id: int) -> Iterator[Fault]:
    """The sums that the rows outside the books give, beside the balances."""
    must = {
        "provider_clearing": _at_provider(session, cooperative_id),
        "received_in_advance": _of_lines(
            session, cooperative_id, OrderLine.net_cents, OrderLine.delivered_on.is_(None)
        )
        - refundcheck.returned(
            session, cooperative_id, RefundLine.net_cents, OrderLine.delivered_on.is_(None)
        ),
        "output_vat": _of_lines(session, cooperative_id, OrderLine.vat_cents, literal(value=True))
        - refundcheck.returned(session, cooperative_id, RefundLine.vat_cents)
        + payoutcheck.by_hand(session, cooperative_id, code="output_vat"),
        "refunds_payable": refundcheck.open_cents(session, cooperative_id)
        + payoutcheck.by_hand(session, cooperative_id, code="refunds_payable"),
    }
    must["dispute_held"] = disputecheck.held_cents(session, cooperative_id)
    must["unmatched_receipts"] = _left_of_bank_lines(
        session, cooperative_id
    ) + straycheck.open_cents(session, cooperative_id)
    for code, cents in must.items():
        found = ledger.balance(session, cooperative_id=cooperative_id, code=code)
        if found != cents:
            thing = f"cooperative:{cooperative_id}:{code}"
            yield Fault("balance_differs", thing, f"must be {cents}, books say {found}")


def _left_of_bank_lines(session: Session, cooperative_id: int) -> int:
    """What came in at the bank and has no use yet, line by line."""
    left = select(func.sum(BankLine.left_cents)).where(BankLine.cooperative_id == cooperative_id)
    return int(session.scalar(left) or 0)


def _at_provider(session: Session, cooperative_id: int) -> int:
    """Payments that the provider told us of, less its fees, what it sent on to the bank, and what was disputed."""
    # What was given back of a stray payment went; what the buyer's bank took of it is among the disputes.
    came = case(
        (PaymentIntent.state == "returned", PaymentIntent.covered_cents),
        else_=PaymentIntent.amount_cents,
    )
    received = session.scalar(
        select(func.sum(came)).where(
            PaymentIntent.cooperative_id == cooperative_id,
            PaymentIntent.state.in_(("paid", "stray", "returned")),
        )
    )
    gone = session.scalar(
        select(debited)
        .join(Entry, Entry.id == Posting.entry_id)
        .join(Account, Account.id == Posting.account_id)
        .where(
            Entry.cooperative_id == cooperative_id,
            Entry.kind.in_(("provider_fee", "clearing_settled")),
            Account.code.in_(("provider_fees", "bank")),
        )
    )
    back = refundcheck.done_cents(session, cooperative_id, via="provider")
    disputed = disputecheck.taken_cents(session, cooperative_id)
    return int(received or 0) - int(gone or 0) - back - disputed


def _of_lines(
    session: Session,
    cooperative_id: int,
    amount: SQLColumnExpression[int],
    condition: ColumnElement[bool],
) -> int:
    found = session.scalar(
        select(func.sum(amount))
        .join(Order, Order.id == OrderLine.order_id)
        .where(
            OrderLine.cooperative_id == cooperative_id,
            Order.payment_state == "paid",
            OrderLine.state.in_(SOLD_STATES),
            condition,
        )
    )
    return int(found or 0)
