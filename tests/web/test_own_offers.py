"""A member's own offers: made, shown, paused; wrong fields and files are told beside the field."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image

from marketplace.models.listings import Listing, Picture
from marketplace.models.people import Grant
from marketplace.services.market import places
from tests.services.offers import AT, make_cooperative, make_listing, make_membership
from tests.services.test_pictures import jpeg_with_gps
from tests.web.people_pages import PASSWORD, add_person, send, token_of, words
from tests.web.query_count import MOST, counted

FILLED = {
    "unit": "hour",
    "title": "Ramen wassen",
    "category": "other",
    "description": "Streeploos.\r\nOok de kozijnen.",
    "price": "€ 29,5",
    "vat_category": "reduced",
    "stock": "",
    "place": "breda",
}


def member_of(app, session, cooperative, email):
    membership = make_membership(session, cooperative, name=email.split("@", maxsplit=1)[0].title())
    session.commit()
    person = add_person(app, email=email)
    session.add(
        Grant(
            person_id=person,
            role="member",
            cooperative_id=cooperative.id,
            membership_id=membership.id,
            created_at=AT,
        )
    )
    session.commit()
    return membership


def sign_in(client, email):
    answer = send(client, "/inloggen", email=email, password=PASSWORD)
    assert answer.status_code == 303, words(answer)


@pytest.fixture
def membership(app, session, client):
    places.load(session, [("Breda", 51.5866, 4.7760)])
    made = member_of(app, session, make_cooperative(session), "anouk@example.nl")
    sign_in(client, "anouk@example.nl")
    return made


def only(session, model):
    session.rollback()
    found = session.query(model).one()
    session.commit()  # or the next request waits for this transaction
    return found


def test_a_member_makes_an_offer_and_puts_it_on_the_market(client, session, membership):
    made = send(client, "/werk/aanbod/nieuw", **FILLED)
    assert made.status_code == 303
    listing = only(session, Listing)
    assert (listing.state, listing.kind, listing.price_cents) == ("draft", "service", 2950)
    assert (listing.place, listing.lat) == ("Breda", 51.5866)
    assert listing.description == "Streeploos.\nOok de kozijnen."
    assert client.get(f"/aanbod/{listing.public_id}").status_code == 200
    shown = send(
        client,
        f"/werk/aanbod/{listing.public_id}/tonen",
        seen_at=f"/werk/aanbod/{listing.public_id}",
    )
    assert shown.status_code == 303
    assert "Ramen wassen" in words(client.get("/aanbod"))
    send(client, f"/werk/aanbod/{listing.public_id}/pauze", seen_at="/werk/aanbod")
    assert "Ramen wassen" not in words(client.get("/aanbod"))
    assert "Pauze" in words(client.get("/werk/aanbod"))


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"price": "gratis"}, "Schrijf een bedrag in euro's."),
        ({"price": "0,50"}, "Vul een hoger bedrag in."),
        ({"price": ""}, "Vul een prijs in."),
        ({"title": "   "}, "Geef je aanbod een titel."),
        ({"title": "x" * 81}, "Neem hoogstens 80 tekens."),
        ({"unit": "dozijn"}, "Not a valid choice"),
        ({"category": "geheim"}, "Not a valid choice"),
        ({"unit": "piece", "stock": ""}, "Vul in hoeveel je er hebt."),
        ({"unit": "piece", "stock": "2,5"}, "Schrijf een heel aantal."),
        ({"unit": "piece", "stock": "-1"}, "Schrijf een aantal."),
        ({"place": ""}, "Vul een plaats in."),
    ],
)
def test_a_wrong_field_is_told_beside_it_and_nothing_is_lost(
    client, session, membership, wrong, told
):
    answer = send(client, "/werk/aanbod/nieuw", **(FILLED | wrong))
    page = words(answer)
    assert answer.status_code == 422
    assert told in page or "Ongeldige keuze" in page
    kept = answer.get_data(as_text=True)
    assert "Streeploos." in kept
    assert "€ 29,5" in kept or "price" in wrong
    assert session.query(Listing).count() == 0


def test_a_product_with_no_stock_left_may_stand_in_the_shop(client, session, membership):
    filled = FILLED | {"unit": "piece", "stock": "0", "pickup": "y"}
    assert send(client, "/werk/aanbod/nieuw", **filled).status_code == 303
    listing = only(session, Listing)
    assert (listing.kind, listing.stock) == ("product", 0)


def test_changing_an_offer_keeps_what_stands_in_the_form(client, session, membership):
    made = make_listing(session, membership, kind="product", unit="piece", stock=4)
    session.commit()
    path = f"/werk/aanbod/{made.public_id}"
    page = client.get(path).get_data(as_text=True)
    assert 'value="32,50"' in page
    assert re.search(r'name="stock"[^>]*value="4"', page)
    made.stock = 3  # somebody bought one while the form stood open
    session.commit()
    answer = send(
        client, path, **(FILLED | {"unit": "piece", "stock": "4", "stock_seen": "4", "pickup": "y"})
    )
    assert answer.status_code == 303
    session.expire_all()
    assert (made.stock, made.title) == (3, "Ramen wassen")


def test_an_unknown_place_is_kept_and_told(client, session, membership):
    answer = send(client, "/werk/aanbod/nieuw", **(FILLED | {"place": "Wilgendam"}))
    assert "We kennen de plaats Wilgendam niet" in words(client.get(answer.location))


def test_the_offer_of_somebody_else_is_not_found(app, client, session, membership):
    other = member_of(app, session, make_cooperative(session), "sefa@example.nl")
    theirs = make_listing(session, other)
    session.commit()
    path = f"/werk/aanbod/{theirs.public_id}"
    assert client.get(path).status_code == 404
    for act in ("", "/tonen", "/pauze"):
        answer = send(client, path + act, seen_at="/werk/aanbod/nieuw", **FILLED)
        assert answer.status_code == 404
    session.expire_all()
    assert theirs.title == "Heg, gras en borders op orde"


def test_a_paused_member_puts_nothing_on_the_market(client, session, membership):
    made = make_listing(session, membership, published=False)
    membership.status = "paused"
    session.commit()
    path = f"/werk/aanbod/{made.public_id}"
    answer = send(client, f"{path}/tonen", seen_at=path)
    assert answer.status_code == 409
    assert "je lidmaatschap staat stil" in words(answer)


def test_a_visitor_is_sent_to_the_door(app, membership):
    assert app.test_client().get("/werk/aanbod").status_code == 303


def add_picture(client, made, content, alt="Een strakke heg"):
    path = f"/werk/aanbod/{made.public_id}"
    return client.post(
        f"{path}/fotos",
        data={
            "csrf_token": token_of(client, path),
            "picture": (io.BytesIO(content), "IMG_1234.jpg"),
            "alt": alt,
        },
    )


def test_a_picture_is_served_without_place_data_and_kept_for_ever(app, client, session, membership):
    made = make_listing(session, membership)
    session.commit()
    assert add_picture(client, made, jpeg_with_gps()).status_code == 303
    picture = only(session, Picture)
    visitor = app.test_client()
    for path, width in (("", 1600), ("/klein", 640)):
        served = visitor.get(f"/plaatje/{picture.public_id}{path}")
        assert served.mimetype == "image/webp"
        assert served.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        shown = Image.open(io.BytesIO(served.data))
        assert shown.width == width
        assert not shown.getexif()
    assert f"/plaatje/{picture.public_id}/klein" in visitor.get("/aanbod").get_data(as_text=True)
    assert "Een strakke heg" in visitor.get(f"/aanbod/{made.public_id}").get_data(as_text=True)


def test_a_draft_s_picture_is_for_its_owner_only(app, client, session, membership):
    made = make_listing(session, membership, published=False)
    session.commit()
    add_picture(client, made, jpeg_with_gps())
    path = f"/plaatje/{only(session, Picture).public_id}"
    assert app.test_client().get(path).status_code == 404
    own = client.get(path)
    assert own.status_code == 200
    assert own.headers["Cache-Control"].startswith("private")


@pytest.mark.parametrize("content", [b"geen plaatje", b"", b"%PDF-1.7 nep"])
def test_a_file_that_is_no_picture_is_refused_with_a_sentence(client, session, membership, content):
    made = make_listing(session, membership)
    session.commit()
    answer = add_picture(client, made, content)
    assert answer.status_code == 422
    assert "Dit bestand is geen foto" in words(answer) or "Kies een foto." in words(answer)
    assert session.query(Picture).count() == 0


def test_a_picture_needs_words_for_who_cannot_see_it(client, session, membership):
    made = make_listing(session, membership)
    session.commit()
    answer = add_picture(client, made, jpeg_with_gps(), alt=" ")
    assert answer.status_code == 422
    assert "Schrijf wat er op de foto staat." in words(answer)


def test_a_picture_can_be_taken_away(client, session, membership):
    made = make_listing(session, membership)
    session.commit()
    add_picture(client, made, jpeg_with_gps())
    path = f"/werk/aanbod/{made.public_id}"
    picture = only(session, Picture).public_id
    assert send(client, f"{path}/fotos/{picture}/weg", seen_at=path).status_code == 303
    assert client.get(f"/plaatje/{picture}").status_code == 404


@pytest.mark.parametrize("page", ["/werk/aanbod", "/werk/aanbod/nieuw", "edit", "/", "listing"])
def test_own_pages_ask_few_questions_however_much_there_is(app, client, session, membership, page):
    def asked():
        address = {"edit": f"/werk/aanbod/{made.public_id}", "listing": f"/aanbod/{made.public_id}"}
        app.extensions.pop("marketplace.makers", None)
        with counted(app) as queries:
            assert client.get(address.get(page, page)).status_code == 200
        return queries

    made = make_listing(session, membership)
    session.commit()
    client.get("/werk/aanbod")
    few = asked()
    for _ in range(15):
        make_listing(session, membership)
    session.commit()
    many = asked()
    assert len(many) <= MOST, str(many)
    assert len(many) == len(few), str(many)
