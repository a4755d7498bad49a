"""KOR in the books: the gauge as sales and refunds move it, the crossing, and the board's word."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from marketplace.domain.errors import NotFound
from marketplace.models.audit import AuditLine
from marketplace.models.cooperatives import KorConfirmation
from marketplace.models.orders import OrderLine
from marketplace.services.books import kor
from marketplace.services.trade import refunds
from tests.books.factories import (
    at,
    make_cooperative,
    make_member,
    make_paid_order,
    make_person,
    make_scheme,
    sell,
)
from tests.web.query_count import NOT_COUNTED

CROSSING = at("2026-04-21")


def under_kor(session, scheme="kor"):
    return make_member(session, cooperative=make_cooperative(session, scheme=scheme))


def read(session, member, now):
    return kor.standing(session, cooperative_id=member.cooperative_id, now=now)


def give_back(session, order, cents, now):
    line = session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).one()
    refunds.refund(
        session,
        order_id=order.id,
        lines={line.id: cents},
        reason="afgezegd",
        liable="cooperative",
        by_id=None,
        now=now,
    )


def crossed(session):
    member = under_kor(session)
    sell(session, member, gross_cents=1_995_000, now=at("2026-03-01"))
    sell(session, member, gross_cents=12_100, now=CROSSING)
    return member


def test_the_gauge_counts_what_was_paid_this_year_less_what_went_back(session):
    member = under_kor(session)
    other = under_kor(session)
    sell(session, other, gross_cents=700_000, now=at("2026-02-01"))
    late = make_paid_order(session, member, gross_cents=90_000, now=at("2025-12-31"))
    order = make_paid_order(session, member, gross_cents=500_000, now=at("2026-01-02"))
    sell(session, member, gross_cents=450_000, now=at("2026-05-01"))
    now = at("2026-05-28")
    found = read(session, member, now).gauge
    assert (found.sold_cents, found.recent_cents) == (950_000, 450_000)
    assert (found.limit_cents, found.used, found.state) == (2_000_000, 4_750, "far")
    assert found.expected_on == dt.date(2026, 12, 25)
    give_back(session, order, 120_000, now)
    # What was paid last year and goes back now is not of this year.
    give_back(session, late, 90_000, now)
    found = read(session, member, now).gauge
    assert (found.sold_cents, found.recent_cents) == (830_000, 450_000)


def test_the_limit_comes_with_its_source(session):
    found = read(session, under_kor(session), at("2026-05-28"))
    assert (found.article, found.certainty) == ("Wet OB 25", "high")
    assert found.sources[0].url.startswith("https://www.kvk.nl/")
    assert found.gauge.expected_on is None


def test_what_went_back_leaves_room_for_the_next_sale(session):
    member = under_kor(session)
    order = make_paid_order(session, member, gross_cents=1_995_000, now=at("2026-03-01"))
    give_back(session, order, 100_000, at("2026-03-02"))
    sell(session, member, gross_cents=105_000, now=at("2026-03-03"))
    found = read(session, member, at("2026-03-03"))
    assert (found.gauge.sold_cents, found.gauge.state) == (2_000_000, "near")
    sell(session, member, gross_cents=100, now=at("2026-03-04"))
    assert read(session, member, at("2026-03-04")).gauge.state == "crossed"


def test_who_charges_vat_by_choice_has_no_gauge(session):
    member = under_kor(session, scheme="charges")
    assert read(session, member, CROSSING) is None
    chosen = under_kor(session)
    make_scheme(session, chosen, "charges", "2026-02-01")
    assert read(session, chosen, at("2026-01-31")) is not None
    assert read(session, chosen, at("2026-02-01")) is None


def test_after_the_crossing_the_board_confirms_once(session):
    member = crossed(session)
    found = read(session, member, CROSSING)
    assert (found.gauge.state, found.waits) == ("crossed", True)
    assert found.gauge.crossed_on == dt.date(2026, 4, 21)
    # The sale that crossed carries VAT: 100.00 of its 121.00 counts.
    assert found.gauge.sold_cents == 2_005_000
    actor = make_person(session)
    scope = {"cooperative_id": member.cooperative_id, "actor_id": actor.id}
    assert kor.confirm(session, **scope, now=at("2026-04-22"))
    assert not kor.confirm(session, **scope, now=at("2026-04-23"))
    row = session.scalars(select(KorConfirmation)).one()
    assert (row.scheme_from, row.confirmed_by_id) == (dt.date(2026, 4, 21), actor.id)
    found = read(session, member, at("2026-04-23"))
    assert (found.gauge.state, found.waits) == ("crossed_confirmed", False)
    assert found.confirmed_at == at("2026-04-22")
    lines = session.scalars(select(AuditLine).where(AuditLine.act == "confirm_after_kor")).all()
    assert [(line.actor_id, line.after) for line in lines] == [
        (actor.id, {"charges_from": "2026-04-21"})
    ]


def test_a_crossing_of_last_year_is_shown_until_it_is_confirmed(session):
    member = crossed(session)
    later = at("2027-01-03")
    found = read(session, member, later)
    assert (found.waits, found.gauge.is_of_this_year) == (True, False)
    actor = make_person(session)
    kor.confirm(session, cooperative_id=member.cooperative_id, actor_id=actor.id, now=later)
    assert read(session, member, later) is None


def test_nothing_is_confirmed_before_the_crossing(session):
    member = under_kor(session)
    actor = make_person(session)
    with pytest.raises(NotFound):
        kor.confirm(session, cooperative_id=member.cooperative_id, actor_id=actor.id, now=CROSSING)


@pytest.mark.parametrize(
    "change",
    [
        update(KorConfirmation).values(scheme_from=dt.date(2026, 1, 1)),
        delete(KorConfirmation),
    ],
)
def test_a_confirmation_is_never_changed(session, change):
    member = crossed(session)
    actor = make_person(session)
    kor.confirm(session, cooperative_id=member.cooperative_id, actor_id=actor.id, now=CROSSING)
    with pytest.raises(DatabaseError, match="append-only"):
        session.execute(change)


def test_the_gauge_is_one_query(session):
    from sqlalchemy import event

    member = crossed(session)
    seen = []

    def note(_c, _k, statement, *_rest):
        if not statement.lstrip().upper().startswith(NOT_COUNTED):
            seen.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        read(session, member, CROSSING)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len(seen) == 1
