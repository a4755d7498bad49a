"""The pages of orders and work: who sees what, how many queries, and what is said when it goes wrong."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from marketplace import context
from marketplace.gateways.payments import ProviderAway
from marketplace.models.orders import Order
from marketplace.services import ledgercheck
from marketplace.services.trade import refundsending
from tests.books import factories
from tests.services import market as markets
from tests.web.people_pages import send, words
from tests.web.query_count import MOST, counted
from tests.web.shop import open_shop

pytestmark = pytest.mark.sqlite_only  # pages ask nothing that PostgreSQL would answer differently


@pytest.fixture
def shop(app):
    return open_shop(app)


@pytest.fixture
def paid(app, shop):
    """A paid order; gives its public id and its line's."""
    with app.app_context(), context.transaction() as session:
        order = markets.paid(session, shop.market, now=context.now())
        return order.public_id, markets.line_of(session, order)


def make_stranger(app):
    with app.app_context(), context.transaction() as session:
        return factories.make_person(session)


def test_who_is_not_signed_in_is_led_to_the_door_and_back(shop, paid):
    client = shop.browser(None)
    for path in ("/bestellingen", f"/bestellingen/{paid[0]}", "/werk/klussen"):
        assert client.get(path).location.startswith("/inloggen")
    wanted = f"/bestellen/{shop.market.service.public_id}?aantal=3"
    assert "aantal" in client.get(wanted).location


def test_what_was_chosen_before_signing_in_stands_in_the_form(shop):
    buyer = shop.browser(shop.market.buyer)
    page = buyer.get(f"/bestellen/{shop.market.service.public_id}?aantal=3")
    assert 'name="quantity"' in page.text
    assert 'value="3"' in page.text


def test_a_stranger_finds_nothing(app, shop, paid):
    order, line = paid
    client = shop.browser(make_stranger(app))
    for path in ("", "/terug"):
        assert client.get(f"/bestellingen/{order}{path}").status_code == 404
    for path in ("betalen", "afzeggen", f"bevestigen/{line}"):
        answer = send(client, f"/bestellingen/{order}/{path}", seen_at="/bestellingen")
        assert answer.status_code == 404
    assert client.get(f"/werk/klussen/{line}").status_code == 404


def test_a_member_of_another_cooperative_finds_nothing(app, shop, paid):
    other = open_shop(app)
    client = other.browser(other.market.seller)
    assert client.get(f"/werk/klussen/{paid[1]}").status_code == 404
    for act in ("geleverd", "toch-niet"):
        answer = send(client, f"/werk/klussen/{paid[1]}/{act}", seen_at="/werk/klussen")
        assert answer.status_code == 404


def test_a_step_that_is_over_is_a_page_with_a_sentence(shop, paid):
    buyer, member = shop.browser(shop.market.buyer), shop.browser(shop.market.seller)
    send(member, f"/werk/klussen/{paid[1]}/geleverd", seen_at="/werk/klussen")
    page = f"/bestellingen/{paid[0]}"
    answer = send(buyer, f"{page}/afzeggen", seen_at="/bestellingen")
    assert answer.status_code == 409
    assert "Dit kan niet meer" in words(answer)


def test_the_page_says_beforehand_what_comes_back_and_a_double_click_is_one(shop, paid):
    buyer, page = shop.browser(shop.market.buyer), f"/bestellingen/{paid[0]}"
    shown = words(buyer.get(page)).replace("\xa0", " ")
    assert "Zeg je nu af, dan krijg je € 121,00 terug voor Heg knippen." in shown
    for _click in range(2):
        answer = send(buyer, f"{page}/afzeggen", seen_at="/bestellingen")
        assert (answer.status_code, answer.location) == (303, page)
    after = words(buyer.get(page)).replace("\xa0", " ")
    assert "Onderweg naar jou." in after
    assert "Zeg je nu af" not in after


def test_too_near_the_appointment_the_page_names_the_coordinator(app, shop, paid):
    with app.app_context(), context.transaction() as session:
        order = session.scalars(select(Order).where(Order.public_id == paid[0])).one()
        order.wanted_on = context.now().date()
    buyer, page = shop.browser(shop.market.buyer), f"/bestellingen/{paid[0]}"
    shown = words(buyer.get(page))
    assert "kun je niet zelf meer afzeggen. Mail naar" in shown
    assert "Zeg je nu af" not in shown
    answer = send(buyer, f"{page}/afzeggen", seen_at="/bestellingen")
    assert answer.status_code == 409
    assert "De afspraak is te dichtbij" in words(answer)


