"""The pages of quotes and of what is wanted: from the question to the payment, and what may go wrong."""

from __future__ import annotations

import io
import re

import pytest
from sqlalchemy import func, select

from marketplace import context
from marketplace.models.orders import Order
from marketplace.models.people import Grant
from marketplace.models.requests import Request
from tests.books import factories
from tests.doors import asked
from tests.web.people_pages import mails, send, token_of, words
from tests.web.query_count import MOST, counted
from tests.web.shop import open_shop

pytestmark = pytest.mark.sqlite_only  # pages ask nothing that PostgreSQL would answer differently

QUESTION = {"key": "q", "body": "De heg is hoog.", "place": "Breda", "postcode": "4811 aa"}
LINE = {
    "lines-0-title": "Knippen",
    "lines-0-unit": "hour",
    "lines-0-quantity": "2,5",
    "lines-0-price": "48,40",
    "lines-0-vat_category": "standard",
}
OFFER = {"key": "o", "valid_until": "2026-01-29", "text": "Ik neem de ladder mee.", **LINE}


@pytest.fixture
def shop(app):
    return open_shop(app)


@pytest.fixture
def quote(app, shop):
    """A question for a quote: the public id."""
    with app.app_context(), context.transaction() as session:
        return asked.quote(session, shop.market, now=context.now()).public_id


@pytest.fixture
def offered(app, shop, quote):
    """The public ids of the question and of the offer on it."""
    with app.app_context(), context.transaction() as session:
        request = session.scalars(select(Request).where(Request.public_id == quote)).one()
        order = asked.offer(session, shop.market.own, request, now=context.now())
        return quote, order.public_id


def coordinator(app, shop):
    with app.app_context(), context.transaction() as session:
        person = factories.make_person(session)
        session.add(
            Grant(
                person_id=person.id,
                role="coordinator",
                cooperative_id=shop.market.member.cooperative_id,
                created_at=factories.LONG_AGO,
            )
        )
    return shop.browser(person)


def said(answer) -> str:
    return words(answer).replace("\xa0", " ")


def test_from_the_question_to_the_pay_button(app, shop):
    buyer, member = shop.browser(shop.market.buyer), shop.browser(shop.market.seller)
    listing = shop.market.service.public_id
    assert f'href="/offerte-vragen/{listing}"' in buyer.get(f"/aanbod/{listing}").text
    path = f"/offerte-vragen/{listing}"
    asking = [send(buyer, path, **QUESTION).location for _click in range(2)]
    assert asking[0] == asking[1], "a double click is one question"
    public_id = asking[0].rpartition("/")[2]

    work = f"/werk/aanvragen/{public_id}"
    assert "Iemand vraagt jou om een offerte" in said(member.get("/werk"))
    assert "Breda, 4811" in said(member.get("/werk/aanvragen"))
    assert "4811 aa" not in member.get(work).text, "of the postcode only the digits stay"
    answering = [send(member, work, **OFFER).location for _click in range(2)]
    assert answering == [work, work]
    assert "De koper denkt na" in said(member.get(work))

    request = said(buyer.get(f"/aanvragen/{public_id}"))
    assert "Er is 1 offerte" in request
    assert "€ 121,00" in request
    with app.app_context(), context.transaction() as session:
        order = session.scalars(select(Order)).one().public_id
    offer = f"/offertes/{order}"
    assert buyer.get(f"/bestellingen/{order}").location == offer
    terms = said(buyer.get(offer))
    assert "Ik neem de ladder mee." in terms
    assert "Tot en met 29 januari 2026" in terms
    assert "Zolang je niet hebt betaald: altijd, gratis." in terms
    yes = [
        send(buyer, f"{offer}/ja", seen_at=f"/aanvragen/{public_id}", address="Laan 12").location
    ]
    assert yes == [f"/bestellingen/{order}"]
    assert "Betaal € 121,00" in said(buyer.get(yes[0]))
    assert buyer.get(offer).location == yes[0]
    assert "Laan 12" not in member.get(work).text
    subjects = [mail.subject for mail in mails(app)]
    assert "You said yes: Heg knippen" in subjects, "this buyer reads English"
    assert "De koper zegt ja: Knippen" in subjects


