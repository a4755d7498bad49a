"""Paying by the link in a mail: nobody signs in, nobody learns a name, and it is the same payment as ever."""

from __future__ import annotations

import datetime as dt
import re
import traceback

import pytest
from sqlalchemy import func, select
from structlog.testing import capture_logs

from marketplace import context
from marketplace.gateways.paylinks import PayLink, PayLinks
from marketplace.models.cooperatives import Cooperative
from marketplace.models.orders import Order
from marketplace.models.outbox import OutboxMessage
from marketplace.models.payments import PaymentIntent
from marketplace.services.doors import telephone
from marketplace.services.people import throttle
from marketplace.services.trade import orders, sweeps
from marketplace.services.trade.orders import Wanted
from tests.books import factories
from tests.services import market as markets
from tests.web.people_pages import link_in, mails, token_of, words
from tests.web.query_count import MOST, counted
from tests.web.shop import open_shop

NAMES = ("Karim", "Bakker", "Anouk", "Jansen", "Groene Vingers", "Laan 1", "Bel maar aan")
OVER = "De tijd om te betalen is voorbij"


@pytest.fixture
def shop(app):
    return open_shop(app)


@pytest.fixture
def order(app, shop):
    """A service that was accepted and waits for money."""
    with app.app_context(), context.transaction() as session:
        placed = markets.accepted(session, shop.market, now=context.now())
        found = session.get_one(Order, placed.id)
        found.address, found.note = "Laan 1", "Bel maar aan"
        return placed.public_id


@pytest.fixture
def link(app, order):
    """Where the link in the buyer's mail leads."""
    told = next(mail for mail in mails(app) if mail.subject.startswith("Yes!"))
    assert link_in(told, "/bestellingen/") == f"/bestellingen/{order}", "her own page too"
    return link_in(told, "/betalen/")


def press(client, path: str, act: str = ""):
    return client.post(f"{path}{act}", data={"csrf_token": token_of(client, path)})


def count(app, what) -> int:
    with app.app_context(), context.transaction() as session:
        return session.scalar(select(func.count()).select_from(what))


def change(app, public_id, **values):
    with app.app_context(), context.transaction() as session:
        found = session.scalars(select(Order).where(Order.public_id == public_id)).one()
        for name, value in values.items():
            setattr(found, name, value)


def sign(app, order, buyer, until) -> str:
    return "/betalen/" + PayLinks(app.config["SECRET_KEY"]).make(PayLink(order, buyer, until))


def at_the_bank(shop, client, address: str, choice: str = "pay") -> str:
    """Decide on the bank's page; gives where its way back leads."""
    page = address.removeprefix("http://localhost")
    client.post(page, data={"csrf_token": token_of(client, page), "choice": choice})
    shop.hear_the_bank()
    return re.search(r'href="http://localhost(/betalen/[^"]+/terug)"', client.get(page).text)[1]


def test_nobody_signs_in_and_the_money_is_booked(app, shop, order, link):
    client = shop.browser(None)
    page = client.get(link)
    told = words(page)
    for said in ("Betaal €", "121,00", "Heg knippen", "29 januari 2026"):
        assert said in told
    assert not [name for name in NAMES if name in page.text]
    away = press(client, link)
    assert away.status_code == 303
    assert "/testbank/" in away.location
    waiting = client.get(f"{link}/terug")
    assert "We wachten op de bank" in words(waiting)
    assert waiting.headers["Refresh"] == f"3; url={link}/terug?keer=2"
    back = at_the_bank(shop, client, away.location)
    assert back == f"{link}/terug"
    assert client.get(back).location == link
    ended = client.get(link)
    assert (ended.status_code, "Er is betaald" in words(ended)) == (200, True)
    assert not [name for name in (*NAMES, "121,00") if name in ended.text]
    assert press_stale(client, link).status_code == 409
    assert count(app, PaymentIntent) == 1
    assert words(shop.browser(shop.market.buyer).get(f"/bestellingen/{order}")).count("Betaald op")


def press_stale(client, link, act=""):
    """Press the button of a page that stood open: its token is taken from a page that has one."""
    return client.post(f"{link}{act}", data={"csrf_token": token_of(client, "/inloggen")})


def test_a_payment_that_failed_is_tried_again(shop, link):
    client = shop.browser(None)
    back = at_the_bank(shop, client, press(client, link).location, "refuse")
    failed = client.get(back)
    assert "Er is niet betaald" in words(failed)
    assert "Refresh" not in failed.headers
    assert f'href="{link}"' in failed.text
    at_the_bank(shop, client, press(client, link).location)
    assert client.get(back).status_code == 303


