"""The desk's pages of disputed payments: who sees them, our side handed in once, and what failed stays visible."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from marketplace.models.audit import AuditLine
from marketplace.models.orders import Order
from marketplace.models.payments import Dispute, ProviderCall
from marketplace.services.trade import work
from tests.services import market as markets
from tests.web.house import asks_little, open_house
from tests.web.people_pages import send, words
from tests.web.query_count import MOST, counted

pytestmark = pytest.mark.sqlite_only  # pages ask nothing that PostgreSQL would answer differently

LIST = "/balie/betwist"


@pytest.fixture
def house(app):
    return open_house(app)


def dispute(house, now, number=1):
    """A delivered order whose buyer asks the money back; gives the address of its page."""
    with house.writing() as session:
        order = markets.paid(session, house.market, now=now)
        line = markets.line_of(session, order)
        work.deliver(session, **house.market.own, public_id=line, now=now)
        said = markets.word(
            markets.last_wish(session, order),
            "disputed",
            object_id=f"du_{number}",
            outcome="needs_response",
            reason="product_not_received",
            due_on="2026-01-20",
            held_cents=12_100,
            fee_cents=2_000,
        )
        assert markets.receive(session, said, now=now) == "booked"
        return f"{LIST}/{session.scalars(select(Dispute.public_id).order_by(Dispute.id.desc())).first()}"


def text(answer) -> str:
    return words(answer).replace("\xa0", " ")


def hand_in(house, page, **fields):
    story = "Het werk is op 15 januari gedaan en besproken."
    filled = {"what": "Heg knippen", "delivered_on": "15-1-2026", "story": story}
    return send(house.browser(house.treasurer), page, seen_at=page, **filled | fields)


def test_the_desk_sees_the_facts_the_clock_and_the_log(house, now):
    page = dispute(house, now)
    for person in (house.coordinator, house.treasurer):
        browser = house.browser(person)
        assert page in browser.get(LIST).text
        shown = text(browser.get(page))
        for part in ("€ 121,00", "€ 20,00", "nog 5 dagen", "er niets is geleverd", "Geleverd"):
            assert part in shown, part
    assert LIST in house.browser(house.treasurer).get("/balie").text


def test_a_stranger_and_a_member_find_nothing(house, now):
    page = dispute(house, now)
    for person in (house.stranger, house.market.seller, house.market.buyer):
        assert house.browser(person).get(page).status_code == 404


def test_our_side_goes_once_and_stands_there(house, now):
    page = dispute(house, now)
    assert hand_in(house, page).status_code == 303
    with house.writing() as session:
        row = session.scalars(select(Dispute)).one()
        call = session.scalars(select(ProviderCall)).one()
        assert (call.kind, call.state, call.dispute_id) == ("evidence", "waiting", row.id)
        assert row.evidence["delivered_on"] == "2026-01-15"
        assert session.scalars(select(AuditLine.act)).all().count("dispute.evidence") == 1
    shown = text(house.browser(house.treasurer).get(page))
    assert "Jullie antwoord is onderweg" in shown
    assert "gedaan en besproken" in shown
    assert hand_in(house, page).status_code == 409


def test_what_is_missing_is_told_and_what_was_typed_stays(house, now):
    page = dispute(house, now)
    answer = hand_in(house, page, story="Te kort", what="Een mooie heg")
    assert answer.status_code == 422
    assert 'value="Een mooie heg"' in answer.text
    assert "Te kort" in answer.text


def test_what_the_provider_refused_is_shown_and_the_form_is_back_with_the_words(house, now):
    page = dispute(house, now)
    hand_in(house, page)
    with house.writing() as session:
        session.execute(update(ProviderCall).values(state="failed", last_error="charge_expired"))
    shown = text(house.browser(house.treasurer).get(page))
    assert "Jullie antwoord kwam niet aan" in shown
    assert "charge_expired" in shown
    assert "gedaan en besproken" in shown
    assert hand_in(house, page).status_code == 303


def test_a_refund_by_hand_is_refused_while_the_bank_holds_the_money(house, now):
    dispute(house, now)
    with house.writing() as session:
        public_id = session.scalars(select(Order.public_id)).one()
    page = f"/balie/bestellingen/{public_id}/geld-terug"
    answer = send(
        house.browser(house.coordinator),
        page,
        seen_at=page,
        amount_0="10,00",
        reason="not_good",
        liable="cooperative",
        seen="0",
    )
    assert answer.status_code == 409
    assert "houdt dit geld vast" in words(answer)


def test_the_pages_ask_little(house, now):
    page = dispute(house, now)
    asks_little(house, house.treasurer, LIST, lambda: dispute(house, now, number=2))
    browser = house.browser(house.treasurer)
    with counted(house.app) as queries:
        assert browser.get(page).status_code == 200
    assert len(queries) <= MOST, str(queries)
