"""From the question to the thank-you, as buyer, member and bank walk it: by links, buttons and mails."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from marketplace.cli import ticks
from tests.web.people_pages import mails, send, token_of, words
from tests.web.shop import open_shop


@pytest.fixture
def shop(app):
    return open_shop(app)


def press(client, page: str, action: str):
    """Press the button on a page whose form leads there; a button that is not shown cannot be pressed."""
    shown = client.get(page).get_data(as_text=True)
    assert f'action="{action}"' in shown, f"no such button on {page}: {action}"
    return client.post(action, data={"csrf_token": token_of(client, page)})


def paths_in(mail) -> list[str]:
    return re.findall(r"(?m)(/(?:bestellingen|werk/klussen)/\S+)", mail.text)


def ask(shop, buyer, listing, **fields) -> str:
    """Fill in the form on the listing's page; gives the address of the order."""
    page = f"/aanbod/{listing.public_id}"
    key = re.search(r'name="key"[^>]*value="([^"]+)"', buyer.get(page).text)
    answer = send(
        buyer,
        f"/bestellen/{listing.public_id}",
        seen_at=page,
        key=key[1],
        **{"quantity": "2"} | fields,
    )
    assert answer.status_code == 303, words(answer)
    return answer.location


def pay(shop, buyer, order: str, choice: str = "pay"):
    """Press pay, decide on the bank's page, and come back."""
    answer = press(buyer, order, f"{order}/betalen")
    assert answer.status_code == 303
    bank_page = answer.location.removeprefix("http://localhost")
    assert bank_page.startswith("/testbank/")
    shown = buyer.get(bank_page)
    assert "Testbank" in words(shown)
    assert answer.headers.get("Refresh") is None
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', shown.text)[1]
    decided = buyer.post(bank_page, data={"csrf_token": token, "choice": choice})
    receipt = buyer.get(decided.location)
    back = re.search(r'href="http://localhost(/betalen/[^"]+/terug)"', receipt.text)[1]
    own = buyer.get(back)
    assert own.location == f"{order}/terug"
    return buyer.get(own.location)


def test_a_service_from_question_to_thank_you(app, shop):
    buyer, member = shop.browser(shop.market.buyer), shop.browser(shop.market.seller)
    order = ask(shop, buyer, shop.market.service, note="Graag voor de lente", address="Laan 1")
    assert "Je betaalt nog niets" in words(buyer.get(order))

    asked = mails(app)[0]
    job = paths_in(asked)[0]
    assert "Nieuwe aanvraag: Heg knippen" in asked.subject
    seen = words(member.get(job))
    assert "Karim" in seen
    assert "Laan 1" in seen
    assert "Graag voor de lente" in seen
    assert press(member, job, f"{job}/ja").status_code == 303

    accepted = mails(app)[0]
    assert paths_in(accepted) == [order]
    waiting = pay(shop, buyer, order)
    assert "We wachten op de bank" in words(waiting)
    assert waiting.headers["Refresh"].startswith("3; url=")
    assert "Wacht op betaling" in words(buyer.get("/bestellingen")), "coming back proves nothing"
    assert shop.hear_the_bank() == ["booked"]
    assert buyer.get(f"{order}/terug").location == order

    assert "Te doen" in words(member.get("/werk/klussen"))
    assert "Heg knippen" in words(member.get("/werk/klussen?lijst=to_do"))
    assert press(member, job, f"{job}/geleverd").status_code == 303
    confirm = re.search(r'action="(/bestellingen/[^"]+/bevestigen/[^"]+)"', buyer.get(order).text)
    assert press(buyer, order, confirm[1]).status_code == 303
    assert "Dank je wel" in words(buyer.get(order))
    assert "De koper is tevreden" in words(member.get(job))

    subjects = [mail.subject for mail in mails(app)]
    assert len(subjects) == 7, subjects


def test_goods_are_paid_at_once_and_sold(app, shop):
    buyer, member = shop.browser(shop.market.buyer), shop.browser(shop.market.seller)
    order = ask(shop, buyer, shop.market.product)
    told = [mail.subject for mail in mails(app)]
    assert told == ["Your order: Vogelhuis"], "the member hears nothing before it is paid"
    pay(shop, buyer, order)
    shop.hear_the_bank()
    sold = next(mail for mail in mails(app) if mail.subject == "Verkocht: Vogelhuis")
    job = paths_in(sold)[0]
    assert press(member, job, f"{job}/geleverd").status_code == 303
    assert "nog: 1" in words(_order_form(shop, buyer, quantity="2"))


