"""flask --app wsgi ledger check: 0 and a word on good books, 1 and the faults on tampered ones."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.books.factories import at, make_member, sell


@pytest.fixture
def run(app):
    def command():
        return app.test_cli_runner().invoke(args=["ledger", "check"])

    return command


@pytest.fixture
def books(app):
    with app.extensions["marketplace"].database.session(writes=True) as session:
        member = make_member(session)
        sell(session, member, gross_cents=12_100, now=at("2026-01-14"))
        session.commit()
        yield session


def test_good_books_are_clean(run, books):
    result = run()
    assert result.exit_code == 0
    assert result.output == "ledger check: clean; 1 cooperatives, 3 entries, 9 postings\n"


def test_tampered_books_give_one_and_the_faults(run, books):
    books.execute(text("UPDATE order_lines SET net_cents = 9999, vat_cents = 2101"))
    books.commit()
    result = run()
    assert result.exit_code == 1
    assert "amount_differs: line:1:delivered" in result.output