def test_a_member_who_cannot_do_it_says_so_once(shop, paid):
    member, page = shop.browser(shop.market.seller), f"/werk/klussen/{paid[1]}"
    shown = words(member.get(page)).replace("\xa0", " ")
    assert "Ik kan toch niet" in shown
    assert "De koper krijgt alles terug: € 121,00." in shown
    for _click in range(2):
        answer = send(member, f"{page}/toch-niet", seen_at="/werk/klussen")
        assert (answer.status_code, answer.location) == (303, page)
    assert "Ik kan toch niet" not in words(member.get(page))
    buyer = shop.browser(shop.market.buyer)
    assert "Onderweg naar jou." in words(buyer.get(f"/bestellingen/{paid[0]}"))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"quantity": ""}, "Vul in hoeveel je wilt."),
        ({"quantity": "1,5"}, "Neem hele stuks"),
        ({"quantity": "1", "wanted_on": "2020-01-01"}, "Kies een dag die nog komt."),
        ({"quantity": "1", "note": "x" * 1001}, "Neem hoogstens 1000 tekens."),
    ],
)
def test_a_wrong_field_is_said_in_words_and_what_was_typed_stays(shop, fields, sentence):
    buyer = shop.browser(shop.market.buyer)
    listing = shop.market.product.public_id
    answer = send(
        buyer,
        f"/bestellen/{listing}",
        seen_at=f"/aanbod/{listing}",
        key="k",
        address="Laan 12",
        **fields,
    )
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert "Laan 12" in answer.text


def test_a_bank_that_is_away_loses_nothing(app, shop, monkeypatch):
    with app.app_context(), context.transaction() as session:
        order = markets.accepted(session, shop.market, now=context.now()).public_id
    buyer, page = shop.browser(shop.market.buyer), f"/bestellingen/{order}"

    def away(**_values):
        raise ProviderAway

    with monkeypatch.context() as patched:
        patched.setattr(shop.bank(), "create_page", away)
        answer = send(buyer, f"{page}/betalen", seen_at=page)
    assert answer.status_code == 503
    assert "niets kwijt" in words(answer)
    again = [send(buyer, f"{page}/betalen", seen_at=page).location for _ in range(2)]
    assert again[0] == again[1], "one wish, one page"


def test_the_form_may_lead_to_the_bank_and_nowhere_else(shop, paid):
    answer = shop.browser(shop.market.buyer).get(f"/bestellingen/{paid[0]}")
    policy = answer.headers["Content-Security-Policy"]
    assert "form-action 'self' http://localhost;" in policy + ";"
    assert "default-src 'none'" in policy


def test_the_banks_page_asks_no_session_and_no_database_of_ours(app, shop):
    page = shop.bank().create_page(
        key="k", amount_cents=100, currency="EUR", title="Iets", back_url="/", locale="nl"
    )
    buyer = shop.browser(shop.market.buyer)
    with counted(app) as queries:
        answer = buyer.get(page.url)
    assert answer.status_code == 200
    assert len(queries) == 0, str(queries)
    assert buyer.get("/testbank/unknown").status_code == 404


def test_production_without_a_secret_has_no_test_bank_and_never_a_mailbox(app, shop):
    import dataclasses

    parts = app.extensions["marketplace"]
    production = parts.settings.model_copy(update={"mode": "production", "testbank_secret": ""})
    app.extensions["marketplace"] = dataclasses.replace(parts, settings=production)
    client = shop.browser(None)
    assert client.get("/post").status_code == 404
    assert client.get("/testbank/tb_x").status_code == 404


def test_the_mailbox_shows_what_was_sent(app, shop, paid):
    from tests.web.people_pages import mails

    mails(app)
    shown = words(shop.browser(None).get("/post"))
    assert "We have your payment: Heg knippen" in shown, "this buyer reads English"
    assert shop.market.buyer.email in shown


