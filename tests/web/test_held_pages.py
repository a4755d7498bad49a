"""What waits for a buyer's bank, and what could not be given back: seen by buyer and desk, asked again once."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from marketplace.models.audit import AuditLine
from marketplace.models.orders import Order
from marketplace.models.payments import Dispute, PaymentIntent, ProviderCall
from marketplace.models.refunds import Refund
from marketplace.services.money import calls
from marketplace.services.trade import lines, orders, refunds
from tests.services import market as markets
from tests.web.house import asks_little, open_house
from tests.web.people_pages import send, words
from tests.web.query_count import MOST, counted

pytestmark = pytest.mark.sqlite_only  # pages ask nothing that PostgreSQL would answer differently

PROVIDER = "/balie/betaaldienst"


@pytest.fixture
def house(app):
    return open_house(app)


def desk(order: str) -> str:
    return f"/balie/bestellingen/{order}"


def text(answer) -> str:
    return words(answer).replace("\xa0", " ")


def disputed(wish, outcome, number=1, **values):
    held = {"held_cents": wish.amount_cents, "object_id": f"du_{number}", "due_on": "2026-01-20"}
    return markets.word(wish, "disputed", outcome=outcome, **held | values)


@pytest.fixture
def waiting(house, now):
    """A paid order with a refund of 21.00 that waits for the bank; gives its address and the wish."""
    with house.writing() as session:
        order = markets.paid(session, house.market, now=now)
        line = lines.lock_order(session, order.id)[1][0]
        refunds.refund(
            session,
            order_id=order.id,
            lines={line.id: 2_100},
            reason="not_good",
            liable="cooperative",
            by_id=None,
            now=now,
        )
        wish = markets.last_wish(session, order)
        markets.receive(session, disputed(wish, "needs_response"), now=now)
        return order.public_id, wish


def stray(house, now) -> str:
    """An order that was cancelled and then paid, whose give-back the provider refused."""
    with house.writing() as session:
        order = markets.accepted(session, house.market, now=now)
        wish = markets.wish(session, house.market, order, now=now)
        orders.cancel(session, buyer_id=house.market.buyer.id, public_id=order.public_id, now=now)
        markets.receive(session, markets.word(wish), now=now)
        calls.queue_givebacks(session, provider="testbank", now=now)
        session.execute(
            update(ProviderCall)
            .where(ProviderCall.kind == "giveback")
            .values(state="failed", last_error="charge_expired", attempts=1)
        )
        return order.public_id


def test_who_looks_sees_that_a_refund_waits_and_what_became_of_it(house, waiting, now):
    order, wish = waiting
    page = text(house.browser(house.treasurer).get(desk(order)))
    assert "Dit geld wacht op de bank van de koper" in page
    assert "sturen wij € 21,00 niet weg" in page
    mine = house.browser(house.market.buyer)
    assert "We wachten op je bank" in text(mine.get(f"/bestellingen/{order}"))
    with house.writing() as session:
        markets.receive(session, disputed(wish, "lost"), now=now)
        dispute = session.scalars(select(Dispute.public_id)).one()
    page = text(house.browser(house.treasurer).get(desk(order)))
    assert "Dit geld wacht" not in page
    assert "door de bank van de koper" in page
    told = text(house.browser(house.coordinator).get(f"/balie/betwist/{dispute}"))
    assert "Jullie wilden de koper al € 21,00 teruggeven" in told
    assert "twee keer betaald" not in told
    assert "Je bank gaf dit aan jou" in text(mine.get(f"/bestellingen/{order}"))


def test_a_refund_that_failed_is_nothing_to_do_while_it_waits(house, waiting):
    order, _wish = waiting
    with house.writing() as session:
        session.execute(update(Refund).values(state="failed", last_error="no"))
    browser = house.browser(house.treasurer)
    assert "Terugbetalen is niet gelukt" not in words(browser.get("/balie"))
    page = words(browser.get(desk(order)))
    assert "Terugbetalen is niet gelukt" not in page
    assert "Probeer opnieuw" not in page
    assert "Dit geld wacht op de bank van de koper" in page


def test_a_part_that_the_bank_gave_is_told(house, now):
    with house.writing() as session:
        order = markets.paid(session, house.market, now=now)
        line = lines.lock_order(session, order.id)[1][0]
        refunds.refund(
            session,
            order_id=order.id,
            lines={line.id: 2_100},
            reason="not_good",
            liable="cooperative",
            by_id=None,
            now=now,
        )
        wish = markets.last_wish(session, order)
        for outcome in ("needs_response", "lost"):
            markets.receive(session, disputed(wish, outcome, held_cents=1_500), now=now)
        public_id = order.public_id
    page = text(house.browser(house.treasurer).get(desk(public_id)))
    assert "De bank van de koper gaf hiervan € 15,00." in page


def test_what_could_not_be_given_back_is_seen_and_asked_again_once(house, now):
    order = stray(house, now)
    treasurer = house.browser(house.treasurer)
    again = f"{desk(order)}/geld-terug/opnieuw"
    assert "De koper heeft nog € 121,00 tegoed." in text(treasurer.get("/balie"))
    page = treasurer.get(desk(order))
    assert again in page.text
    assert "Teruggeven lukte niet. De betaaldienst zegt: charge_expired" in text(page)
    assert "Dubbel of te laat betaald, gaat terug" in text(page)
    own = treasurer.get(PROVIDER)
    assert again in own.text
    for person in (house.stranger, house.market.seller, house.market.buyer):
        assert send(house.browser(person), again, seen_at="/").status_code == 404
    with house.writing() as session:
        key = session.scalars(select(ProviderCall)).one().public_id
    for _click in range(2):
        answer = send(treasurer, again, seen_at=desk(order))
        assert (answer.status_code, answer.location) == (303, desk(order))
    with house.writing() as session:
        call = session.scalars(select(ProviderCall)).one()
        assert (call.state, call.attempts, call.last_error) == ("waiting", 0, None)
        assert call.public_id != key, "a clear no is asked anew"
        told = session.scalars(select(AuditLine).where(AuditLine.act == "giveback.again")).all()
        assert [one.actor_id for one in told] == [house.treasurer.id]
    assert "tegoed" not in words(treasurer.get("/balie"))
    assert again not in treasurer.get(desk(order)).text


def test_another_cooperative_sees_nothing_of_it(house, now):
    order = stray(house, now)
    from tests.web.test_provider_pages import staff

    with house.writing() as session:
        elsewhere = session.scalars(
            select(Order.cooperative_id).where(Order.public_id == order)
        ).one()
        assert calls.troubled(session, now=now, cooperative_id=elsewhere + 1) == []
        assert len(calls.troubled(session, now=now, cooperative_id=elsewhere)) == 1
    other = staff(house.app, house, "treasurer", elsewhere + 1)
    assert order not in other.get(PROVIDER).text
    assert "tegoed" not in words(other.get("/balie"))
    assert other.get(desk(order)).status_code == 404
    assert send(other, f"{desk(order)}/geld-terug/opnieuw", seen_at="/").status_code == 404


def test_a_dispute_of_a_payment_that_no_order_took_says_so(house, now):
    order = stray(house, now)
    with house.writing() as session:
        wish = markets.wish_of(session.scalars(select(PaymentIntent)).one())
        markets.receive(session, disputed(wish, "needs_response"), now=now)
        dispute = session.scalars(select(Dispute.public_id)).one()
    treasurer = house.browser(house.treasurer)
    page = text(treasurer.get(f"/balie/betwist/{dispute}"))
    assert "Deze betaling was dubbel of te laat" in page
    shown = text(treasurer.get(desk(order)))
    assert "Wacht op de bank van de koper" in shown
    assert "Probeer opnieuw" not in shown
    assert "tegoed" not in text(treasurer.get("/balie"))
    with house.writing() as session:
        markets.receive(session, disputed(wish, "lost"), now=now)
    page = text(treasurer.get(f"/balie/betwist/{dispute}"))
    assert "Het was al van de koper" in page
    assert "Dubbel of te laat betaald, teruggegeven" in text(treasurer.get(desk(order)))


def test_the_pages_ask_little(house, waiting, now):
    order, _wish = waiting
    asks_little(house, house.treasurer, "/balie", lambda: stray(house, now))
    asks_little(house, house.treasurer, PROVIDER, lambda: stray(house, now))
    with house.writing() as session:
        dispute = session.scalars(select(Dispute.public_id)).one()
    browser = house.browser(house.treasurer)
    for path in (desk(order), f"/balie/betwist/{dispute}"):
        browser.get(path)
        with counted(house.app) as queries:
            assert browser.get(path).status_code == 200
        assert len(queries) <= MOST, str(queries)
