"""Choosing a time without JavaScript, and the member's calendar; what was typed stays."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from marketplace import context
from marketplace.models.bookings import BookingRules
from marketplace.models.orders import OrderLine
from tests.books import factories
from tests.doors.test_slots import MONDAY_NINE, booking, only_line, open_week
from tests.services import market as markets
from tests.web.people_pages import send, words
from tests.web.query_count import MOST, counted
from tests.web.shop import open_shop

pytestmark = pytest.mark.sqlite_only  # pages ask nothing that PostgreSQL would answer differently

NINE = "20260119T0800Z"


@pytest.fixture
def shop(app):
    opened = open_shop(app)
    with app.app_context(), context.transaction() as session:
        open_week(session, opened.market, context.now())
    return opened


@pytest.fixture
def booked(app, shop):
    """The public id of a line with an appointment."""
    with app.app_context(), context.transaction() as session:
        order_id = booking(shop.market, "x", context.now())(session)
        return only_line(session, order_id).public_id


def order_fields(**own):
    return {"key": "k" * 20, "quantity": "1", "note": "Bij de blauwe deur", **own}


def test_somebody_who_is_not_signed_in_chooses_first(shop):
    listing = shop.market.service.public_id
    page = shop.browser(None).get(f"/aanbod/{listing}").text
    assert f'name="tijd" value="{NINE}" form="vraag-form"' in page
    later = shop.browser(None).get(f"/aanbod/{listing}?vanaf=2026-01-27").text
    assert NINE not in later
    buyer = shop.browser(shop.market.buyer).get(f"/bestellen/{listing}?aantal=2&tijd={NINE}")
    assert f'value="{NINE}" form="vraag-form" checked' in buyer.text
    assert 'value="2"' in buyer.text


def test_a_time_is_asked_for_and_held(app, shop, session):
    listing = shop.market.service.public_id
    buyer = shop.browser(shop.market.buyer)
    path = f"/bestellen/{listing}"
    without = send(buyer, path, **order_fields())
    assert without.status_code == 422
    assert "Kies een tijd." in words(without)
    assert "Bij de blauwe deur" in without.text
    assert "blauwe deur" in send(buyer, path, **order_fields(vanaf="2026-01-27")).text
    placed = send(buyer, path, **order_fields(starts_at=NINE))
    assert placed.status_code == 303
    line = session.scalars(select(OrderLine)).one()
    session.commit()  # a writing session keeps SQLite from the others
    assert line.starts_at == MONDAY_NINE
    assert "09:00" in buyer.get(placed.location).text
    twice = send(buyer, path, **order_fields(starts_at=NINE, key="z" * 20))
    assert twice.status_code == 409
    assert "Bij de blauwe deur" in twice.text
    assert f'value="{NINE}"' not in twice.text


@pytest.mark.parametrize("odd", ["nu", "2026", "9" * 300, "20261399T9999Z"])
def test_an_odd_time_is_refused_beside_the_field(shop, odd):
    answer = send(
        shop.browser(shop.market.buyer),
        f"/bestellen/{shop.market.service.public_id}",
        **order_fields(starts_at=odd),
    )
    assert answer.status_code == 422
    assert "blauwe deur" in answer.text


def test_a_member_says_when_she_works(shop, session):
    member = shop.browser(shop.market.seller)
    fields = {
        "mon": "9-12 en 13.30-17",
        "buffer_minutes": "20",
        "per_day": "3",
        "notice_hours": "24",
    }
    assert send(member, "/werk/agenda/uren", **fields).status_code == 303
    session.expire_all()
    rules = session.scalars(select(BookingRules)).one()
    assert rules.hours == [[0, 540, 720], [0, 810, 1020]]
    assert 'value="9-12, 13:30-17"' in member.get("/werk/agenda/uren").text


@pytest.mark.parametrize("odd", ["overdag", "17-9", "9-12, 11-13", "9:07-12", "9-25", "9-17" * 30])
def test_odd_hours_are_refused_and_stay_in_the_form(shop, odd):
    fields = {"tue": odd, "buffer_minutes": "999", "per_day": "0", "notice_hours": ""}
    answer = send(shop.browser(shop.market.seller), "/werk/agenda/uren", **fields)
    assert answer.status_code == 422
    assert f'value="{odd}"' in answer.text
    assert 'value="999"' in answer.text


def test_days_off(shop):
    member = shop.browser(shop.market.seller)
    page = "/werk/agenda"
    wrong = send(member, "/werk/agenda/vrij", seen_at=page, first="2026-01-19", last="2026-01-01")
    assert wrong.status_code == 422
    assert 'value="2026-01-19"' in wrong.text
    taken = send(member, "/werk/agenda/vrij", seen_at=page, first="2026-01-19", last="")
    assert taken.status_code == 303
    listing = f"/aanbod/{shop.market.service.public_id}"
    assert NINE not in shop.browser(None).get(listing).text
    send(member, "/werk/agenda/open", seen_at=page, day="2026-01-19")
    assert NINE in shop.browser(None).get(listing).text


def test_a_member_moves_an_appointment(shop, booked, session):
    member = shop.browser(shop.market.seller)
    path = f"/werk/agenda/{booked}/verzetten"
    assert send(member, path, starts_at="").status_code == 422
    assert send(member, path, starts_at="20260119T1145Z").status_code == 409
    assert send(member, path, starts_at="20260119T1200Z").status_code == 303
    assert "13:00" in words(member.get("/werk/agenda"))


def test_a_stranger_finds_no_calendar(app, shop, booked):
    with app.app_context(), context.transaction() as session:
        stranger = factories.make_person(session)
        other = markets.make_market(session)
    for path in ("", "/uren", f"/{booked}/verzetten"):
        assert shop.browser(stranger).get(f"/werk/agenda{path}").status_code == 404
    assert shop.browser(other.seller).get(f"/werk/agenda/{booked}/verzetten").status_code == 404


def test_the_number_of_queries_stays(app, shop, booked):
    pages = {
        f"/aanbod/{shop.market.service.public_id}": shop.market.buyer,
        "/werk/agenda": shop.market.seller,
        "/werk/agenda/uren": shop.market.seller,
        f"/werk/agenda/{booked}/verzetten": shop.market.seller,
    }
    numbers = {}
    for round_ in range(2):
        for path, person in pages.items():
            with counted(app) as queries:
                assert shop.browser(person).get(path).status_code == 200
            assert len(queries) <= MOST, f"{path}\n{queries}"
            assert numbers.setdefault(path, len(queries)) == len(queries)
        if not round_:
            with app.app_context(), context.transaction() as session:
                for number in range(3):
                    at = MONDAY_NINE + dt.timedelta(days=1 + number)
                    booking(shop.market, f"more-{number}", context.now(), at)(session)
