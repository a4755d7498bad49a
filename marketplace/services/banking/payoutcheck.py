"""What the payments that we sent say must stand in the books, and what suppliers still get."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from marketplace.domain.bank.paying import BOOKED_AS, PAYS
from marketplace.domain.faults import Fault
from marketplace.models.banking import BankLine, PayoutItem
from marketplace.models.costs import Cost
from marketplace.models.ledger import Account, Entry, Posting
from marketplace.services.books import ledger

# Refunds are looked at with the refunds (books/refundcheck.py), earnings and receipts with the members.
_KINDS = ("surplus_repaid", "supplier_paid", "municipality_paid", "payment_returned")
_Seen = tuple[int, frozenset[str], int | None]


def check(session: Session, cooperative_id: int) -> Iterator[Fault]:
    """Each payment that was carried out or came back has its entry, and no entry is without one."""
    must = _must(session, cooperative_id)
    booked = _booked(session, cooperative_id)
    for source, wanted in must.items():
        found = booked.pop(source, None)
        if found is None:
            yield Fault("happening_not_booked", source)
        elif found != wanted:
            yield Fault("amount_differs", source, f"must be {wanted}, books say {found}")
    for source in booked:
        yield Fault("entry_without_happening", source)
    owed = _owed_to_suppliers(session, cooperative_id)
    stands = ledger.balance(session, cooperative_id=cooperative_id, code="payable_to_supplier")
    if stands != owed:
        thing = f"cooperative:{cooperative_id}:payable_to_supplier"
        yield Fault("balance_differs", thing, f"must be {owed}, books say {stands}")


def _must(session: Session, cooperative_id: int) -> dict[str, _Seen]:
    items = session.execute(
        select(
            PayoutItem.id,
            PayoutItem.kind,
            PayoutItem.state,
            PayoutItem.cents,
            PayoutItem.membership_id,
        ).where(
            PayoutItem.cooperative_id == cooperative_id,
            PayoutItem.state.in_(("paid", "returned")),
        )
    )
    must: dict[str, _Seen] = {}
    for key, kind, state, cents, member in items:
        if BOOKED_AS.get(kind, "") in _KINDS:
            codes = frozenset({PAYS[kind], "bank"})
            must[f"payout_item:{key}:{BOOKED_AS[kind]}"] = (cents, codes, None)
        if state == "returned":
            codes = frozenset({"unmatched_receipts", PAYS[kind]})
            must[f"payout_item:{key}:payment_returned"] = (cents, codes, member)
    return must


def _booked(session: Session, cooperative_id: int) -> dict[str, _Seen]:
    """Give what each entry moves, over which accounts, and of whom it is."""
    # A municipality can be paid without a batch too; that entry names its own settlement.
    own = or_(Entry.kind != "municipality_paid", Entry.source.startswith("payout_item:"))
    rows = session.execute(
        select(Entry.source, Entry.membership_id, Posting.side, Posting.amount_cents, Account.code)
        .join(Posting, Posting.entry_id == Entry.id)
        .join(Account, Account.id == Posting.account_id)
        .where(Entry.cooperative_id == cooperative_id, Entry.kind.in_(_KINDS), own)
    )
    found: dict[str, _Seen] = {}
    for source, member, side, cents, code in rows:
        total, codes, _member = found.get(source, (0, frozenset(), member))
        found[source] = (total + (cents if side == "debit" else 0), codes | {code}, member)
    return found


def _owed_to_suppliers(session: Session, cooperative_id: int) -> int:
    bills = session.scalar(
        select(func.sum(Cost.gross_cents)).where(
            Cost.cooperative_id == cooperative_id,
            Cost.state == "approved",
            Cost.paid_by == "supplier",
        )
    )
    paid = session.scalar(
        select(func.sum(PayoutItem.cents)).where(
            PayoutItem.cooperative_id == cooperative_id,
            PayoutItem.kind == "supplier",
            PayoutItem.state == "paid",
        )
    )
    # A bill that was booked on the account by hand, before bills had payments of their own.
    by_hand_cents = by_hand(session, cooperative_id, code="payable_to_supplier")
    return int(bills or 0) - int(paid or 0) + by_hand_cents


def by_hand(session: Session, cooperative_id: int, *, code: str) -> int:
    """Give what lines of the bank added to an account by hand: above zero came in."""
    found = session.scalar(
        select(func.sum(BankLine.cents)).where(
            BankLine.cooperative_id == cooperative_id,
            BankLine.match == "other",
            BankLine.account_code == code,
        )
    )
    return int(found or 0)