def test_pages_stay_within_their_queries_however_many_rows_there_are(app, shop, paid):
    with app.app_context(), context.transaction() as session:
        for _ in range(12):
            markets.place(session, shop.market, shop.market.service, now=context.now())
    order, line = paid
    buyer, member = shop.browser(shop.market.buyer), shop.browser(shop.market.seller)
    for client, path, most in (
        (buyer, "/bestellingen", MOST),
        (buyer, f"/bestellingen/{order}", MOST),
        (buyer, f"/bestellingen/{order}/terug", MOST),
        (member, "/werk/klussen?lijst=to_do", MOST),
        (member, "/werk/klussen", MOST),
        (member, f"/werk/klussen/{line}", MOST),
    ):
        with counted(app) as queries:
            answer = client.get(path)
        assert answer.status_code in {200, 303}, path
        assert len(queries) <= most, f"{path}\n{queries}"


def test_every_list_of_work_has_a_page(shop, paid):
    member = shop.browser(shop.market.seller)
    for which in ("asked", "waiting", "to_do", "done", "off", "nonsense"):
        assert member.get(f"/werk/klussen?lijst={which}").status_code == 200


def test_a_question_says_what_it_leaves_in_the_thermometer(app, shop):
    with app.app_context(), context.transaction() as session:
        order = markets.place(session, shop.market, shop.market.service, now=context.now())
        line = markets.line_of(session, order)
    member = shop.browser(shop.market.seller)
    for path in ("/werk/klussen", f"/werk/klussen/{line}"):
        shown = words(member.get(path))
        assert "Wat houd ik over?" in shown
        assert "+ €\xa085,00" in member.get(path).text
        assert "INDICATIE" in shown


def test_above_the_threshold_the_part_of_the_municipality_is_said(app):
    shop = open_shop(app, threshold_cents=0)
    with app.app_context(), context.transaction() as session:
        markets.place(session, shop.market, shop.market.service, now=context.now())
    shown = words(shop.browser(shop.market.seller).get("/werk/klussen"))
    assert "€ 42,50 gaat naar de gemeente" in shown.replace("\xa0", " ")


def test_in_set_off_the_honest_zero_is_as_large_as_a_gain(app):
    shop = open_shop(app, regime="set_off")
    with app.app_context(), context.transaction() as session:
        markets.place(session, shop.market, shop.market.service, now=context.now())
    shown = words(shop.browser(shop.market.seller).get("/werk/klussen"))
    assert "Deze maand gaat alles van je uitkering af." in shown


def test_the_bank_speaks_the_language_that_the_market_named(app, shop):
    page = shop.bank().create_page(
        key="k", amount_cents=7800, currency="EUR", title="Iets", back_url="/", locale="nl"
    )
    stranger = app.test_client()
    shown = stranger.get(page.url, headers={"Accept-Language": "en"})
    assert "€ 78,00" in words(shown).replace("\xa0", " ")
    assert '<html lang="nl"' in shown.text


def test_the_test_bank_gives_back_and_tells_it_and_a_repeat_changes_nothing(app, shop):
    with app.app_context(), context.transaction() as session:
        order = markets.accepted(session, shop.market, now=context.now()).public_id
    buyer, page = shop.browser(shop.market.buyer), f"/bestellingen/{order}"
    reference = send(buyer, f"{page}/betalen", seen_at=page).location.rpartition("/")[2]
    shop.bank().pay(reference)
    assert shop.hear_the_bank() == ["booked"]
    send(buyer, f"{page}/afzeggen", seen_at=page)
    with app.app_context():
        assert refundsending.send_waiting(context.transaction, shop.bank(), now=context.now()) == 1
    assert shop.hear_the_bank() == ["ignored"], "the answer came first, the word says the same"
    assert "Teruggegeven op" in words(buyer.get(page))
    with app.app_context(), context.transaction() as session:
        assert ledgercheck.check(session) == []


def test_a_member_says_that_she_began_and_all_three_read_what_happened(shop, paid):
    order, line = paid
    member, buyer = (shop.browser(one) for one in (shop.market.seller, shop.market.buyer))
    page = f"/werk/klussen/{line}"
    assert send(member, f"{page}/begonnen", seen_at=page).status_code == 303
    shown = words(member.get(page))
    for part in ("Je bent begonnen", "Ja gezegd", "door jou", "door de koper", "gemeld"):
        assert part in shown
    assert f"{page}/begonnen" not in member.get(page).text
    bought = words(buyer.get(f"/bestellingen/{order}"))
    assert "door Groene Vingers" in bought
    assert "Zeg af" not in bought
