"""The market's pages, open to everybody: found, shown, and few queries however much there is."""

from __future__ import annotations

import re

import pytest

from marketplace.services.market import places
from tests.services.offers import make_cooperative, make_listing, make_membership
from tests.web.people_pages import add_person, sign_in, token_of
from tests.web.query_count import MOST, counted

PLACES = [("Breda", 51.5866, 4.7760), ("Tilburg", 51.5555, 5.0913)]
HIDDEN_WORDS = ("uitkering", "bijstand", "gemeente", "drempel", "thermometer", "vrijlating")


@pytest.fixture
def membership(app, session):
    places.load(session, PLACES)
    made = make_membership(session, make_cooperative(session, name="Coöperatie De Ruime Ren U.A."))
    session.commit()
    return made


@pytest.fixture
def offer(session, membership):
    def make(**own):
        made = make_listing(session, membership, **own)
        session.commit()
        return made

    return make


def text_of(response):
    return response.get_data(as_text=True)


def test_the_front_page_invites_before_there_is_any_offer(client, membership):
    response = client.get("/")
    assert response.status_code == 200
    assert "De markt gaat bijna open" in text_of(response)


def test_the_front_page_shows_the_newest_offers_and_the_makers(client, offer):
    for number in range(8):
        offer(title=f"Heg {number}")
    page = text_of(client.get("/"))
    assert re.findall(r"Heg \d", page) == ["Heg 7", "Heg 6", "Heg 5", "Heg 4", "Heg 3", "Heg 2"]
    assert "1 maker" in page


def test_the_front_page_remembers_where_somebody_looked(client, offer):
    offer(title="Dichtbij", place="Breda")
    offer(title="Verder weg", place="Tilburg")
    client.get("/aanbod?plaats=breda&km=10")
    page = text_of(client.get("/"))
    assert "Breda, binnen 10 km" in page
    assert "Dichtbij" in page
    assert "Verder weg" not in page


def test_a_search_shows_hits_with_their_distance(client, offer):
    offer(title="Fietsen nakijken", place="Tilburg")
    offer(title="Heg knippen", place="Tilburg")
    page = text_of(client.get("/aanbod?q=fiets&plaats=Breda&km=25"))
    assert "Fietsen nakijken" in page
    assert "Heg knippen" not in page
    assert "Tilburg, 22,1 km" in page


def test_a_search_without_hits_offers_a_wider_one(client, offer):
    offer(place="Tilburg")
    page = text_of(client.get("/aanbod?q=heg&plaats=Breda&km=5"))
    assert "Niets gevonden" in page
    assert "/aanbod?q=heg&amp;plaats=Breda" in page


def test_an_unknown_place_is_told_with_names_like_it(client, offer):
    offer(title="Heg knippen")
    page = text_of(client.get("/aanbod?plaats=Bredaa"))
    assert "We kennen de plaats “Bredaa” niet" in page
    assert "plaats=Breda" in page
    assert "Heg knippen" in page


@pytest.mark.parametrize(
    "address",
    [
        "/aanbod?na=zomaar&km=x&soort=geheim",
        "/aanbod?km=99999999999999999999&q=%01%FF",
        "/aanbod?q=" + "a" * 5000,
        "/aanbod?q='%22*&soort=garden",
    ],
)
def test_an_odd_question_is_answered_like_any_other(client, offer, address):
    offer()
    assert client.get(address).status_code == 200


def test_paging_through_the_market_shows_everything_once(client, offer):
    for number in range(30):
        offer(title=f"Klus nummer {number:02d}")
    first = text_of(client.get("/aanbod"))
    following = re.search(r'href="(/aanbod\?na=[^"]+)"', first)[1].replace("&amp;", "&")
    second = text_of(client.get(following))
    found = re.findall(r"nummer \d\d", first) + re.findall(r"nummer \d\d", second)
    assert len(found) == 30
    assert len(set(found)) == 30


def test_a_listing_tells_price_maker_seller_and_where_the_money_goes(client, offer):
    made = offer(price_cents=3250)
    page = text_of(client.get(f"/aanbod/{made.public_id}"))
    for words in ("€\u00a032,50", "per uur, met btw", "Vraag Anouk", "Groene Vingers · Anouk"):
        assert words in page
    assert "De rekening komt van Coöperatie De Ruime Ren U.A." in page
    for words in ("Bouwt Anouk op", "Samen leren", "naar de Belastingdienst", "€\u00a05,64"):
        assert words in page


def test_no_page_of_the_market_hints_at_a_benefit(client, offer):
    made = offer()
    for address in ("/", "/aanbod", f"/aanbod/{made.public_id}", "/hoe-het-werkt"):
        page = text_of(client.get(address)).lower()
        assert [word for word in HIDDEN_WORDS if word in page] == [], address


