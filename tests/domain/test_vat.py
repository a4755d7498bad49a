"""VAT inside consumer prices."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.domain.vat import crosses, inside, of_document, rate_text

STANDARD, REDUCED, NONE = Fraction(21, 100), Fraction(9, 100), Fraction(0)


def test_a_price_of_726_holds_126_of_vat():
    assert inside(72_600, STANDARD) == 12_600


def test_vat_is_rounded_once_per_rate_and_spread_over_the_lines():
    # each line alone would hold 1.7355 -> 2 cents; together 5.2066 -> 5
    taxed = of_document([(10, STANDARD)] * 3)
    assert [line.vat_cents for line in taxed] == [2, 2, 1]


def test_lines_of_another_rate_do_not_mix():
    taxed = of_document([(12_100, STANDARD), (10_900, REDUCED), (500, NONE)])
    assert [line.vat_cents for line in taxed] == [2_100, 900, 0]
    assert [line.net_cents for line in taxed] == [10_000, 10_000, 500]


@given(
    st.lists(
        st.tuples(st.integers(1, 10**7), st.sampled_from([STANDARD, REDUCED, NONE])), min_size=1
    )
)
def test_the_lines_hold_what_the_document_holds(items):
    taxed = of_document(items)
    for rate in {rate for _, rate in items}:
        own = [(line, gross) for line, (gross, at) in zip(taxed, items, strict=True) if at == rate]
        total = sum(gross for _, gross in own)
        assert sum(line.vat_cents for line, _ in own) == inside(total, rate)
    assert [line.gross_cents for line in taxed] == [gross for gross, _ in items]
    assert all(0 <= line.vat_cents <= line.gross_cents for line in taxed)


@pytest.mark.parametrize(("rate", "text"), [(STANDARD, "0.21"), (REDUCED, "0.09"), (NONE, "0")])
def test_a_rate_as_lines_keep_it(rate, text):
    assert rate_text(rate) == text


@pytest.mark.parametrize(("sold", "crossed"), [(1_900_000, False), (1_900_001, True)])
def test_only_the_sale_that_goes_above_the_limit_crosses_it(sold, crossed):
    assert crosses(sold, 100_000, 2_000_000) is crossed
