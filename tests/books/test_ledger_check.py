"""Ledger check finds each fault that is planted in tampered books."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import text

from marketplace.domain.calendar import Month
from marketplace.models import triggers
from marketplace.services import ledgercheck
from marketplace.services.books import allocations, ledger, payouts
from marketplace.services.trade import settling
from tests.books.factories import (
    at,
    deliver,
    make_agreement,
    make_cooperative,
    make_member,
    make_order,
    make_paid_order,
    make_person,
    pay,
    sell,
    spend,
)


@pytest.fixture
def books(session):
    """A cooperative's month: sales, a member's receipt, a payout, a settlement, a sale not yet done."""
    cooperative = make_cooperative(session)
    pot = make_member(session, cooperative=cooperative)
    other = make_member(session, cooperative=cooperative, regime="set_off")
    sell(session, pot, gross_cents=200_000, now=at("2026-01-05"))
    spend(session, pot, now=at("2026-01-06"), paid_by="member")
    sell(session, other, gross_cents=72_600, now=at("2026-01-07"))
    spend(session, other, now=at("2026-02-03"), spent_on=dt.date(2026, 1, 3))
    both = make_order(session, [(pot, 5_000), (other, 7_001)])
    pay(session, both, now=at("2026-02-04"), fee_cents=29)
    deliver(session, both, now=at("2026-02-05"))
    make_paid_order(session, pot, gross_cents=3_333, now=at("2026-02-06"))
    for kind, member, cents in (("earnings", other, 10_000), ("receipts", pot, 9_680)):
        payouts.book(
            session,
            cooperative_id=cooperative.id,
            membership_id=member.id,
            kind=kind,
            amount_cents=cents,
            bank_reference="NL00",
            paid_on=dt.date(2026, 2, 7),
            booked_by_id=make_person(session).id,
            idempotency_key=kind,
            now=at("2026-02-07"),
        )
    settling.clearing_settled(
        session,
        cooperative_id=cooperative.id,
        amount_cents=100_000,
        reference="a",
        now=at("2026-02-08"),
    )
    session.commit()
    return session


@pytest.fixture
def tamper(books):
    """Change the books behind the triggers' back, put the triggers back, and give the codes found."""

    def change(*statements):
        dialect = books.get_bind().dialect.name
        # On PostgreSQL the function that refuses takes the triggers of later tables along.
        later = ()
        if dialect == "postgresql":
            kept = triggers.invoices_statements(dialect)
            later = (
                *triggers.rules_statements(dialect),
                *triggers.kor_statements(dialect),
                *triggers.steps_statements(dialect),
                "DROP FUNCTION books_complaint_kept_while_open() CASCADE",
                *triggers.complaints_statements(dialect),
                "DROP TRIGGER invoice_counters_one_up ON invoice_counters",
                "DROP FUNCTION invoices_one_up()",
                *kept,
            )
        for statement in (
            *triggers.drop_statements(dialect),
            *statements,
            *triggers.create_statements(dialect),
            *later,
        ):
            books.execute(text(statement))
        books.expire_all()
        return {fault.code for fault in ledgercheck.check(books)}

    return change


def posting(kind, code):
    """The first posting of a kind of entry on an account, as SQL."""
    return (
        "(SELECT min(p.id) FROM postings p JOIN entries e ON e.id = p.entry_id"
        f" JOIN accounts a ON a.id = p.account_id WHERE e.kind = '{kind}' AND a.code = '{code}')"
    )


def test_good_books_are_clean(books):
    assert ledgercheck.check(books) == []
    found = ledgercheck.counts(books)
    assert (found.cooperatives, found.entries > 15, found.postings > 40) == (1, True, True)


def test_books_without_anything_are_clean(session):
    assert ledgercheck.check(session) == []


def test_putting_the_triggers_back_is_no_fault(tamper):
    assert tamper() == set()


def test_an_entry_out_of_balance_is_found(tamper):
    assert "entry_unbalanced" in tamper(
        f"UPDATE postings SET amount_cents = amount_cents + 1 WHERE id = {posting('paid_out', 'bank')}"
    )


