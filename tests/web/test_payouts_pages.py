"""Payouts: what is open is shown, what the bank sent is booked once, and never more than is open."""

from __future__ import annotations

import pytest

from marketplace.services.books import ledger, payouts
from tests.books import factories
from tests.web.house import asks_little, open_house
from tests.web.people_pages import send, token_of, words

QUEUE = "/balie/uitbetalen"


@pytest.fixture
def house(app, now):
    """Anouk earned 500.00 in set_off, nothing deducted."""
    made = open_house(app, regime="set_off", deductions_accepted=False)
    with made.writing() as session:
        factories.sell(session, made.market.member, gross_cents=60_500, now=now)
    return made


@pytest.fixture
def treasurer(house):
    return house.browser(house.treasurer)


@pytest.fixture
def page(house):
    return f"{QUEUE}/{house.market.member.public_id}/earnings"


def still_open(house):
    return house.reading(
        ledger.balance, cooperative_id=house.cooperative_id, code="payable_to_member"
    )


def test_a_payout_is_offered_booked_and_shown(house, treasurer, page):
    assert "Anouk Verdiensten € 500,00" in words(treasurer.get(QUEUE))
    assert 'value="500,00"' in treasurer.get(page).text
    answer = send(
        treasurer, page, key="k1", amount="€ 200", paid_on="15-1-2026", reference="2026-01 Anouk"
    )
    assert answer.status_code == 303
    assert still_open(house) == 30_000
    shown = words(treasurer.get(QUEUE))
    assert "2026-01 Anouk" in shown
    assert "€ 300,00" in shown


def test_a_form_that_is_sent_twice_books_once(house, treasurer, page):
    fields = {
        "csrf_token": token_of(treasurer, page),
        "key": "k1",
        "amount": "200,00",
        "paid_on": "15-1-2026",
        "reference": "2026-01",
    }
    assert [treasurer.post(page, data=fields).status_code for _ in range(2)] == [303, 303]
    assert still_open(house) == 30_000
    assert len(house.reading(payouts.of_cooperative, cooperative_id=house.cooperative_id)) == 1


def test_more_than_is_open_is_refused_with_a_sentence(house, treasurer, page):
    answer = send(treasurer, page, key="k1", amount="500,01", paid_on="15-1-2026", reference="x")
    assert answer.status_code == 409
    assert "Dit bedrag is hoger" in words(answer)
    assert still_open(house) == 50_000


@pytest.mark.sqlite_only
def test_what_is_missing_is_told_and_what_was_typed_stays(treasurer, page):
    answer = send(treasurer, page, key="k1", amount="12,5", paid_on="15-1-2026", reference="")
    assert answer.status_code == 422
    assert 'value="12,5"' in answer.text
    assert "Vul het kenmerk van de overboeking in" in words(answer)


@pytest.mark.sqlite_only
def test_a_coordinator_books_no_payouts(house, page):
    coordinator = house.browser(house.coordinator)
    assert coordinator.get(QUEUE).status_code == 403
    answer = send(coordinator, page, seen_at="/balie/leden/nieuw", key="k1", amount="1")
    assert answer.status_code == 403
    assert still_open(house) == 50_000


@pytest.mark.sqlite_only
def test_a_member_elsewhere_and_an_unknown_kind_are_not_found(house, treasurer, app):
    other = open_house(app)
    strange = f"{QUEUE}/{other.market.member.public_id}/earnings"
    assert treasurer.get(strange).status_code == 404
    assert treasurer.get(f"{QUEUE}/{house.market.member.public_id}/gifts").status_code == 404


@pytest.mark.sqlite_only
def test_the_queue_asks_little(house, now):
    def more():
        with house.writing() as session:
            for _ in range(5):
                member = factories.make_membership(session)
                member.cooperative_id = house.cooperative_id
                session.flush()
                factories.make_agreement(session, member, regime="set_off")
                factories.sell(session, member, gross_cents=5000, now=now)

    asks_little(house, house.treasurer, QUEUE, more)