def test_how_it_works_shows_one_split_per_cooperative(client, session, membership):
    make_cooperative(session, name="Coöperatie Het Open Hek U.A.", scheme="kor")
    session.commit()
    page = text_of(client.get("/hoe-het-werkt"))
    assert "De Ruime Ren" in page
    assert "Het Open Hek" in page
    assert page.count('class="sm-money"') == 2


@pytest.mark.parametrize("state", ["draft", "paused"])
def test_what_is_not_on_the_market_is_not_found(client, session, offer, state):
    made = offer()
    made.state = state
    session.commit()
    assert client.get(f"/aanbod/{made.public_id}").status_code == 404
    assert client.get("/aanbod/bestaat-niet").status_code == 404


def test_a_product_shows_how_many_are_left(client, offer):
    few = offer(kind="product", unit="piece", stock=2, title="Lamp")
    none = offer(kind="product", unit="piece", stock=0, title="Taart")
    assert "Nog 2 op voorraad" in text_of(client.get(f"/aanbod/{few.public_id}"))
    gone = text_of(client.get(f"/aanbod/{none.public_id}"))
    assert "Uitverkocht" in gone
    assert "<form" not in gone.split('id="vraag"')[1].split("</section>")[0]


def test_a_visitor_is_sent_to_sign_in_and_keeps_the_quantity(client, offer):
    made = offer()
    assert f'action="/bestellen/{made.public_id}"' in text_of(
        client.get(f"/aanbod/{made.public_id}")
    )
    response = client.get(f"/bestellen/{made.public_id}?aantal=3")
    assert response.status_code == 303
    assert "aantal" in response.location


@pytest.mark.parametrize(
    "address",
    ["/", "/aanbod", "/aanbod?q=heg&plaats=Breda&km=25&soort=garden", "/hoe-het-werkt", "listing"],
)
def test_a_page_asks_few_questions_however_much_there_is(app, client, offer, address):
    def asked():
        page = f"/aanbod/{made.public_id}" if address == "listing" else address
        app.extensions.pop("marketplace.makers", None)
        with counted(app) as queries:
            assert client.get(page).status_code == 200
        return queries

    made = offer()
    few = asked()
    for _ in range(20):
        offer()
    many = asked()
    assert len(many) <= MOST - 2, str(many)  # session and grants come on top for who is signed in
    assert len(many) == len(few), str(many)


def test_a_buyer_asks_the_maker_from_the_page_of_the_listing(app, client, offer):
    made = offer()
    add_person(app)
    sign_in(client)
    page = text_of(client.get(f"/aanbod/{made.public_id}"))
    card = page.split('id="vraag"')[1].split("</section>")[0]
    hidden = dict(re.findall(r'name="(csrf_token|key)"[^>]*value="([^"]+)"', card))
    assert set(hidden) == {"csrf_token", "key"}
    answer = client.post(
        f"/bestellen/{made.public_id}", data={**hidden, "quantity": "2,5", "note": "Graag vrijdag"}
    )
    assert answer.status_code == 303
    assert "/bestellingen/" in answer.location


def test_the_dutch_places_come_along_and_load_twice_without_harm(app, session):
    runner = app.test_cli_runner()
    for _ in range(2):
        result = runner.invoke(args=["places", "load"])
        assert result.output == "1968 places\n"
    found = places.find(session, "den bosch")
    assert (round(found.lat, 1), round(found.lon, 1)) == (51.7, 5.3)


@pytest.mark.parametrize(
    "content", ["name,lat,lon\nBreda,51.5,x\n", "name,lat,lon\n,1,2\n", "a,b\n1,2\n"]
)
def test_a_wrong_file_of_places_is_told_with_its_line(app, tmp_path, content):
    file = tmp_path / "places.csv"
    file.write_text(content, encoding="utf-8")
    result = app.test_cli_runner().invoke(args=["places", "load", str(file)])
    assert result.exit_code == 1
    assert "line 2" in result.output


@pytest.mark.parametrize(
    ("address", "status"),
    [("/aanbod/a%00b", 404), ("/plaatje/%00", 404), ("/aanbod?q=%00", 400), ("/?x=%00", 400)],
)
def test_a_nul_sign_in_an_address_breaks_nothing(client, address, status):
    assert client.get(address).status_code == status


def test_a_nul_sign_in_a_form_breaks_nothing(client, membership):
    fields = {"csrf_token": token_of(client, "/aanbod"), "lang": "nl", "next": "/aanbod"}
    assert client.post("/voorkeuren/taal", data=fields).status_code == 303
    assert client.post("/voorkeuren/taal", data=fields | {"lang": "nl\x00"}).status_code == 400