def test_the_member_sees_what_she_keeps_before_she_sends(shop, quote):
    member, path = shop.browser(shop.market.seller), f"/werk/aanvragen/{quote}"
    assert "Wat houd ik over?" not in said(member.get(path))
    asking = send(member, path, reken="1", **OFFER)
    assert asking.status_code == 200
    assert "+ € 85,00" in said(asking)
    assert "INDICATIE" in said(asking)
    live = member.get(f"{path}/wat-houd-ik-over", query_string=LINE)
    assert "+ € 85,00" in said(live)
    half = member.get(f"{path}/wat-houd-ik-over", query_string={**LINE, "lines-0-price": "1x"})
    assert half.status_code == 200
    assert "Wat houd ik over?" not in half.text


def test_one_line_more_keeps_what_was_typed_and_an_empty_one_does_not_count(app, shop, quote):
    member, path = shop.browser(shop.market.seller), f"/werk/aanvragen/{quote}"
    more = send(member, path, erbij="1", **OFFER)
    assert 'name="lines-1-title"' in more.text
    assert 'value="48,40"' in more.text
    empty = {
        "lines-1-title": "",
        "lines-1-unit": "job",
        "lines-1-quantity": "1",
        "lines-1-price": "",
        "lines-1-vat_category": "standard",
    }
    assert send(member, path, **OFFER, **empty).status_code == 303
    with app.app_context(), context.transaction() as session:
        assert session.scalar(select(Order.total_cents)) == 12_100


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"lines-0-price": "niets"}, "Regel 1, Prijs per keer, met btw: Schrijf een bedrag"),
        ({"lines-0-quantity": "2,1"}, "Uren kunnen per kwartier."),
        ({"lines-0-quantity": "veel"}, "Schrijf een aantal."),
        ({"lines-0-title": ""}, "Schrijf wat je doet of levert."),
        ({"lines-0-title": "", "lines-0-price": ""}, "Vul ten minste één regel in."),
        ({"valid_until": "2026-01-01"}, "hoogstens 60 dagen vooruit"),
        ({"valid_until": "morgen"}, "Schrijf een dag die bestaat."),
        ({"valid_until": ""}, "Kies een dag."),
        ({"text": "x" * 1001}, "Neem hoogstens 1000 tekens."),
    ],
)
def test_a_wrong_line_is_said_in_words_and_what_was_typed_stays(shop, quote, fields, sentence):
    member = shop.browser(shop.market.seller)
    answer = send(member, f"/werk/aanvragen/{quote}", **{**OFFER, **fields})
    assert answer.status_code == 422
    assert sentence in said(answer)
    for name, value in fields.items():
        if value and name != "text":
            assert f'value="{value}"' in answer.text


def test_too_much_together_is_refused_with_a_sentence(shop, quote):
    member = shop.browser(shop.market.seller)
    much = {**OFFER, "lines-0-price": "99999", "lines-0-quantity": "900"}
    answer = send(member, f"/werk/aanvragen/{quote}", **much)
    assert answer.status_code == 409
    assert "Een offerte mag samen hoogstens 100000 euro zijn." in said(answer)


def test_the_member_says_no_or_takes_her_offer_back(shop, offered):
    member, path = shop.browser(shop.market.seller), f"/werk/aanvragen/{offered[0]}"
    back = send(member, f"{path}/intrekken", seen_at=path)
    assert back.location == path
    assert "Geef een offerte" in said(member.get(path))
    no = send(member, f"{path}/nee", seen_at=path)
    assert no.location == "/werk/aanvragen"
    assert "Hier kun je nu geen offerte geven" in said(member.get(path))
    buyer = shop.browser(shop.market.buyer)
    assert "kan deze keer niet" in said(buyer.get(f"/aanvragen/{offered[0]}"))