def _order_form(shop, buyer, **fields):
    listing = shop.market.product.public_id
    page = f"/aanbod/{listing}"
    return send(buyer, f"/bestellen/{listing}", seen_at=page, key="another", **fields)


def test_a_payment_that_fails_is_tried_again(shop):
    buyer = shop.browser(shop.market.buyer)
    order = ask(shop, buyer, shop.market.product)
    pay(shop, buyer, order, choice="refuse")
    assert shop.hear_the_bank() == ["ignored"]
    back = buyer.get(f"{order}/terug")
    assert "Er is niet betaald" in words(back)
    assert "Refresh" not in back.headers
    pay(shop, buyer, order)
    assert shop.hear_the_bank() == ["booked"]


def test_no_is_an_answer_and_the_buyer_hears_no_reason(app, shop):
    buyer, member = shop.browser(shop.market.buyer), shop.browser(shop.market.seller)
    order = ask(shop, buyer, shop.market.service)
    job = paths_in(mails(app)[0])[0]
    assert press(member, job, f"{job}/nee").status_code == 303
    page = words(buyer.get(order))
    assert "Je hoeft niets te betalen" in page
    assert "Betaal €" not in page
    # This buyer reads English.
    assert "Not this time: Heg knippen" in {mail.subject for mail in mails(app)}


def test_a_double_click_is_one_order(shop):
    buyer = shop.browser(shop.market.buyer)
    page = f"/aanbod/{shop.market.product.public_id}"
    key = re.search(r'name="key"[^>]*value="([^"]+)"', buyer.get(page).text)[1]
    fields = {"quantity": "1", "key": key, "csrf_token": token_of(buyer, page)}
    to = f"/bestellen/{shop.market.product.public_id}"
    first, second = buyer.post(to, data=fields), buyer.post(to, data=fields)
    assert first.location == second.location
    assert words(buyer.get("/bestellingen")).count("Vogelhuis") == 1


def test_the_buyer_cancels_before_paying(shop):
    buyer = shop.browser(shop.market.buyer)
    order = ask(shop, buyer, shop.market.product)
    assert press(buyer, order, f"{order}/afzeggen").status_code == 303
    assert "Gaat niet door" in words(buyer.get("/bestellingen"))


def test_the_worker_sends_mails_ends_what_waited_and_hears_the_bank(app, clock):
    shop = open_shop(app, valid_from=dt.date(2026, 1, 1))
    buyer, steps = shop.browser(shop.market.buyer), ticks.steps()
    ask(shop, buyer, shop.market.service)
    ask(shop, buyer, shop.market.product)

    def tick() -> dict[str, int | None]:
        with app.app_context():
            return ticks.tick(steps)

    kinds = (
        "bank_events",
        "expired_orders",
        "expired_offers",
        "closed_requests",
        "recurring_orders",
        "waiting_pages",
        "provider_calls",
        "confirmed_lines",
        "refunds",
        "months",
        "reconciliation",
        "reminders",
        "forgotten_reviews",
        "complaint_clocks",
        "forgotten_complaints",
        "forgotten_requests",
        "forgotten_mails",
        "mails",
    )
    nothing = dict.fromkeys(kinds, 0)
    assert tick() == nothing | {"mails": 3}
    clock.shift(dt.timedelta(days=3))
    assert tick() == nothing | {"expired_orders": 1, "mails": 2}
    clock.shift(dt.timedelta(days=20))
    assert tick() == nothing | {"expired_orders": 1, "months": 1, "mails": 3}
    assert tick() == nothing


def test_a_step_of_the_worker_that_fails_stops_no_other(app, shop):
    buyer = shop.browser(shop.market.buyer)
    ask(shop, buyer, shop.market.service)

    def broken() -> int:
        raise RuntimeError("broken")

    with app.app_context():
        done = ticks.tick((("broken", broken), ("mails", ticks.send_mails)))
    assert done == {"broken": None, "mails": 2}


def test_no_page_of_the_buyer_hints_at_a_benefit(app, shop):
    buyer, member = shop.browser(shop.market.buyer), shop.browser(shop.market.seller)
    order = ask(shop, buyer, shop.market.service)
    job = paths_in(mails(app)[0])[0]
    press(member, job, f"{job}/ja")
    pages = [buyer.get(order), buyer.get("/bestellingen"), pay(shop, buyer, order)]
    shop.hear_the_bank()
    pages.append(buyer.get(order))
    told = "".join(words(page) for page in pages) + "".join(
        mail.text for mail in mails(app) if mail.to == shop.market.buyer.email
    )
    assert not re.search(r"uitkering|bijstand|gemeente|thermometer|regime", told, re.IGNORECASE)
