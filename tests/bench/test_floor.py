"""The floor answers what the pages answer, or the ratio would mean nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.bench import data
from tests.bench.floor import create_floor

LISTINGS = 120
CARD = re.compile(r'href="/aanbod/(l\d+)"')


@pytest.fixture
def filled(app: Flask) -> Flask:
    data.fill(app.extensions["marketplace"].database.engine, LISTINGS)
    return app


@pytest.fixture
def floor(filled: Flask, database_url: str) -> Iterator[FlaskClient]:
    made = create_floor(database_url)
    yield made.test_client()
    made.extensions["engine"].dispose()


@pytest.mark.parametrize(
    "address", ["/aanbod", "/aanbod?q=heg", "/aanbod?q=gitaarles", "/aanbod?q=fiets+nakijken"]
)
def test_the_floor_shows_the_same_listings_in_the_same_order(filled, floor, address):
    ours = filled.test_client().get(address).text
    plain = floor.get(address).text
    assert CARD.findall(ours)
    assert CARD.findall(plain) == CARD.findall(ours)
    assert plain.count("<img") == ours.count("<img")
    assert 0.85 < len(plain) / len(ours) < 1.15


@pytest.mark.parametrize("number", [1, 3, 17])
def test_the_floor_shows_the_same_listing_with_the_same_amounts(filled, floor, number):
    address = f"/aanbod/l{number:015d}"
    ours = filled.test_client().get(address).text
    plain = floor.get(address).text
    amounts = re.compile(r"€\s[\d.]+,\d\d")
    assert set(amounts.findall(plain)) == set(amounts.findall(ours)) != set()
    assert 0.8 < len(plain) / len(ours) < 1.2


@pytest.mark.parametrize("number", [20, 99_999])
def test_the_floor_hides_what_the_page_hides(filled, floor, number):
    address = f"/aanbod/l{number:015d}"
    assert filled.test_client().get(address).status_code == 404
    assert floor.get(address).status_code == 404
