"""The queue of bank lines without a place, and what the treasurer does with each of them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import String, and_, case, cast, func, literal, or_, select
from sqlalchemy.orm import Session

from marketplace.domain import ledger as rules
from marketplace.domain.bank import entries
from marketplace.domain.bank.banking import LineIsUsed, NoSuchSettlement, WrongDirection
from marketplace.domain.bank.paying import ACTIVE
from marketplace.domain.errors import NotFound
from marketplace.models.banking import BankLine, BankStatement, PayoutItem
from marketplace.models.ledger import Account, Entry, Posting
from marketplace.models.orders import Order
from marketplace.services import audit
from marketplace.services.banking import matching
from marketplace.services.books import ledger
from marketplace.services.trade.lines import lock_order

PAGE = 50
# What a line may be booked on by hand; accounts of members, orders, refunds and bills have ways of their own.
OTHER_CODES = (
    "receivable",
    "payable_to_municipality",
    "output_vat",
    "reserve",
    "training_pot",
    "provider_fees",
    "losses",
    "cash",
)


def waiting(
    session: Session, *, cooperative_id: int, before: str | None = None
) -> list[tuple[BankLine, str | None]]:
    """Give the lines that wait, newest first, each with the payment state of its order; at most PAGE."""
    open_line = or_(BankLine.match.is_(None), BankLine.left_cents > 0)
    query = (
        select(BankLine, Order.payment_state)
        .outerjoin(Order, Order.id == BankLine.order_id)
        .where(BankLine.cooperative_id == cooperative_id, open_line)
    )
    if before is not None:
        mark = select(BankLine.id).where(BankLine.public_id == before)
        query = query.where(BankLine.id < mark.scalar_subquery())
    rows = session.execute(query.order_by(BankLine.id.desc()).limit(PAGE))
    return [(line, state) for line, state in rows]


def get(session: Session, *, cooperative_id: int, public_id: str, hold: bool = False) -> BankLine:
    """Give one line of the own cooperative; NotFound for another one's."""
    query = select(BankLine).where(
        BankLine.cooperative_id == cooperative_id, BankLine.public_id == public_id
    )
    if hold:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def to_order(
    session: Session,
    *,
    cooperative_id: int,
    public_id: str,
    reference: str,
    actor_id: int,
    now: dt.datetime,
) -> None:
    """Use what is left of a line for an order, named by its payment reference or its address's id."""
    order_id = session.scalar(
        select(Order.id).where(
            Order.cooperative_id == cooperative_id,
            or_(Order.public_id == reference, Order.bank_reference == reference),
        )
    )
    if order_id is None:
        raise NotFound
    held = lock_order(session, order_id)
    line = usable(session, cooperative_id=cooperative_id, public_id=public_id)
    if line.cents < 0:
        raise WrongDirection
    matching.attach(session, line=line, held=held, now=now)
    note(session, line, actor_id, now)


def to_provider(
    session: Session, *, cooperative_id: int, public_id: str, actor_id: int, now: dt.datetime
) -> None:
    """Recognise a payout of the provider: its own word booked the money at the bank already."""
    line = usable(session, cooperative_id=cooperative_id, public_id=public_id)
    if line.cents < 0:
        raise WrongDirection
    if line.left_cents > _settled_without_line(session, cooperative_id):
        raise NoSuchSettlement
    _use(session, line, entries.settlement_found(amount_cents=line.left_cents), "bank_used", now)
    line.match, line.left_cents = "provider", 0
    note(session, line, actor_id, now)


def to_other(
    session: Session,
    *,
    cooperative_id: int,
    public_id: str,
    code: str,
    reason: str,
    actor_id: int,
    now: dt.datetime,
) -> None:
    """Book a line on another account, with the reason in words."""
    if code not in OTHER_CODES:
        raise NotFound
    line = usable(session, cooperative_id=cooperative_id, public_id=public_id)
    came_in = line.cents > 0
    cents = line.left_cents if came_in else -line.cents
    entry = (
        entries.cash_banked(amount_cents=cents)
        if code == "cash" and came_in
        else entries.bank_other(amount_cents=cents, code=code, came_in=came_in)
    )
    _use(session, line, entry, "cash_banked" if code == "cash" else "bank_used", now)
    line.match, line.left_cents, line.account_code, line.reason = "other", 0, code, reason
    note(session, line, actor_id, now)


def balances(session: Session, *, cooperative_id: int) -> tuple[int, int | None, dt.date | None]:
    """Give what the books and what the newest statement say stands at the bank, and of which day."""
    newest = session.execute(
        select(BankStatement.closing_cents, BankStatement.closed_on)
        .where(
            BankStatement.cooperative_id == cooperative_id,
            BankStatement.closing_cents.is_not(None),
        )
        .order_by(BankStatement.closed_on.desc(), BankStatement.id.desc())
        .limit(1)
    ).one_or_none()
    books = ledger.balance(session, cooperative_id=cooperative_id, code="bank")
    return (books, None, None) if newest is None else (books, newest[0], newest[1])


def usable(session: Session, *, cooperative_id: int, public_id: str) -> BankLine:
    """Give a line that can get a place, held; LineIsUsed where it has one or is going back."""
    line = get(session, cooperative_id=cooperative_id, public_id=public_id, hold=True)
    if line.match is not None and line.left_cents == 0:
        raise LineIsUsed
    going_back = select(PayoutItem.id).where(
        PayoutItem.source_line_id == line.id,
        PayoutItem.state.in_(ACTIVE),
    )
    if session.scalar(going_back.limit(1)) is not None:
        raise LineIsUsed
    return line


def _settled_without_line(session: Session, cooperative_id: int) -> int:
    """What the provider says that it sent to the bank, less the lines in which it was recognised."""
    of_bank = (
        select(
            func.sum(
                case((Posting.side == "debit", Posting.amount_cents), else_=-Posting.amount_cents)
            )
        )
        .join(Entry, Entry.id == Posting.entry_id)
        .join(Account, Account.id == Posting.account_id)
        .where(Entry.cooperative_id == cooperative_id, Account.code == "bank")
    )
    sent = session.scalar(of_bank.where(Entry.kind == "clearing_settled")) or 0
    source = literal("bank_line:") + cast(BankLine.id, String) + literal(":bank_used")
    provider = select(source).where(
        and_(BankLine.cooperative_id == cooperative_id, BankLine.match == "provider")
    )
    return int(sent) + int(session.scalar(of_bank.where(Entry.source.in_(provider))) or 0)


def _use(session: Session, line: BankLine, entry: rules.Entry, kind: str, now: dt.datetime) -> None:
    ledger.post(
        session,
        entry,
        cooperative_id=line.cooperative_id,
        source=f"bank_line:{line.id}:{kind}",
        kind=kind,
        membership_id=None,
        now=now,
    )


def note(session: Session, line: BankLine, actor_id: int, now: dt.datetime) -> None:
    """Write who gave a line its place."""
    line.matched_by_id, line.matched_at = actor_id, now
    session.flush()
    audit.record(
        session,
        actor_id=actor_id,
        act="bank_line_matched",
        thing=f"bank_line:{line.public_id}",
        at=now,
        cooperative_id=line.cooperative_id,
        after={"match": line.match, "left_cents": line.left_cents},
    )
