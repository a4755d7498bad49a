"""Searching the market: Dutch plurals, unfinished words, distance, and pages without doubles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.services.market import catalogue, places, searchterms
from marketplace.services.market.listingsearch import Cursor, Search
from tests.services.offers import make_cooperative, make_listing, make_membership

PLACES = [("Breda", 51.5866, 4.7760), ("Tilburg", 51.5555, 5.0913), ("Groningen", 53.2192, 6.5667)]


@pytest.fixture
def membership(session):
    places.load(session, PLACES)
    return make_membership(session, make_cooperative(session), name="Joost", trade_name="Wiel")


def titles(session, **search):
    shelf = catalogue.browse(session, search=Search(**search))
    return [card.title for card in shelf.cards]


@pytest.mark.parametrize(
    ("offered", "asked"),
    [
        ("Fietsen nakijken", "fiets"),
        ("Fiets nakijken", "fietsen"),
        ("Fiets nakijken", "FIETS"),
        ("Fiets nakijken", "fie"),
        ("Fietsen nakijken", "fietse"),
        ("Foto's van jouw feest", "foto"),
        ("Foto's van jouw feest", "fotos"),
        ("Oppas voor kinderen", "kind"),
        ("Broek korter maken", "broeken"),
        ("Gitaarles voor beginners", "gitaarlessen"),
        ("Crème brûlée", "creme brulee"),
        ("Heg knippen", "knippen heg"),
    ],
)
def test_a_search_finds_other_forms_of_the_word(session, membership, offered, asked):
    make_listing(session, membership, title=offered, description="x")
    make_listing(session, membership, title="Iets anders", description="y")
    assert titles(session, text=asked) == [offered]


def test_all_words_must_occur(session, membership):
    make_listing(session, membership, title="Heg knippen", description="")
    assert titles(session, text="heg schilderen") == []


def test_a_changed_title_is_found_by_its_new_words_only(session, membership):
    made = make_listing(session, membership, title="Heg knippen", description="")
    made.search_terms = searchterms.terms_of("Gras maaien")
    session.flush()
    assert titles(session, text="heg") == []
    assert titles(session, text="gras") == ["Heg knippen"]


def test_a_hit_in_the_title_stands_above_one_in_the_text(session, membership):
    make_listing(session, membership, title="Fiets nakijken", description="x")
    make_listing(session, membership, title="Band plakken", description="Van jouw fiets")
    assert titles(session, text="fiets") == ["Fiets nakijken", "Band plakken"]


@pytest.mark.parametrize("asked", ["'", '"', "* OR", "a' --", "()", "NEAR(", "&|!:*", "%_"])
def test_signs_of_the_search_engine_do_no_harm(session, membership, asked):
    make_listing(session, membership)
    titles(session, text=asked)


def test_nothing_is_found_for_signs_alone(session, membership):
    make_listing(session, membership)
    assert titles(session, text="!!!") == []


def test_near_shows_the_nearest_first_and_nothing_beyond(session, membership):
    for place in ("Groningen", "Tilburg", "Breda", "Nergens"):
        make_listing(session, membership, title=place, place=place)
    breda = places.find(session, "BREDA")
    assert titles(session, near=breda, within_km=25) == ["Breda", "Tilburg"]
    assert titles(session, near=breda, within_km=10) == ["Breda"]
    assert titles(session, near=breda) == ["Breda", "Tilburg", "Groningen"]
    shelf = catalogue.browse(session, search=Search(near=breda, within_km=25))
    assert [round(card.kilometres, 1) for card in shelf.cards] == [0.0, 22.1]


def test_words_category_and_distance_work_together(session, membership):
    make_listing(session, membership, title="Heg A", place="Breda")
    make_listing(session, membership, title="Heg B", place="Groningen")
    make_listing(session, membership, title="Heg C", place="Breda", category="other")
    breda = places.find(session, "Breda")
    found = titles(session, text="heg", category="garden", near=breda, within_km=5)
    assert found == ["Heg A"]


@pytest.mark.parametrize(
    "search",
    [
        Search(),
        Search(text="heg"),
        Search(category="garden"),
        Search(near=places.Spot("Breda", 51.5866, 4.7760), within_km=50),
        Search(text="heg", near=places.Spot("Breda", 51.5866, 4.7760), within_km=50),
    ],
    ids=["all", "words", "category", "near", "words-near"],
)
def test_pages_are_complete_and_without_doubles(session, membership, search):
    made = {
        make_listing(
            session,
            membership,
            title=f"Heg {number}" if number % 3 else f"Mooie heg {number}",
            place="Breda" if number % 2 else "Tilburg",
        ).public_id
        for number in range(23)
    }
    found, after = [], None
    while True:
        shelf = catalogue.browse(session, search=search, after=after, size=5)
        found += [card.public_id for card in shelf.cards]
        if shelf.following is None:
            break
        after = Cursor.read(shelf.following)
    assert len(found) == 23
    assert set(found) == made


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(1, 2**62))
def test_a_cursor_travels_through_an_address_unchanged(rank, key):
    assert Cursor.read(Cursor(rank, key).text) == Cursor(rank, key)


@given(st.text(max_size=40))
def test_a_made_up_cursor_is_no_cursor(text):
    found = Cursor.read(text)
    assert found is None or found.id > 0


@given(st.text(max_size=200))
def test_search_terms_hold_only_small_letters_and_figures(text):
    terms = searchterms.terms_of(text)
    assert all(word.isascii() and word.isalnum() and word == word.lower() for word in terms.split())


def test_similar_places_help_who_mistypes(session, membership):
    assert places.similar(session, "bredaa") == ["Breda"]
    assert places.find(session, "bredaa") is None
    assert places.load(session, [("Breda", 1.0, 2.0)]) == 1
    assert places.find(session, "Breda") == places.Spot("Breda", 1.0, 2.0)