def test_the_buyer_says_no(shop, offered):
    buyer, offer = shop.browser(shop.market.buyer), f"/offertes/{offered[1]}"
    assert send(buyer, f"{offer}/nee", seen_at=offer).location == f"/aanvragen/{offered[0]}"
    assert "Deze offerte geldt niet meer" in said(buyer.get(offer))
    yes = send(buyer, f"{offer}/ja", seen_at="/gezocht/nieuw", address="")
    assert yes.status_code == 409
    assert "Deze offerte geldt niet meer." in said(yes)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": ""}, "Schrijf kort wat je zoekt."),
        ({"body": ""}, "Vertel wat er moet gebeuren."),
        ({"place": "Nergenshuizen"}, "We vinden geen coöperatie binnen 25 kilometer"),
        ({"postcode": "48a"}, "Schrijf de vier cijfers."),
        ({"budget": "gratis"}, "Schrijf een bedrag in euro's."),
        ({"wanted_on": "2020-01-01"}, "Kies een dag die nog komt."),
        ({"closes_on": "2027-01-01"}, "hoogstens 60 dagen vooruit"),
        ({"closes_on": ""}, "Kies een dag."),
    ],
)
def test_a_wrong_wish_is_said_in_words(app, shop, fields, sentence):
    buyer = shop.browser(shop.market.buyer)
    good = {**QUESTION, "title": "Schutting", "budget": "150", "closes_on": "2026-01-29"}
    answer = send(buyer, "/gezocht/nieuw", **{**good, **fields})
    assert answer.status_code == 422
    assert sentence in said(answer)
    with app.app_context(), context.transaction() as session:
        assert session.scalar(select(func.count(Request.id))) == 0
    assert send(buyer, "/gezocht/nieuw", **good).status_code == 303


def test_too_many_wishes_a_day_are_refused_with_a_sentence(app, shop):
    with app.app_context(), context.transaction() as session:
        for _time in range(10):
            asked.wanted(session, shop.market, now=context.now())
    buyer = shop.browser(shop.market.buyer)
    good = {**QUESTION, "title": "Schutting", "closes_on": "2026-01-29"}
    for path in ("/gezocht/nieuw", f"/offerte-vragen/{shop.market.service.public_id}"):
        answer = send(buyer, path, **good)
        assert answer.status_code == 409
        assert "Je kunt 10 dingen vragen op een dag." in said(answer)


def test_a_photo_is_added_seen_by_the_member_and_taken_away(shop, quote):
    buyer, member = shop.browser(shop.market.buyer), shop.browser(shop.market.seller)
    page = f"/aanvragen/{quote}"

    def add(content: bytes, alt: str = "De heg"):
        return buyer.post(
            f"{page}/fotos",
            data={
                "csrf_token": token_of(buyer, page),
                "picture": (io.BytesIO(content), "heg.png"),
                "alt": alt,
            },
            content_type="multipart/form-data",
        )

    assert add(b"geen foto").status_code == 422
    assert add(asked.picture(), alt="").status_code == 422
    assert add(asked.picture()).status_code == 303
    photo = re.search(rf'src="({page}/foto/[^"]+)"', member.get(f"/werk/aanvragen/{quote}").text)
    assert photo
    shown = member.get(photo[1])
    assert (shown.status_code, shown.mimetype) == (200, "image/webp")
    away = photo[1].replace("/foto/", "/fotos/") + "/weg"
    assert send(buyer, away, seen_at=page).status_code == 303
    assert member.get(photo[1]).status_code == 404


def test_the_coordinator_takes_a_request_away(app, shop, quote):
    boss = coordinator(app, shop)
    assert "Heg knippen" in said(boss.get("/balie/aanvragen"))
    page = f"/balie/aanvragen/{quote}"
    assert send(boss, f"{page}/weg", seen_at=page).status_code == 422
    assert send(boss, f"{page}/weg", seen_at=page, reason="spam").location == page
    assert "Weggehaald" in said(boss.get(page))
    buyer = shop.browser(shop.market.buyer)
    assert "Het is reclame" in said(buyer.get(f"/aanvragen/{quote}"))
    assert shop.browser(shop.market.seller).get(f"/werk/aanvragen/{quote}").status_code == 404


