"""What must be true: at every moment (cheap), and when all has come to rest (everything).

Mail, exactly: SMTP hands over at least once, because a process may die between the server's yes and our
note of it. So "no double mail" means: one happening is one row of the outbox, one row is one Message-ID
whenever it is handed over again, and no two Message-IDs carry the same words to the same address. A mail
programme shows one Message-ID once. How many were handed over again is counted.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text

from marketplace.gateways.database import Database
from marketplace.services import ledgercheck
from tests.faults.buyers import PAID_PLANS, Bought
from tests.faults.people import STOCK
from tests.faults.processes import KEY

# Each gives rows only where something is wrong.
ALWAYS = {
    "an order came twice": "SELECT idempotency_key FROM orders GROUP BY buyer_id, idempotency_key"
    " HAVING count(*) > 1",
    "an order without its line": "SELECT o.id FROM orders o LEFT JOIN order_lines l ON l.order_id = o.id"
    " WHERE l.id IS NULL",
    "an order was paid by two intents": "SELECT order_id FROM payment_intents WHERE state = 'paid'"
    " GROUP BY order_id HAVING count(*) > 1",
    "a paid order without a paid intent": "SELECT o.id FROM orders o LEFT JOIN payment_intents i"
    " ON i.order_id = o.id AND i.state = 'paid' WHERE o.payment_state = 'paid' AND i.id IS NULL",
    "a paid intent of an order that is not": "SELECT i.id FROM payment_intents i JOIN orders o"
    " ON o.id = i.order_id WHERE i.state = 'paid' AND o.payment_state <> 'paid'",
    "a paid order that is not booked once": "SELECT o.id FROM orders o LEFT JOIN entries e"
    " ON e.cooperative_id = o.cooperative_id AND e.source = 'order:' || o.id || ':paid'"
    " WHERE o.payment_state = 'paid' GROUP BY o.id HAVING count(e.id) <> 1",
    "a delivered line that is not booked once": "SELECT l.id FROM order_lines l LEFT JOIN entries e"
    " ON e.cooperative_id = l.cooperative_id AND e.source = 'line:' || l.id || ':delivered'"
    " WHERE l.delivered_on IS NOT NULL GROUP BY l.id HAVING count(e.id) <> 1",
    "more went back than was paid": "SELECT o.id FROM orders o JOIN refunds r ON r.order_id = o.id"
    " GROUP BY o.id, o.total_cents HAVING sum(r.amount_cents) > o.total_cents",
    "a stray payment that is not booked once": "SELECT i.id FROM payment_intents i LEFT JOIN entries e"
    " ON e.cooperative_id = i.cooperative_id AND e.source = 'intent:' || i.id || ':stray_received'"
    " WHERE i.state IN ('stray', 'returned') GROUP BY i.id HAVING count(e.id) <> 1",
    "a stray payment is not given back as often as its row says": "SELECT i.id FROM payment_intents i"
    " LEFT JOIN entries e ON e.cooperative_id = i.cooperative_id AND e.kind = 'stray_repaid'"
    " AND substr(e.source, 1, length('intent:' || i.id || ':')) = 'intent:' || i.id || ':'"
    " WHERE i.state IN ('stray', 'returned')"
    " GROUP BY i.id, i.state HAVING count(e.id) <> CASE WHEN i.state = 'stray' THEN 0 ELSE 1 END",
    "a stray payment without its mail": "SELECT i.id FROM payment_intents i LEFT JOIN outbox m"
    " ON m.dedupe_key = 'stray:' || i.id WHERE i.state IN ('stray', 'returned') AND m.id IS NULL",
    "an entry is open": "SELECT id FROM entries WHERE NOT sealed",
    "an entry is out of balance": "SELECT entry_id FROM postings GROUP BY entry_id HAVING"
    " sum(CASE WHEN side = 'debit' THEN amount_cents ELSE -amount_cents END) <> 0",
    "a paid order without its mail": "SELECT o.id FROM orders o JOIN order_lines l ON l.order_id = o.id"
    " LEFT JOIN outbox m ON m.dedupe_key = 'order_paid_buyer:' || l.id"
    " WHERE o.payment_state = 'paid' AND m.id IS NULL",
    "a paid order without its invoice": "SELECT o.id FROM orders o LEFT JOIN invoices i"
    " ON i.order_id = o.id AND i.kind = 'invoice' WHERE o.payment_state = 'paid' AND i.id IS NULL",
    "a delivery without its mail": "SELECT l.id FROM order_lines l LEFT JOIN outbox m"
    " ON m.dedupe_key = 'order_delivered:' || l.id WHERE l.delivered_on IS NOT NULL AND m.id IS NULL",
    "a refund of ours without its mail": "SELECT r.id FROM refunds r LEFT JOIN outbox m"
    " ON m.dedupe_key = 'refund:' || r.id WHERE r.reason <> 'provider_dashboard' AND m.id IS NULL",
    "a refund without its credit note": "SELECT r.id FROM refunds r LEFT JOIN invoices i"
    " ON i.cooperative_id = r.cooperative_id AND i.source = 'refund:' || r.id WHERE i.id IS NULL",
    "a gap in the invoices": "SELECT cooperative_id FROM invoices GROUP BY cooperative_id, year"
    " HAVING max(number) <> count(*) OR min(number) <> 1",
}
# And when nothing moves any more.
AT_REST = {
    "an order still waits": "SELECT public_id FROM orders WHERE payment_state IN ('not_due', 'awaiting')",
    "a delivery is not confirmed": "SELECT id FROM order_lines WHERE state = 'delivered'",
    "a refund did not arrive": "SELECT id, state, last_error FROM refunds WHERE state <> 'done'",
    "a stray payment is not given back": "SELECT id FROM payment_intents WHERE state = 'stray'",
    "a call to the provider is not done": "SELECT id, state, last_error FROM provider_calls WHERE state <> 'done'",
    "a mail is not sent": "SELECT kind, state, last_error FROM outbox WHERE state <> 'sent'",
    "a word was refused": "SELECT event_id, reason FROM payment_events WHERE outcome = 'refused'",
    "the account differs from the books": "SELECT kind, reference, here_cents, there_cents"
    " FROM provider_differences WHERE gone_at IS NULL",
    "a document waits": "SELECT id, kind FROM invoice_requests",
}
FEW = 3


def cheap(connection: Connection) -> list[str]:
    """What is wrong now; each question is one statement, so it sees one moment. Empty is good."""
    return list(_asked(connection, ALWAYS))


def at_rest(connection: Connection) -> list[str]:
    """What still moves, or is stuck."""
    return list(_asked(connection, AT_REST))


def _asked(connection: Connection, questions: dict[str, str]) -> Iterator[str]:
    for name, query in questions.items():
        rows = connection.exec_driver_sql(query).all()
        if rows:
            yield f"{name}: {len(rows)}, such as {[tuple(row) for row in rows[:FEW]]}"


def everything(
    url: str, engine: Engine, orders: list[Bought], figures: dict[str, Any], letters: Path
) -> list[str]:
    """Every promise of the drill, from four sides: what people did, the database, the provider, the post."""
    with engine.connect() as connection:
        found = cheap(connection) + at_rest(connection)
        found += _as_planned(connection, orders)
        found += _strays(connection, orders)
        found += _provider(connection, figures)
        found += _mails(connection, read(letters))
        found += _stock(connection, orders)
    return found + books(url)


def books(url: str) -> list[str]:
    """What `ledger check` says."""
    database = Database(url, [KEY])
    with database.session(writes=False) as session:
        ledgercheck.look_at_one_moment(session)
        found = [f"ledger check: {fault}" for fault in ledgercheck.check(session)]
    database.engine.dispose()
    return found


def _as_planned(connection: Connection, orders: list[Bought]) -> Iterator[str]:
    """Each order that somebody placed is there once, and ended as its people meant it to."""
    rows = connection.execute(
        text(
            "SELECT o.public_id, o.payment_state, l.state, l.refunded_cents, l.gross_cents"
            " FROM orders o JOIN order_lines l ON l.order_id = o.id"
        )
    ).all()
    there = {row[0]: row[1:] for row in rows}
    if len(rows) != len(orders) or len({one.public_id for one in orders}) != len(orders):
        yield f"{len(orders)} orders were placed, {len(rows)} are there"
    for one in orders:
        standing = there.get(one.public_id)
        if standing is None or not _fits(one.plan, *standing):
            yield f"order {one.number} ({one.plan}, {one.public_id}) stands so: {standing}"


def _strays(connection: Connection, orders: list[Bought]) -> Iterator[str]:
    """Each order that was paid twice has one payment that it took and one that went back, and no other has any."""
    rows = connection.execute(
        text(
            "SELECT o.public_id FROM payment_intents i JOIN orders o ON o.id = i.order_id"
            " WHERE i.state IN ('stray', 'returned')"
        )
    ).scalars()
    here, must = Counter(rows), Counter(one.public_id for one in orders if one.plan == "paid twice")
    if here != must:
        yield f"paid twice: {list((here - must) + (must - here))[:FEW]}"


def _fits(plan: str, payment: str, line: str, back: int, gross: int) -> bool:
    if plan not in PAID_PLANS:
        ended = {"declined": "declined", "cancelled": "cancelled", "never paid": "expired"}
        return (payment, line, back) == ("cancelled", ended[plan], 0)
    amounts = {"settled": 0, "paid twice": 0, "part back": 501, "dashboard": 500}
    return (payment, line, back) == (
        "paid",
        "confirmed" if plan in amounts else "refunded",
        amounts.get(plan, gross),
    )


def _provider(connection: Connection, figures: dict[str, Any]) -> Iterator[str]:
    """The account at the provider beside the books: payment by payment, refund by refund, to the cent."""
    intents = connection.execute(
        text(
            "SELECT public_id, amount_cents FROM payment_intents"
            " WHERE state IN ('paid', 'stray', 'returned')"
        )
    ).all()
    here = Counter((key, cents) for key, cents in intents)
    there = Counter(
        (key, cents) for key, _, paid, cents in figures["pages"].values() if paid == "paid"
    )
    if here != there:
        yield f"payments differ: {list((here - there) + (there - here))[:FEW]}"
    open_pages = [key for key, one in figures["pages"].items() if one[1] == "open"]
    if open_pages and _asked_for(connection, open_pages):
        yield f"pages stand open for orders that ended: {open_pages[:FEW]}"
    rows = connection.execute(text("SELECT provider_reference, amount_cents FROM refunds")).all()
    back = Counter((reference, cents) for reference, cents in rows)
    back += Counter(_given_back(connection))
    given = Counter((reference, cents) for reference, _, cents, _ in figures["refunds"])
    if back != given:
        yield f"refunds differ: {list((back - given) + (given - back))[:FEW]}"
    keys = Counter(key for _, key, _, _ in figures["refunds"] if key)
    if max(keys.values(), default=1) > 1:
        yield f"the provider gave back twice: {keys.most_common(FEW)}"
    clearing = connection.execute(
        text(
            "SELECT sum(CASE WHEN p.side = 'debit' THEN p.amount_cents ELSE -p.amount_cents END)"
            " FROM postings p JOIN accounts a ON a.id = p.account_id WHERE a.code = 'provider_clearing'"
        )
    ).scalar_one()
    if int(clearing or 0) != figures["balance"]:
        yield f"the clearing account says {clearing}, the provider {figures['balance']}"
    if figures["waiting"]:
        yield f"{figures['waiting']} words were never taken"


def _given_back(connection: Connection) -> Iterator[tuple[str, int]]:
    """The stray payments that went back: the provider's name of each refund stands in its entry only."""
    rows = connection.execute(
        text(
            "SELECT e.source, p.amount_cents FROM entries e JOIN postings p ON p.entry_id = e.id"
            " WHERE e.kind = 'stray_repaid' AND p.side = 'debit'"
        )
    )
    for source, cents in rows:
        yield source.split(":")[2], cents


