"""What do I keep: on top of what is booked and accepted, and an honest zero."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest

from marketplace.services.months import whatif
from tests.books.factories import at, make_member, make_membership, make_order, sell
from tests.statements.months import close, member_in_set_off

STANDARD = Fraction(21, 100)


def keep(session, member, *, gross=72_600, costs=8_000, on="2026-01-20"):
    return whatif.for_amount(
        session,
        membership_id=member.id,
        cooperative_id=member.cooperative_id,
        gross_cents=gross,
        vat_rate=STANDARD,
        costs_cents=costs,
        on=dt.date.fromisoformat(on),
    )


def test_in_set_off_a_quarter_of_442_is_kept(session):
    told = keep(session, member_in_set_off(session))
    assert (told.vat_cents, told.training_cents, told.reserve_cents) == (12_600, 2_600, 5_200)
    assert (told.member_cents, told.income_cents) == (44_200, 44_200)
    assert (told.exempt_cents, told.set_off_cents, told.gain_cents) == (11_050, 33_150, 11_050)
    assert told.month_number == 1


def test_in_pot_half_of_what_is_above_the_threshold_goes_to_the_municipality(session):
    member = make_member(session)
    sell(session, member, gross_cents=142_353, now=at("2026-01-10"))
    told = keep(session, member)
    assert (told.member_cents, told.municipality_cents) == (32_100, 12_100)
    assert (told.gain_cents, told.set_off_cents) == (32_100, 0)
    assert told.above_threshold


def test_when_the_months_are_used_the_gain_is_an_honest_zero(session):
    told = keep(session, member_in_set_off(session, months_n_used_at_entry=6))
    assert (told.gain_cents, told.set_off_cents, told.month_number) == (0, 44_200, None)


def test_the_cap_of_the_exemption_is_shared_with_what_is_booked(session):
    member = member_in_set_off(session, deductions_accepted=False)
    # 1,000.00 is booked: 250.00 of the 285.00 that may be exempt is used.
    sell(session, member, gross_cents=121_000, now=at("2026-01-10"))
    assert keep(session, member, costs=0).exempt_cents == 28_500 - 25_000


def test_what_is_accepted_counts_as_if_it_were_booked(session):
    member = make_member(session)
    make_order(session, [(member, 142_353)])
    # Lines that wait for payment have their price as net amount until then.
    assert keep(session, member).municipality_cents > 12_100


def test_a_line_says_the_same_before_and_after_the_yes(session):
    member = make_member(session)
    order = make_order(session, [(member, 72_600)])
    from marketplace.models.orders import OrderLine

    (line,) = session.query(OrderLine).filter_by(order_id=order.id)
    session.expire(line)
    line.state = "requested"
    session.flush()
    asked = for_line(session, member, line)
    line.state = "accepted"
    session.flush()
    agreed = for_line(session, member, line)
    assert asked == agreed


def for_line(session, member, line):
    day = dt.date(2026, 1, 15)
    ground = whatif.ground(session, member.id, member.cooperative_id, day, day)
    return whatif.on_top_of(ground, line_with_order(session, line))


def line_with_order(session, line):
    from sqlalchemy import select
    from sqlalchemy.orm import joinedload

    from marketplace.models.orders import OrderLine

    return session.scalars(
        select(OrderLine)
        .where(OrderLine.id == line.id)
        .options(joinedload(OrderLine.order))
        .execution_options(populate_existing=True)
    ).one()


def test_without_an_agreement_nothing_is_said(session):
    assert keep(session, make_membership(session)) is None


@pytest.mark.sqlite_only
def test_the_month_of_delivery_decides_which_month_of_the_exemption_it_is(session):
    member = member_in_set_off(session)
    sell(session, member, gross_cents=36_300, now=at("2026-01-10"))
    close(session, "2026-01", at("2026-02-01"))
    assert keep(session, member, on="2026-02-10").month_number == 2