def test_an_open_entry_is_found(tamper):
    assert tamper("UPDATE entries SET sealed = NOT sealed WHERE kind = 'clearing_settled'") == {
        "entry_open"
    }


def shift(kind, debit, credit, cents=7):
    """Change an entry so that it still balances."""
    return [
        f"UPDATE postings SET amount_cents = amount_cents + {cents} WHERE id = {posting(kind, debit)}",
        f"UPDATE postings SET amount_cents = amount_cents + {cents} WHERE id = {posting(kind, credit)}",
    ]


@pytest.mark.parametrize(
    ("statements", "codes"),
    [
        (shift("allocated", "allocation", "training_pot"), {"allocation_differs"}),
        (shift("allocated", "allocation", "destined_for_member"), {"allocation_differs"}),
        (shift("cost_approved", "costs_material", "receipts_payable"), {"amount_differs"}),
        (shift("paid_out", "payable_to_member", "bank"), {"amount_differs"}),
        (shift("provider_fee", "provider_fees", "provider_clearing"), set()),
        (
            shift("delivered", "received_in_advance", "turnover"),
            {"amount_differs", "balance_differs"},
        ),
        (
            shift("paid", "provider_clearing", "output_vat"),
            {"amount_differs", "balance_differs"},
        ),
    ],
)
def test_an_amount_that_was_changed_on_both_sides_is_found(tamper, statements, codes):
    # a fee has no row of its own but the entry: there only the bank's statement can tell
    assert tamper(*statements) == codes


def test_an_amount_moved_between_pots_is_found(tamper):
    training, reserve = posting("allocated", "training_pot"), posting("allocated", "reserve")
    assert tamper(
        f"UPDATE postings SET amount_cents = amount_cents - 9 WHERE id = {training}",
        f"UPDATE postings SET amount_cents = amount_cents + 9 WHERE id = {reserve}",
    ) == {"allocation_differs"}


def remove(kind):
    first = f"(SELECT min(id) FROM entries WHERE kind = '{kind}')"
    return [
        f"DELETE FROM postings WHERE entry_id = {first}",
        f"DELETE FROM entries WHERE id = {first}",
    ]


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        ("paid", {"happening_not_booked", "balance_differs"}),
        ("cost_approved", {"happening_not_booked", "allocation_differs"}),
        ("allocated", {"allocation_differs"}),
        ("paid_out", {"happening_not_booked"}),
    ],
)
def test_an_entry_that_was_taken_away_is_found(tamper, kind, codes):
    assert codes <= tamper(*remove(kind))


def test_a_last_allocation_that_was_taken_away_is_found(tamper):
    last = "(SELECT max(id) FROM entries WHERE kind = 'allocated')"
    assert tamper(
        f"DELETE FROM postings WHERE entry_id = {last}", f"DELETE FROM entries WHERE id = {last}"
    ) == {"allocation_missing"}


@pytest.mark.parametrize(
    ("old", "new"),
    [("payout:1:paid_out", "payout:77:paid_out"), ("order:1:paid", "order:77:paid")],
)
def test_an_entry_of_nothing_that_happened_is_found(tamper, old, new):
    codes = tamper(f"UPDATE entries SET source = '{new}' WHERE source = '{old}'")
    assert codes == {"entry_without_happening", "happening_not_booked"}


def test_an_entry_of_an_unknown_kind_is_found(tamper):
    assert tamper("UPDATE entries SET kind = 'gift' WHERE kind = 'clearing_settled'") >= {
        "entry_without_happening"
    }


def test_a_member_taken_off_an_entry_is_found(tamper):
    codes = tamper("UPDATE entries SET membership_id = NULL WHERE kind = 'paid_out'")
    assert codes >= {"entry_without_happening", "account_of_another_member"}


def test_an_account_outside_the_chart_is_found(tamper):
    assert "account_not_in_chart" in tamper(
        "UPDATE accounts SET code = 'till' WHERE code = 'reserve'"
    )


def test_a_month_that_was_changed_is_found(tamper):
    assert tamper(
        "UPDATE entries SET for_month = '2026-03-01' WHERE source = 'line:1:delivered'"
    ) == {"month_differs"}