def test_two_tabs_and_a_double_click_and_her_own_page_are_one_wish(app, shop, order, link):
    client, buyer = shop.browser(None), shop.browser(shop.market.buyer)
    other_tab = shop.browser(None)
    pages = {press(client, link).location, press(client, link).location}
    pages.add(press(other_tab, link).location)
    own = f"/bestellingen/{order}"
    pages.add(buyer.post(f"{own}/betalen", data={"csrf_token": token_of(buyer, own)}).location)
    assert len(pages) == 1
    assert count(app, PaymentIntent) == 1
    back = at_the_bank(shop, client, pages.pop())
    assert buyer.get(back).location == f"{own}/terug", "she herself goes on to her own page"
    assert client.get(back).location == link


def test_somebody_elses_session_changes_nothing(app, shop, order, link):
    with app.app_context(), context.transaction() as session:
        stranger = factories.make_person(session, name="Sem de Boer")
    client = shop.browser(stranger)
    back = at_the_bank(shop, client, press(client, link).location)
    assert client.get(back).location == link
    assert "Er is betaald" in words(client.get(link))
    assert client.get(f"/bestellingen/{order}").status_code == 404, (
        "the link is no key to the order"
    )


def test_a_link_that_was_changed_or_is_for_another_buyer_is_nobodys(app, shop, order, link):
    client, token = shop.browser(None), link.removeprefix("/betalen/")
    until = dt.datetime(2026, 1, 29, 10, tzinfo=dt.UTC)
    foreign = [
        link[:-3],
        link.replace(order, "A" * 16),
        sign(app, order, shop.market.seller.public_id, until),
        sign(app, "A" * 16, shop.market.buyer.public_id, until),
        "/betalen/" + PayLinks("x" * 40).make(PayLink(*token.split(".")[:2], until)),
        "/betalen/onzin",
    ]
    for path in foreign:
        for act in ("", "/terug", "/overschrijven"):
            answer = client.get(path + act)
            assert answer.status_code == 404, path + act
            assert "Deze link werkt niet" in words(answer)
            assert "Heg knippen" not in answer.text
        for act in ("", "/overschrijven"):
            assert press_stale(client, path, act).status_code == 404
    assert count(app, PaymentIntent) == 0


def test_the_link_ends_with_the_order(app, shop, order, link, clock):
    client = shop.browser(None)
    clock.shift(dt.timedelta(days=14, seconds=-1))
    assert press(client, link).status_code == 303
    clock.shift(dt.timedelta(seconds=1))
    for answer in (client.get(link), press_stale(client, link)):
        assert OVER in words(answer)
        assert not [name for name in (*NAMES, "121,00") if name in answer.text]
    with app.app_context(), context.transaction() as session:
        session.execute(PaymentIntent.__table__.update().values(state="expired"))
        assert sweeps.expire(session, now=context.now()) == 1
    assert OVER in words(client.get(link))
    assert "Deze bestelling gaat niet door" in words(client.get(f"{link}/terug"))


def test_an_old_link_pays_nothing_though_the_order_still_waits(app, shop, order, link, clock):
    """Somebody chose to pay by bank, which gave more days; the link of before them is over."""
    client = shop.browser(None)
    change(app, order, due_at=dt.datetime(2026, 3, 1, tzinfo=dt.UTC))
    clock.shift(dt.timedelta(days=14))
    for answer in (client.get(link), press_stale(client, link)):
        assert answer.status_code == 409
        assert "Deze link werkt niet meer" in words(answer)
        assert f"/bestellingen/{order}" in answer.text
    assert client.get(f"{link}/overschrijven").location == link
    assert count(app, PaymentIntent) == 0


def test_what_is_cancelled_while_the_page_is_open_says_so(app, shop, order, link):
    client = shop.browser(None)
    client.get(link)
    with app.app_context(), context.transaction() as session:
        orders.cancel(session, buyer_id=shop.market.buyer.id, public_id=order, now=context.now())
    for act in ("", "/overschrijven"):
        answer = press_stale(client, link, act)
        assert answer.status_code == 409
        assert "Deze bestelling gaat niet door" in words(answer)
    assert "Je hoeft niets te betalen" in words(client.get(link))
    assert count(app, PaymentIntent) == 0


def test_what_is_asked_anew_waits_and_what_went_back_is_told(app, shop, order, link):
    client = shop.browser(None)
    change(app, order, payment_state="not_due")
    assert "Er hoeft nu niet te worden betaald" in words(client.get(link))
    change(app, order, payment_state="awaiting")
    at_the_bank(shop, client, press(client, link).location)
    with app.app_context(), context.transaction() as session:
        orders.cancel(session, buyer_id=shop.market.buyer.id, public_id=order, now=context.now())
    assert "Dat geld is terug of komt terug" in words(client.get(link))