def test_a_stranger_finds_nothing(app, shop, offered):
    with app.app_context(), context.transaction() as session:
        stranger = shop.browser(factories.make_person(session))
    other = open_shop(app)
    quote, order = offered
    for path in (f"/aanvragen/{quote}", f"/offertes/{order}"):
        assert stranger.get(path).status_code == 404
    for path in (
        f"/aanvragen/{quote}/intrekken",
        f"/offertes/{order}/ja",
        f"/offertes/{order}/nee",
    ):
        assert send(stranger, path, seen_at="/gezocht/nieuw").status_code == 404
    member = other.browser(other.market.seller)
    assert member.get(f"/werk/aanvragen/{quote}").status_code == 404
    for act in ("nee", "intrekken"):
        answer = send(member, f"/werk/aanvragen/{quote}/{act}", seen_at="/gezocht/nieuw")
        assert answer.status_code == 404


def test_nobody_who_is_not_signed_in_sees_what_is_wanted(app, shop):
    with app.app_context(), context.transaction() as session:
        wish = asked.wanted(session, shop.market, now=context.now()).public_id
    client = shop.browser(None)
    for path in ("/aanvragen", f"/aanvragen/{wish}", "/gezocht/nieuw", f"/werk/aanvragen/{wish}"):
        assert client.get(path).location.startswith("/inloggen")


def test_an_offer_shows_right_in_every_list(app, shop, offered):
    buyer, member = shop.browser(shop.market.buyer), shop.browser(shop.market.seller)
    assert "Offerte" in said(buyer.get("/bestellingen"))
    listed = said(member.get("/werk/klussen?lijst=offered"))
    assert "Knippen" in listed
    assert "Wat houd ik over?" in listed
    with app.app_context(), context.transaction() as session:
        order = session.scalars(select(Order)).one()
        line = asked.first_line(session, order).public_id
    job = said(member.get(f"/werk/klussen/{line}"))
    assert "Je offerte ligt bij de koper." in job
    boss = coordinator(app, shop)
    assert "Offerte" in said(boss.get(f"/balie/bestellingen/{offered[1]}"))
    assert "Wacht op antwoord" in said(boss.get("/balie/bestellingen"))
    found = boss.get(f"/balie/leden/{shop.market.member.public_id}")
    assert "offerte gegeven" in said(found)
    assert "Berichten over Knippen" in said(buyer.get(f"/gesprekken/{line}"))


def test_no_page_of_the_buyer_hints_at_a_benefit(shop, offered):
    buyer = shop.browser(shop.market.buyer)
    hints = re.compile(r"uitkering|bijstand|thermometer|gemeente|regime", re.IGNORECASE)
    for path in (f"/aanvragen/{offered[0]}", f"/offertes/{offered[1]}", "/aanvragen"):
        main = buyer.get(path).text.partition("<main")[2].partition("</main")[0]
        assert main
        assert hints.search(main) is None


def test_pages_stay_within_their_queries_however_many_rows_there_are(app, shop, offered):
    with app.app_context(), context.transaction() as session:
        wishes = [asked.wanted(session, shop.market, now=context.now()) for _time in range(8)]
        for wish in wishes:
            asked.offer(session, shop.market.own, wish, now=context.now())
        wish = wishes[0].public_id
    buyer, member = shop.browser(shop.market.buyer), shop.browser(shop.market.seller)
    boss, (quote, order) = coordinator(app, shop), offered
    for client, path in (
        (buyer, "/aanvragen"),
        (buyer, f"/aanvragen/{quote}"),
        (buyer, f"/offertes/{order}"),
        (buyer, "/gezocht/nieuw"),
        (buyer, f"/offerte-vragen/{shop.market.service.public_id}"),
        (member, "/werk"),
        (member, "/werk/aanvragen"),
        (member, "/werk/aanvragen?lijst=wanted"),
        (member, f"/werk/aanvragen/{wish}"),
        (member, f"/werk/aanvragen/{quote}/wat-houd-ik-over?" + query(LINE)),
        (member, "/werk/klussen?lijst=offered"),
        (boss, "/balie/aanvragen"),
        (boss, f"/balie/aanvragen/{quote}"),
    ):
        with counted(app) as queries:
            answer = client.get(path)
        assert answer.status_code == 200, path
        assert len(queries) <= MOST, f"{path}\n{queries}"


def query(fields: dict[str, str]) -> str:
    from urllib.parse import urlencode

    return urlencode(fields)
