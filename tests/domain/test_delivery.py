"""Bringing goods: what can be chosen, how far, and the address that it makes."""

from __future__ import annotations

import pytest

from marketplace.domain.delivery import (
    DeliveryNeedsPlace,
    Handover,
    HandoverNotChosen,
    NoHandover,
    TooFar,
    TooFarToBring,
    Ways,
    check_distance,
    check_ways,
    choose,
    place_in,
    whole_address,
)
from marketplace.domain.invoices import Line, credit_lines

FETCHED = Ways(pickup=True)
BOTH = Ways(pickup=True, km=10, fee_cents=450)
BROUGHT = Ways(pickup=False, km=10, fee_cents=0)


@pytest.mark.parametrize(
    ("ways", "wanted", "chosen"),
    [
        (FETCHED, None, "pickup"),
        (FETCHED, "pickup", "pickup"),
        (BOTH, None, "pickup"),
        (BOTH, "delivery", "delivery"),
        (BROUGHT, None, "delivery"),
    ],
)
def test_who_chooses_nothing_pays_nothing_more(ways, wanted, chosen):
    assert choose(ways, wanted, title="Taart") == chosen


@pytest.mark.parametrize(
    ("ways", "wanted"),
    [(FETCHED, "delivery"), (BROUGHT, "pickup"), (BOTH, "drone"), (Ways(pickup=False), None)],
)
def test_what_the_maker_does_not_do_is_refused(ways, wanted):
    with pytest.raises(HandoverNotChosen) as refusal:
        choose(ways, wanted, title="Taart")
    assert refusal.value.facts == {"title": "Taart"}


def test_goods_can_be_had_somehow_and_are_brought_from_somewhere():
    check_ways(FETCHED, place_known=False)
    check_ways(BOTH, place_known=True)
    with pytest.raises(DeliveryNeedsPlace):
        check_ways(BOTH, place_known=False)
    with pytest.raises(NoHandover):
        check_ways(Ways(pickup=False), place_known=True)


def test_the_last_kilometre_counts_and_the_refusal_says_what_is_left():
    check_distance(BOTH, 10.0, who="Tuin", title="Taart")
    check_distance(FETCHED, 500, who="Tuin", title="Taart")
    with pytest.raises(TooFar) as refusal:
        check_distance(BOTH, 10.01, who="Tuin", title="Taart")
    assert type(refusal.value) is TooFar
    assert refusal.value.facts == {"km": 11, "most": 10, "who": "Tuin", "title": "Taart"}
    with pytest.raises(TooFarToBring):
        check_distance(BROUGHT, 10.01, who="Tuin", title="Taart")


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("Breda", "Breda"),
        ("4811 AA Breda", "Breda"),
        ("4811aa  's-Gravenmoer", "'s-Gravenmoer"),
        ("Breda, 4811 AA", "Breda"),
        ("4811 AA", ""),
        ("", ""),
    ],
)
def test_the_place_is_what_is_left_of_postcode_and_place(typed, place):
    assert place_in(typed) == place


@pytest.mark.parametrize(
    ("street", "place", "whole"),
    [
        ("Laan 1", "4811 AA Breda", "Laan 1, 4811 AA Breda"),
        ("Laan 1,", " 4811 AA  Breda ", "Laan 1, 4811 AA Breda"),
        ("Laan 1, 4811 AA Breda", "Breda", "Laan 1, 4811 AA Breda"),
    ],
)
def test_street_and_place_make_one_address(street, place, whole):
    assert whole_address(street, place) == whole


def line(**values) -> Line:
    scope = {"gross_cents": 12_100, "net_cents": 10_000, "vat_cents": 2_100}
    return Line(1, "Taart", "piece", 200, "0.21", **scope | values)


def test_bringing_has_its_share_of_the_net_half_a_cent_up():
    assert line().delivery_net_cents == 0
    assert line(delivery_cents=605).delivery_net_cents == 500
    assert line(delivery_cents=450).delivery_net_cents == 372  # 371.9
    assert line(delivery_cents=12_100).delivery_net_cents == 10_000


def test_a_credit_note_names_bringing_only_where_all_goes_back():
    sold = line(delivery_cents=605)
    (whole,) = credit_lines([sold], [], {1: 12_100})
    assert (whole.delivery_cents, whole.quantity_hundredths) == (605, 200)
    (part,) = credit_lines([sold], [], {1: 605})
    assert (part.delivery_cents, part.quantity_hundredths) == (0, 100)
    assert Handover.PICKUP == "pickup"
