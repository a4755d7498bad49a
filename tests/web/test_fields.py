"""Fields read every sensible Dutch spelling, and refuse the rest with a sentence."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.web.forms.fields import read_cents, read_day, read_hundredths


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("12,50", 1250),
        ("12.50", 1250),
        ("€ 12,5", 1250),
        ("€12", 1200),
        ("12,-", 1200),
        ("12,--", 1200),
        ("12 euro", 1200),
        ("EUR 12,50", 1250),
        (" 7,05 ", 705),
        ("€\u00a01.401,50", 140150),
        ("1.250", 125000),
        ("1 250,00", 125000),
        ("12.500,5", 1250050),
        ("1,250.00", 125000),
        ("0,01", 1),
    ],
)
def test_an_amount_is_read_in_every_sensible_spelling(typed, cents):
    assert read_cents(typed) == cents


@pytest.mark.parametrize(
    "typed",
    ["", "gratis", "-5", "12,505", "1,250", "1.25.0", "12,5,0", "€", "1e3", "١٢", "0x10", "12..5"],
)
def test_what_is_no_amount_is_refused(typed):
    assert read_cents(typed) is None


@given(st.integers(min_value=0, max_value=999_999_999))
def test_an_amount_written_the_dutch_way_is_read_back_to_the_cent(cents):
    euros, rest = divmod(cents, 100)
    grouped = f"{euros:,}".replace(",", ".")
    assert read_cents(f"{euros},{rest:02d}") == cents
    assert read_cents(f"{euros}.{rest:02d}") == cents
    assert read_cents(f"€ {grouped},{rest:02d}") == cents
    if rest % 10 == 0:
        assert read_cents(f"{euros},{rest // 10}") == cents


@given(st.text(max_size=24))
def test_no_text_whatever_breaks_the_reading(text):
    found = read_cents(text)
    assert found is None or found >= 0
    assert read_hundredths(text) is None or read_hundredths(text) >= 0
    read_day(text)


@pytest.mark.parametrize(("typed", "hundredths"), [("3", 300), ("2,5", 250), ("0.25", 25)])
def test_a_quantity_is_read_with_comma_or_dot(typed, hundredths):
    assert read_hundredths(typed) == hundredths


@pytest.mark.parametrize("typed", ["", "-1", "2,555", "drie", "1.000,5"])
def test_what_is_no_quantity_is_refused(typed):
    assert read_hundredths(typed) is None


@pytest.mark.parametrize(
    "typed",
    [
        "2026-05-28",
        "28-5-2026",
        "28-05-26",
        "28/05/2026",
        "28.5.2026",
        "28 mei 2026",
        "28 May 2026",
    ],
)
def test_a_day_is_read_in_every_sensible_spelling(typed):
    assert read_day(typed) == dt.date(2026, 5, 28)


@pytest.mark.parametrize("typed", ["", "morgen", "31-02-2026", "28 foo 2026", "2026", "28-05"])
def test_what_is_no_day_is_refused(typed):
    assert read_day(typed) is None
