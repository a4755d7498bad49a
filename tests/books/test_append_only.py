"""The database itself refuses to change the books."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from marketplace.models.audit import AuditLine
from marketplace.models.ledger import Account, Entry, Posting
from marketplace.services import audit
from tests.books.factories import at, make_member, make_person, sell


@pytest.fixture
def books(session):
    member = make_member(session)
    sell(session, member, gross_cents=12_100, now=at("2026-01-14"))
    audit.record(session, actor_id=make_person(session).id, act="a", thing="b", at=at("2026-01-14"))
    session.commit()
    return session


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE postings SET amount_cents = amount_cents + 1",
        "UPDATE postings SET side = 'debit'",
        "DELETE FROM postings",
        "UPDATE entries SET for_month = '2026-02-01'",
        "UPDATE entries SET sealed = '0'",
        "DELETE FROM entries",
        "UPDATE accounts SET code = 'bank'",
        "DELETE FROM accounts",
        "UPDATE audit_lines SET act = 'other'",
        "DELETE FROM audit_lines",
    ],
)
def test_what_stands_in_the_books_stays(books, statement):
    with pytest.raises(DBAPIError, match="append-only"):
        books.execute(text(statement))


@pytest.mark.postgresql_only
@pytest.mark.parametrize("table", ["postings", "entries", "accounts", "audit_lines", "assessments"])
def test_a_table_of_the_books_is_not_emptied(books, table):
    with pytest.raises(DBAPIError, match="append-only"):
        books.execute(text(f"TRUNCATE {table} CASCADE"))


@pytest.mark.sqlite_only
@pytest.mark.parametrize("table", ["postings", "entries"])
def test_a_row_of_the_books_is_not_replaced(books, table):
    with pytest.raises(DBAPIError, match="never replaced"):
        books.execute(text(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} LIMIT 1"))


def new_entry(session, *, sealed=False):
    member = make_member(session)
    entry = Entry(
        cooperative_id=member.cooperative_id,
        kind="paid",
        source="test",
        booked_on=at("2026-01-14").date(),
        booked_at=at("2026-01-14"),
        for_month=_month(),
        sealed=sealed,
    )
    session.add(entry)
    session.flush()
    return entry


def _month():
    from marketplace.domain.calendar import Month

    return Month(2026, 1)


def add_postings(session, entry, *amounts):
    """Postings of amounts: above zero is debit."""
    account = Account(cooperative_id=entry.cooperative_id, code="bank")
    session.add(account)
    session.flush()
    for amount in amounts:
        session.execute(
            insert(Posting).values(
                cooperative_id=entry.cooperative_id,
                entry_id=entry.id,
                account_id=account.id,
                side="debit" if amount > 0 else "credit",
                amount_cents=abs(amount),
            )
        )


def test_an_entry_cannot_begin_sealed(session):
    with pytest.raises(DBAPIError, match="sealed after its postings"):
        new_entry(session, sealed=True)


@pytest.mark.parametrize("amounts", [(5, -4), (5,), ()])
def test_an_entry_that_does_not_balance_is_refused(session, amounts):
    entry = new_entry(session)
    add_postings(session, entry, *amounts)
    entry.sealed = True
    with pytest.raises(DBAPIError, match=r"balance|debit equals credit"):  # noqa: PT012 SQLite at once, PostgreSQL at commit
        session.flush()
        session.commit()


@pytest.mark.postgresql_only
def test_an_entry_cannot_be_left_open(session):
    entry = new_entry(session)
    add_postings(session, entry, 5, -5)
    with pytest.raises(DBAPIError, match="left open"):
        session.commit()


def test_a_sealed_entry_takes_no_posting(session):
    entry = new_entry(session)
    add_postings(session, entry, 5, -5)
    entry.sealed = True
    session.flush()
    with pytest.raises(DBAPIError, match="takes no posting"):
        session.execute(
            text(
                "INSERT INTO postings (cooperative_id, entry_id, account_id, side, amount_cents)"
                " SELECT cooperative_id, entry_id, account_id, side, amount_cents FROM postings"
            )
        )


def test_sealing_changes_nothing_else(session):
    entry = new_entry(session)
    add_postings(session, entry, 5, -5)
    entry.sealed, entry.source = True, "another"
    with pytest.raises(DBAPIError, match="append-only"):
        session.flush()


def test_audit_lines_hold_actor_act_and_reason(books):
    line = books.query(AuditLine).one()
    assert (line.act, line.thing) == ("a", "b")