def _asked_for(connection: Connection, pages: list[str]) -> bool:
    """Whether one of these pages is of an order that was cancelled by somebody, so that it had to be closed."""
    query = "SELECT i.provider_reference FROM payment_intents i JOIN orders o ON o.id = i.order_id"
    rows = connection.execute(text(f"{query} WHERE o.payment_state = 'cancelled'")).scalars()
    return bool(set(rows) & set(pages))


def _mails(connection: Connection, letters: list[dict[str, str]]) -> Iterator[str]:
    rows = connection.execute(text("SELECT public_id FROM outbox")).scalars().all()
    got = {one["id"] for one in letters}
    if set(rows) - got:
        yield f"mails that never arrived: {sorted(set(rows) - got)[:FEW]}"
    if got - set(rows):
        yield f"mails that nobody wrote: {sorted(got - set(rows))[:FEW]}"
    same: dict[str, set[str]] = defaultdict(set)
    for one in letters:
        same[one["text"]].add(one["id"])
    for text_, ids in same.items():
        if len(ids) > 1:
            subject = next(one["subject"] for one in letters if one["text"] == text_)
            yield f"the same words under {len(ids)} Message-IDs: {subject}"


def read(letters: Path) -> list[dict[str, str]]:
    """What the mail server got."""
    return [json.loads(line) for line in letters.read_text("utf-8").splitlines()]


def handed_over_again(letters: Path) -> int:
    """How many Message-IDs the mail server got more than once."""
    return sum(count > 1 for count in Counter(one["id"] for one in read(letters)).values())


def _stock(connection: Connection, orders: list[Bought]) -> Iterator[str]:
    """A piece is on the shelf, or with a buyer."""
    for listing in {one.stall.product_id for one in orders}:
        left = connection.execute(
            text("SELECT stock FROM listings WHERE id = :id"), {"id": listing}
        ).scalar_one()
        kept = {"settled", "paid twice", "part back", "whole back", "dashboard"}
        sold = sum(
            one.product and one.stall.product_id == listing and one.plan in kept for one in orders
        )
        if left != STOCK - sold:
            yield f"listing {listing}: {left} pieces left, {sold} were sold of {STOCK}"