def test_paying_by_bank_gives_a_link_that_lasts_as_long(app, shop, order, link, clock):
    client = shop.browser(None)
    assert "Betaal zelf met je bank" not in words(client.get(link)), "no account, no transfer"
    assert client.get(f"{link}/overschrijven").status_code == 404
    with app.app_context(), context.transaction() as session:
        own = session.get_one(Cooperative, shop.market.member.cooperative_id)
        own.iban, own.account_name = "NL91ABNA0417164300", "De Kluscoop"
    clock.shift(dt.timedelta(days=3))
    assert f'action="{link}/overschrijven"' in client.get(link).text
    chosen = press(client, link, "/overschrijven")
    assert chosen.status_code == 303
    longer = chosen.location.removesuffix("/overschrijven")
    assert longer != link
    page = client.get(chosen.location)
    for said in ("NL91 ABNA 0417 1643 00", "De Kluscoop", "Betalingskenmerk", "1 februari 2026"):
        assert said in words(page)
    assert not [name for name in NAMES if name in page.text]
    assert f'href="{longer}"' in page.text
    clock.shift(dt.timedelta(days=12))
    assert "Deze link werkt niet meer" in words(client.get(link))
    assert f'href="{longer}/overschrijven"' in client.get(longer).text
    at_the_bank(shop, client, press(client, longer).location)
    assert client.get(f"{longer}/overschrijven").location == longer


@pytest.mark.sqlite_only
def test_the_address_is_told_to_nobody(app, shop, link, monkeypatch):
    client = shop.browser(None)
    with monkeypatch.context() as broken, capture_logs() as said:
        broken.setattr(orders, "one", lambda *_a, **_k: 1 / 0)
        assert client.get(link).status_code == 500
    assert [line["event"] for line in said] == ["unexpected"]
    logged = str(said) + "".join(traceback.format_exception(said[0]["exc_info"]))
    assert "ZeroDivisionError" in logged
    assert link.removeprefix("/betalen/")[:16] not in logged
    for path in (link, f"{link}/terug", "/betalen/onzin"):
        answer = client.get(path)
        assert answer.headers["Referrer-Policy"] == "strict-origin"
        assert "no-store" in answer.headers["Cache-Control"]
        assert "noindex" in answer.headers["X-Robots-Tag"]
    with app.app_context(), context.transaction() as session:
        kept = [str(row.facts) for row in session.scalars(select(OutboxMessage))]
    assert not [facts for facts in kept if "/betalen/" in facts]


@pytest.mark.sqlite_only
def test_the_button_works_on_a_site_with_https(shop, link):
    """There a form is refused without the site that it came from: the policy must let that through."""
    client, site = shop.browser(None), {"base_url": "https://localhost"}
    page = client.get(link, **site)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)[1]
    origin = {"no-referrer": None, "strict-origin": "https://localhost/"}[
        page.headers["Referrer-Policy"]
    ]
    answer = client.post(link, data={"csrf_token": token}, headers={"Referer": origin}, **site)
    assert answer.status_code == 303
    assert client.post(link, **site).status_code == 400


@pytest.mark.sqlite_only
def test_the_form_may_lead_to_the_bank(shop, link):
    policy = shop.browser(None).get(link).headers["Content-Security-Policy"]
    assert "form-action 'self' http://localhost;" in policy + ";"


def test_who_presses_all_day_waits(shop, link):
    client = shop.browser(None)
    answers = [press(client, link).status_code for _ in range(throttle.PAY_LINK.per_account + 1)]
    assert answers == [303] * throttle.PAY_LINK.per_account + [429]
    assert client.get(link).status_code == 200


@pytest.mark.sqlite_only
def test_the_pages_ask_little(app, shop, link):
    client = shop.browser(shop.market.seller)
    for path in (link, f"{link}/terug"):
        with counted(app) as queries:
            client.get(path)
        assert len(queries) <= MOST, str(queries)


def test_who_ordered_by_telephone_pays_by_her_mail_and_the_desk_gets_no_link(app, shop):
    with app.app_context(), context.transaction() as session:
        desk = factories.make_person(session, name="Ilse")
        telephone.enter(
            session,
            cooperative_id=shop.market.member.cooperative_id,
            by_id=desk.id,
            caller=telephone.Caller(name="Bep", phone="+31612345678", email="bep@example.nl"),
            lines=[Wanted(shop.market.product.public_id, 100)],
            idempotency_key="a",
            now=context.now(),
        )
    told = mails(app)
    link = link_in(next(mail for mail in told if mail.to == "bep@example.nl"), "/betalen/")
    assert not [mail for mail in told if mail.to == desk.email and "/betalen/" in mail.text]
    client = shop.browser(None)
    assert "Vogelhuis" in words(client.get(link))
    at_the_bank(shop, client, press(client, link).location)
    assert "Er is betaald" in words(client.get(link))


def test_a_mail_that_waited_since_before_leads_to_her_own_page(app, shop, order):
    with app.app_context(), context.transaction() as session:
        for row in session.scalars(select(OutboxMessage)):
            row.facts = {key: row.facts[key] for key in row.facts if not key.startswith("pay_")}
    told = next(mail for mail in mails(app) if mail.subject.startswith("Yes!"))
    assert told.text.count(f"/bestellingen/{order}") == 2
