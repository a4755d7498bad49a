"""The cooperative's orders: who sees them, money back by hand, what failed, and few queries."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from marketplace.models.audit import AuditLine
from marketplace.models.orders import Order, OrderLine
from marketplace.models.outbox import OutboxMessage
from marketplace.models.refunds import Refund
from marketplace.services import ledgercheck
from marketplace.services.trade import refunds, work
from tests.books import factories
from tests.services import market as markets
from tests.web.house import asks_little, open_house
from tests.web.people_pages import send, words

pytestmark = pytest.mark.sqlite_only  # pages ask nothing that PostgreSQL would answer differently


@pytest.fixture
def house(app):
    return open_house(app)


@pytest.fixture
def order(house, now) -> str:
    """A paid order."""
    with house.writing() as session:
        return markets.paid(session, house.market, now=now).public_id


def desk(order: str) -> str:
    return f"/balie/bestellingen/{order}"


def give_back(house, order, *, person=None, **fields):
    """Fill in the form as it stands on the page."""
    browser = house.browser(person or house.coordinator)
    page = f"{desk(order)}/geld-terug"
    filled = {"amount_0": "50,00", "reason": "not_good", "liable": "cooperative", "seen": "0"}
    return send(browser, page, seen_at=page, **filled | fields)


def all_of(house, model) -> list:
    with house.writing() as session:
        found = list(session.scalars(select(model).order_by(model.id)))
        session.expunge_all()
    return found


def text(answer) -> str:
    return words(answer).replace("\xa0", " ")


def test_coordinator_and_treasurer_see_the_order_whole(house, order):
    for person in (house.coordinator, house.treasurer):
        browser = house.browser(person)
        assert "Heg knippen" in words(browser.get("/balie/bestellingen?soort=paid"))
        shown = text(browser.get(desk(order)))
        for part in ("Heg knippen", "Karim Bakker", "€ 121,00", "Er ging niets terug.", "online"):
            assert part in shown
    nothing = words(house.browser(house.coordinator).get("/balie/bestellingen?soort=cancelled"))
    assert "Geen bestellingen" in nothing


def test_the_list_has_pages(house, now):
    with house.writing() as session:
        for _ in range(31):
            markets.place(session, house.market, house.market.service, now=now)
        oldest = session.scalars(select(Order.public_id).order_by(Order.id)).first()
    browser = house.browser(house.coordinator)
    first = browser.get("/balie/bestellingen?soort=not_due").text
    assert desk(oldest) not in first
    following = first.split("voor=")[1].split("&")[0].split('"')[0]
    assert desk(oldest) in browser.get(f"/balie/bestellingen?voor={following}&soort=not_due").text


def test_a_stranger_and_a_member_find_nothing(house, app, order):
    elsewhere = open_house(app)
    for person in (house.stranger, elsewhere.coordinator, house.market.buyer, house.market.seller):
        browser = house.browser(person)
        assert browser.get(desk(order)).status_code == 404
        assert browser.get(f"{desk(order)}/geld-terug").status_code == 404
        answer = send(browser, f"{desk(order)}/geld-terug/opnieuw", seen_at="/bestellingen")
        assert answer.status_code == 404
    assert order not in elsewhere.browser(elsewhere.coordinator).get("/balie/bestellingen").text


def test_a_part_goes_back_with_a_mail_and_an_audit_line(house, order):
    answer = give_back(house, order)
    assert (answer.status_code, answer.location) == (303, desk(order))
    (made,) = all_of(house, Refund)
    assert (made.amount_cents, made.reason, made.liable) == (5_000, "not_good", "cooperative")
    assert made.by_id == house.coordinator.id
    line = next(one for one in all_of(house, AuditLine) if one.act == "refund.made")
    assert (line.actor_id, line.reason) == (house.coordinator.id, "not_good")
    assert line.after == {"cents": 5_000, "liable": "cooperative"}
    assert "order_refund_buyer" in {one.kind for one in all_of(house, OutboxMessage)}
    shown = text(house.browser(house.treasurer).get(desk(order)))
    assert "Niet goed geleverd" in shown
    assert "Terug naar de koper: € 50,00" in shown
    with house.writing() as session:
        assert ledgercheck.check(session) == []


def test_a_second_click_gives_nothing_more(house, order):
    assert [give_back(house, order).status_code for _ in range(2)] == [303, 409]
    assert len(all_of(house, Refund)) == 1
    assert give_back(house, order, seen="5000").status_code == 303


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"amount_0": ""}, "Vul bij minstens één regel een bedrag in."),
        ({"amount_0": "veel"}, "Schrijf een bedrag in euro's."),
        ({"amount_0": "121,01"}, "Dit bedrag is te hoog."),
        ({"liable": "provider"}, "Dit klopt nog niet"),
        ({"reason": "Karim was boos"}, "Dit klopt nog niet"),
        ({"seen": "-1"}, "Dit klopt nog niet"),
    ],
)
def test_a_wrong_form_is_said_in_words(house, order, fields, sentence):
    answer = give_back(house, order, **fields)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert all_of(house, Refund) == []


def test_an_order_without_payment_has_nothing_to_give_back(house, now):
    with house.writing() as session:
        order = markets.accepted(session, house.market, now=now).public_id
    shown = words(house.browser(house.coordinator).get(f"{desk(order)}/geld-terug"))
    assert "Hier kan niets terug" in shown
    assert give_back(house, order).status_code == 409


def test_money_back_asks_a_fresh_sign_in(house, order):
    browser = house.browser(house.coordinator)
    with browser.session_transaction() as cookie:
        cookie["since"] -= 24 * 3600
    assert browser.get(desk(order)).status_code == 200
    answer = browser.get(f"{desk(order)}/geld-terug")
    assert (answer.status_code, "/bevestig" in answer.location) == (303, True)


def test_what_failed_stands_on_the_desk_and_is_tried_again_once(house, order):
    give_back(house, order)
    with house.writing() as session:
        made = session.scalars(select(Refund)).one()
        refunds.failed(session, refund_id=made.id, why="refused by the provider")
        key = made.public_id
    browser = house.browser(house.treasurer)
    assert "Terugbetalen is niet gelukt" in words(browser.get("/balie"))
    assert "Heg knippen" in words(browser.get("/balie/bestellingen?soort=refund_failed"))
    assert "Probeer opnieuw" in words(browser.get(desk(order)))
    for _click in range(2):
        answer = send(browser, f"{desk(order)}/geld-terug/opnieuw", seen_at=desk(order))
        assert (answer.status_code, answer.location) == (303, desk(order))
    (again,) = all_of(house, Refund)
    assert (again.state, again.attempts, again.provider_reference) == ("booked", 0, None)
    assert again.public_id != key, "a clear no is asked anew"
    assert [one.act for one in all_of(house, AuditLine)].count("refund.again") == 1
    assert "Terugbetalen is niet gelukt" not in words(browser.get("/balie"))


def test_what_got_no_answer_keeps_its_key(house, order, now):
    give_back(house, order)
    with house.writing() as session:
        made = session.scalars(select(Refund)).one()
        made.state, made.attempts, made.unsure = "failed", refunds.MOST_ATTEMPTS, True
        key = made.public_id
        refunds.ask_again(made, now=now)
        assert (made.public_id, made.state, made.attempts) == (key, "booked", 0)


def test_a_pot_below_zero_is_seen_and_nothing_is_claimed(house, order, now):
    with house.writing() as session:
        line = session.scalars(select(OrderLine)).one()
        work.deliver(session, **house.market.own, public_id=line.public_id, now=now)
        factories.spend(session, house.market.member, now=now)
    assert give_back(house, order, amount_0="121,00", liable="member").status_code == 303
    coordinator = house.browser(house.coordinator)
    public_id = house.market.member.public_id
    for path in ("/balie", f"/balie/leden/{public_id}"):
        assert "Dat hoeft niemand bij te betalen." in words(coordinator.get(path)), path
    shown = words(house.browser(house.market.seller).get("/werk"))
    assert "Je hoeft niets bij te betalen." in shown


def test_the_pages_ask_little(house, order, now):
    def more():
        with house.writing() as session:
            for _ in range(5):
                markets.paid(session, house.market, now=now)
            line = session.scalars(
                select(OrderLine)
                .join(Order, Order.id == OrderLine.order_id)
                .where(Order.public_id == order)
            ).one()
            for cents in (100, 200, 300):
                made = refunds.refund(
                    session,
                    order_id=line.order_id,
                    lines={line.id: cents},
                    reason="price",
                    liable="cooperative",
                    by_id=None,
                    now=now,
                )
                refunds.failed(session, refund_id=made.id, why="no")

    asks_little(house, house.coordinator, "/balie/bestellingen", more)
    for path in (desk(order), f"{desk(order)}/geld-terug", "/balie"):
        asks_little(house, house.coordinator, path, more)


def test_the_coordinator_acts_for_buyer_and_member_and_the_treasurer_does_not(house, order, now):
    with house.writing() as session:
        line = session.scalars(select(OrderLine)).one().public_id
        work.deliver(session, **house.market.own, public_id=line, now=now)
    path = f"{desk(order)}/bevestigen/{line}"
    treasurer, coordinator = (house.browser(one) for one in (house.treasurer, house.coordinator))
    assert path not in treasurer.get(desk(order)).text
    assert path in coordinator.get(desk(order)).text
    assert send(coordinator, path, seen_at=desk(order)).status_code == 303
    assert all_of(house, OrderLine)[0].state == "confirmed"
    log = words(coordinator.get(desk(order)))
    assert "Bevestigd dat het klopt" in log
    assert "door Karim Bakker" in log


def test_calling_off_says_beforehand_what_goes_back_and_asks_a_fresh_sign_in(house, order):
    browser, path = house.browser(house.coordinator), f"{desk(order)}/afzeggen"
    shown = browser.get(desk(order))
    assert "De koper krijgt € 121,00 terug voor Heg knippen." in text(shown)
    assert shown.text.count(f'action="{path}"') == 1
    assert f'action="{path}"' not in house.browser(house.treasurer).get(desk(order)).text
    with browser.session_transaction() as cookie:
        cookie["confirmed"] = cookie["since"] - 24 * 3600
    asked = send(browser, path, seen_at=desk(order))
    assert asked.location.startswith("/bevestig")
    assert all_of(house, OrderLine)[0].state == "accepted"
    with browser.session_transaction() as cookie:
        del cookie["confirmed"]  # it counts from the sign-in again
    for _click in range(2):
        assert send(browser, path, seen_at=desk(order)).location == desk(order)
    assert [one.amount_cents for one in all_of(house, Refund)] == [12_100]
    said = text(browser.get(desk(order)))
    assert "Afgezegd voor de koper. Koper en lid krijgen een mail." in said
    assert "door Ilse" in said
    assert path not in browser.get(desk(order)).text
    with house.writing() as session:
        assert ledgercheck.check(session) == []


def test_an_appointment_too_near_is_for_the_coordinator_to_give_back(house, order, now):
    with house.writing() as session:
        line = session.scalars(select(OrderLine)).one()
        line.starts_at, line.ends_at = now, now + dt.timedelta(hours=1)
    browser = house.browser(house.coordinator)
    assert "Een afspraak binnen 24 uur" in words(browser.get(desk(order)))
    assert send(browser, f"{desk(order)}/afzeggen", seen_at=desk(order)).status_code == 409
    assert all_of(house, Refund) == []


def test_the_coordinator_says_no_or_calls_off_before_the_payment(house, now):
    with house.writing() as session:
        asked = [markets.place(session, house.market, house.market.service, now=now) for _ in "ab"]
        ids = [(one.public_id, markets.line_of(session, one)) for one in asked]
    coordinator = house.browser(house.coordinator)
    (first, line), (second, _line) = ids
    for path in (f"{desk(first)}/nee/{line}", f"{desk(second)}/afzeggen"):
        page = path.rsplit("/nee", 1)[0].removesuffix("/afzeggen")
        assert path in coordinator.get(page).text
        assert send(coordinator, path, seen_at=page).status_code == 303
    assert [one.state for one in all_of(house, OrderLine)] == ["declined", "cancelled"]