@pytest.mark.parametrize(
    ("statement", "codes"),
    [
        (
            "UPDATE order_lines SET net_cents = net_cents - 5, vat_cents = vat_cents + 5 WHERE id = 1",
            {"amount_differs", "allocation_differs", "balance_differs"},
        ),
        ("UPDATE costs SET gross_cents = gross_cents + 1 WHERE id = 1", {"amount_differs"}),
        ("UPDATE costs SET state = 'rejected' WHERE id = 1", {"entry_without_happening"}),
        ("UPDATE payment_intents SET amount_cents = 1 WHERE id = 1", {"balance_differs"}),
        ("UPDATE payouts SET amount_cents = 1 WHERE id = 1", {"amount_differs"}),
        ("UPDATE agreements SET regime = 'pot'", {"allocation_differs"}),
        ("UPDATE agreements SET threshold_cents = 5", {"allocation_differs"}),
        ("UPDATE cooperative_parameters SET training_share = 1", {"allocation_differs"}),
        ("UPDATE orders SET payment_state = 'awaiting' WHERE id = 1", {"entry_without_happening"}),
    ],
)
def test_rows_that_no_longer_say_what_was_booked_are_found(books, statement, codes):
    books.execute(text(statement))
    books.expire_all()
    assert codes <= {fault.code for fault in ledgercheck.check(books)}


def drop_each(dialect):
    from marketplace.models.triggers.postgresql import COMPLAINTS_POSTGRESQL, POSTGRESQL
    from marketplace.models.triggers.sqlite import COMPLAINTS_SQLITE, SQLITE

    if dialect == "sqlite":
        return {name: f"DROP TRIGGER {name}" for name in SQLITE | COMPLAINTS_SQLITE}
    return {
        name: f"DROP TRIGGER {name} ON {ddl.partition(' ON ')[2].split()[0]}"
        for name, ddl in (POSTGRESQL | COMPLAINTS_POSTGRESQL).items()
    }


def test_each_trigger_that_is_gone_is_found(session):
    for name, drop in drop_each(session.get_bind().dialect.name).items():
        session.execute(text(drop))
        found = {(fault.code, fault.thing) for fault in ledgercheck.check(session)}
        assert ("trigger_missing", name) in found


@pytest.mark.postgresql_only
def test_a_trigger_that_sleeps_or_says_something_else_is_found(session):
    session.execute(text("ALTER TABLE postings DISABLE TRIGGER postings_no_change"))
    session.execute(
        text(
            "CREATE OR REPLACE FUNCTION books_refuse() RETURNS trigger LANGUAGE plpgsql"
            " AS 'BEGIN RETURN NULL; END'"
        )
    )
    assert [str(fault) for fault in ledgercheck.check(session)] == [
        "trigger_missing: postings_no_change",
        "trigger_changed: books_refuse",
    ]


@pytest.mark.sqlite_only
def test_a_trigger_that_says_something_else_is_found(session):
    session.execute(text("DROP TRIGGER entries_no_delete"))
    session.execute(
        text("CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries BEGIN SELECT 1; END")
    )
    assert [fault.code for fault in ledgercheck.check(session)] == ["trigger_changed"]


def test_an_agreement_that_changes_a_booked_month_is_found_until_it_is_allocated_anew(session):
    member = make_member(session)
    sell(session, member, gross_cents=12_100, now=at("2026-01-20"))
    sell(session, member, gross_cents=12_100, now=at("2026-02-10"))
    february = dt.date(2026, 2, 1)
    make_agreement(
        session, member, valid_from=february, regime="set_off", created_at=at("2026-02-20")
    )
    assert [fault.code for fault in ledgercheck.check(session)] == ["allocation_missing"]
    allocations.allocate(
        session,
        membership_id=member.id,
        cooperative_id=member.cooperative_id,
        source="agreement:2:allocated",
        for_month=Month(2026, 2),
        now=at("2026-02-20"),
    )
    assert ledgercheck.check(session) == []
    balances = ledger.balances(session, cooperative_id=member.cooperative_id)
    assert balances["destined_for_member", member.id] == 8_500
    assert balances["payable_to_member", member.id] == 8_500
