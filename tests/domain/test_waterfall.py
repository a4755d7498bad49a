"""The waterfall: parts always add up, and only the cumulative result counts."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.domain.calendar import Month
from marketplace.domain.waterfall import (
    Agreed,
    Parameters,
    Parts,
    Terms,
    month_that_counts,
    period_around,
    split,
    split_pot,
    split_set_off,
    stretch_on,
    timeline,
)

FIGURES = Parameters(500, 1000, 120_000, 5000, "calendar_year")
YEAR_2026 = dt.date(2026, 1, 1)

parameters = st.builds(
    Parameters,
    training_share=st.integers(0, 5000),
    reserve_share=st.integers(0, 5000),
    threshold_cents=st.integers(0, 10**6),
    municipality_share=st.integers(0, 10_000),
    period=st.just("calendar_year"),
)
cents = st.integers(-(10**8), 10**8)


def test_the_worked_example():
    assert split_pot(52_000, 100_000, FIGURES) == Parts(2_600, 5_200, 12_100, 32_100)


def test_the_worked_example_under_kor():
    assert split_pot(62_920, 100_000, FIGURES) == Parts(3_146, 6_292, 16_741, 36_741)


@pytest.mark.parametrize(("accepted", "member"), [(True, 44_200), (False, 52_000)])
def test_the_worked_example_in_set_off(accepted, member):
    parts = split_set_off(52_000, FIGURES, deductions_accepted=accepted)
    assert parts.member == member
    assert parts.municipality == 0


def test_a_change_of_the_result_is_the_difference_of_every_part():
    first, second = split_pot(52_000, 100_000, FIGURES), split_pot(50_000, 100_000, FIGURES)
    assert second - first == Parts(-100, -200, -850, -850)


def test_up_to_the_threshold_the_municipality_gets_nothing():
    assert split_pot(141_177, 0, FIGURES).credit == 120_000
    assert split_pot(141_177, 0, FIGURES).municipality == 0
    assert split_pot(141_178, 0, FIGURES).municipality == 1


def test_a_loss_is_the_members_and_empties_no_pot():
    assert split_pot(-10_000, 50_000, FIGURES) == Parts(0, 0, 0, -10_000)
    assert split_set_off(-10_000, FIGURES, deductions_accepted=True) == Parts(0, 0, 0, -10_000)


def test_a_loss_after_the_threshold_was_passed_is_shared_as_the_gain_was():
    assert split_pot(-10_000, 150_000, FIGURES) == Parts(0, 0, -5_000, -5_000)


def test_halves_go_up_in_the_pots_and_the_member_takes_the_rest():
    assert split_pot(10, 0, FIGURES) == Parts(1, 1, 0, 8)


@pytest.mark.parametrize("regime", ["set_off", "premium", "experiment"])
def test_outside_pot_money_goes_as_in_set_off(regime):
    terms = Terms(regime, deductions_accepted=True, parameters=FIGURES)
    assert split(52_000, 100_000, terms) == Parts(2_600, 5_200, 0, 44_200)


@given(cents, cents, parameters)
def test_parts_always_add_up_to_the_result(result, before, figures):
    assert split_pot(result, before, figures).total == result
    assert split_set_off(result, figures, deductions_accepted=True).total == result


@given(st.lists(st.integers(-(10**6), 10**6), max_size=12), cents, parameters, st.randoms())
def test_the_order_of_happenings_does_not_matter(happenings, before, figures, chance):
    def posted(order):
        so_far, result = Parts(0, 0, 0, 0), 0
        for amount in order:
            result += amount
            step = split_pot(result, before, figures) - so_far
            so_far = Parts(*(a + b for a, b in zip(_tuple(so_far), _tuple(step), strict=True)))
        return so_far

    shuffled = happenings[:]
    chance.shuffle(shuffled)
    expected = split_pot(sum(happenings), before, figures) if happenings else Parts(0, 0, 0, 0)
    assert posted(happenings) == posted(shuffled) == expected


def _tuple(parts):
    return parts.training, parts.reserve, parts.municipality, parts.member


@given(cents, st.integers(0, 10**6), cents, parameters)
def test_a_better_result_never_leaves_a_part_smaller(result, more, before, figures):
    less, better = split_pot(result, before, figures), split_pot(result + more, before, figures)
    assert better.training >= less.training
    assert better.reserve >= less.reserve
    # the credit itself may fall a cent where both pots round up at once
    assert better.credit >= less.credit - 1


@given(cents, cents, parameters, st.booleans(), st.sampled_from(["pot", "set_off", "premium"]))
def test_parts_add_up_whatever_the_terms(result, before, figures, accepted, regime):
    terms = Terms(regime, deductions_accepted=accepted, parameters=figures)
    assert split(result, before, terms).total == result


def test_an_agreement_wins_over_the_cooperative():
    agreed = Agreed(YEAR_2026, "pot", deductions_accepted=True, threshold_cents=0)
    (_, terms), *_ = timeline([(dt.date(2025, 1, 1), FIGURES)], [agreed])
    assert terms.parameters.threshold_cents == 0
    assert terms.parameters.municipality_share == 5000


def test_terms_begin_where_both_agreement_and_parameters_are_known():
    agreed = Agreed(dt.date(2025, 1, 1), "pot", deductions_accepted=True)
    assert timeline([(YEAR_2026, FIGURES)], [agreed])[0][0] == YEAR_2026
    assert stretch_on(dt.date(2025, 12, 31), timeline([(YEAR_2026, FIGURES)], [agreed])) is None


def test_a_stretch_is_the_whole_period_while_nothing_changes():
    agreed = Agreed(dt.date(2024, 5, 1), "pot", deductions_accepted=True)
    stretch = stretch_on(dt.date(2026, 3, 3), timeline([(dt.date(2024, 1, 1), FIGURES)], [agreed]))
    assert (stretch.first, stretch.last) == (YEAR_2026, dt.date(2026, 12, 31))


def test_a_new_agreement_that_changes_nothing_begins_no_new_stretch():
    days = [dt.date(2025, 1, 1), dt.date(2026, 4, 1)]
    terms = timeline(
        [(dt.date(2025, 1, 1), FIGURES)],
        [Agreed(day, "pot", deductions_accepted=True) for day in days],
    )
    whole_year = (YEAR_2026, dt.date(2026, 12, 31))
    for day in (dt.date(2026, 3, 31), dt.date(2026, 4, 1)):
        stretch = stretch_on(day, terms)
        assert (stretch.first, stretch.last) == whole_year


def test_another_regime_begins_a_new_stretch():
    terms = timeline(
        [(dt.date(2025, 1, 1), FIGURES)],
        [
            Agreed(dt.date(2025, 1, 1), "pot", deductions_accepted=True),
            Agreed(dt.date(2026, 4, 1), "set_off", deductions_accepted=True),
        ],
    )
    assert stretch_on(dt.date(2026, 3, 31), terms).last == dt.date(2026, 3, 31)
    assert stretch_on(dt.date(2026, 4, 1), terms).first == dt.date(2026, 4, 1)
    assert stretch_on(dt.date(2026, 4, 1), terms).period_first == YEAR_2026


def test_a_period_of_a_month_ends_with_the_month():
    assert period_around(dt.date(2026, 2, 11), "calendar_month") == (
        dt.date(2026, 2, 1),
        dt.date(2026, 2, 28),
    )
    with pytest.raises(ValueError, match="no such period"):
        period_around(YEAR_2026, "decade")


@pytest.mark.parametrize(("regime", "month"), [("pot", 3), ("set_off", 1), ("premium", 1)])
def test_the_month_of_a_booking_is_that_of_the_work_outside_pot(regime, month):
    counted = month_that_counts(regime, dt.date(2026, 3, 2), Month(2026, 1))
    assert counted == Month(2026, month)
