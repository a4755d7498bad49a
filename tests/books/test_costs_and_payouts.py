"""Receipts handed in, approved and repaid; earnings paid out. Money of one member stays hers."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from marketplace.domain import costs as rules
from marketplace.domain.calendar import Month
from marketplace.domain.errors import NotFound
from marketplace.domain.waterfall import NoAgreement
from marketplace.models.audit import AuditLine
from marketplace.models.orders import OrderLine
from marketplace.services.books import ledger, payouts, terms
from marketplace.services.trade import costs
from tests.books.factories import (
    at,
    make_cost,
    make_member,
    make_membership,
    make_order,
    make_person,
    sell,
    spend,
)

NOW = at("2026-01-20")


def decide(session, cost, **values):
    given = {
        "cooperative_id": cost.cooperative_id,
        "public_id": cost.public_id,
        "actor_id": make_person(session).id,
        "now": NOW,
    }
    return given | values


def pay_out(session, member, kind, cents, key="k", **values):
    given = {
        "cooperative_id": member.cooperative_id,
        "membership_id": member.id,
        "kind": kind,
        "amount_cents": cents,
        "bank_reference": "NL00",
        "paid_on": NOW.date(),
        "booked_by_id": make_person(session).id,
        "idempotency_key": key,
        "now": NOW,
    }
    return payouts.book(session, **given | values)


def test_a_cost_books_nothing_until_it_is_approved(session):
    member = make_member(session)
    cost = make_cost(session, member, now=NOW)
    assert [row.id for row in costs.waiting(session, cooperative_id=member.cooperative_id)] == [
        cost.id
    ]
    assert ledger.journal(session, cooperative_id=member.cooperative_id) == []
    costs.approve(session, **decide(session, cost))
    assert costs.waiting(session, cooperative_id=member.cooperative_id) == []
    assert (cost.state, cost.for_month, cost.municipality_accepted_cents) == (
        "approved",
        Month(2026, 1),
        8_000,
    )
    assert session.scalars(select(AuditLine.act)).all() == ["cost_approved"]


def test_a_cost_that_the_municipality_does_not_accept_counts_for_nothing_there(session):
    member = make_member(session, costs_accepted=False)
    assert spend(session, member, now=NOW).municipality_accepted_cents == 0


@pytest.mark.parametrize("first", [costs.approve, costs.reject])
def test_a_cost_is_decided_once(session, first):
    cost = make_cost(session, make_member(session), now=NOW)
    first(session, **decide(session, cost, **({"reason": "x"} if first is costs.reject else {})))
    with pytest.raises(rules.AlreadyDecided):
        costs.approve(session, **decide(session, cost))
    with pytest.raises(rules.AlreadyDecided):
        costs.reject(session, **decide(session, cost, reason="y"))


def test_who_rejects_says_why(session):
    cost = make_cost(session, make_member(session), now=NOW)
    with pytest.raises(rules.ReasonNeeded):
        costs.reject(session, **decide(session, cost, reason="  "))
    assert costs.reject(session, **decide(session, cost, reason=" Geen bon ")).reason == "Geen bon"


def test_another_cooperative_does_not_find_it(session):
    cost = make_cost(session, make_member(session), now=NOW)
    other = make_member(session)
    with pytest.raises(NotFound):
        costs.approve(session, **decide(session, cost, cooperative_id=other.cooperative_id))
    with pytest.raises(NotFound):
        costs.get(session, cooperative_id=other.cooperative_id, public_id=cost.public_id)
    with pytest.raises(NotFound):
        costs.get_own(session, membership_id=other.id, public_id=cost.public_id)
    assert (
        costs.get_own(session, membership_id=cost.membership_id, public_id=cost.public_id) is cost
    )


def test_a_member_names_only_her_own_line(session):
    member, other = make_member(session), make_member(session)
    order = make_order(session, [(other, 100)])
    line = session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).one()
    with pytest.raises(rules.NotYourLine):
        make_cost(session, member, now=NOW, order_line_public_id=line.public_id)
    cost = make_cost(session, other, now=NOW, order_line_public_id=line.public_id)
    assert cost.order_line_id == line.id


def test_in_set_off_a_cost_of_a_line_counts_in_the_month_of_that_line(session):
    member = make_member(session, regime="set_off")
    order = sell(session, member, gross_cents=72_600, now=at("2026-01-31"))
    line = session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).one()
    cost = spend(session, member, now=at("2026-02-20"), order_line_public_id=line.public_id)
    assert cost.for_month == Month(2026, 1)
    assert spend(session, member, now=at("2026-02-20")).for_month == Month(2026, 2)


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"spent_on": dt.date(2026, 1, 21)}, rules.SpentInFuture),
        ({"vat_cents": 9680}, rules.VatTooHigh),
        ({"vat_cents": -1}, rules.VatTooHigh),
        ({"category": "gifts"}, rules.NotOurCategory),
    ],
)
def test_a_receipt_that_cannot_be_is_refused(session, values, refusal):
    with pytest.raises(refusal):
        make_cost(session, make_member(session), now=NOW, **values)


def test_a_member_without_an_agreement_cannot_sell_or_book(session):
    member = make_membership(session)
    with pytest.raises(NoAgreement):
        spend(session, member, now=NOW)
    with pytest.raises(NoAgreement):
        terms.require_agreement(
            session,
            cooperative_id=member.cooperative_id,
            membership_id=member.id,
            day=NOW.date(),
        )


def test_a_page_of_costs_begins_below_the_last_one(session):
    member = make_member(session)
    made = [make_cost(session, member, now=NOW).id for _ in range(3)]
    first = costs.of_member(session, membership_id=member.id, limit=2)
    rest = costs.of_member(session, membership_id=member.id, limit=2, before_id=first[-1].id)
    assert [row.id for row in [*first, *rest]] == made[::-1]


def test_a_receipt_that_the_member_paid_is_repaid_in_full(session):
    member = make_member(session)
    spend(session, member, now=NOW, paid_by="member")
    payable = payouts.payable(session, cooperative_id=member.cooperative_id)
    assert payable == {member.id: {"receipts": 9_680}}
    pay_out(session, member, "receipts", 9_680)
    assert payouts.payable(session, cooperative_id=member.cooperative_id) == {}
    bank = ledger.balance(session, cooperative_id=member.cooperative_id, code="bank")
    assert bank == -9_680


def test_no_more_is_paid_out_than_is_payable(session):
    member = make_member(session, regime="set_off")
    sell(session, member, gross_cents=12_100, now=NOW)
    with pytest.raises(payouts.MoreThanPayable) as refused:
        pay_out(session, member, "earnings", 8_501)
    assert refused.value.facts == {"payable_cents": 8_500}
    with pytest.raises(payouts.NothingToPay):
        pay_out(session, member, "earnings", 0)
    pay_out(session, member, "earnings", 8_500)


def test_what_is_destined_in_the_thermometer_is_never_paid_out(session):
    member = make_member(session)
    sell(session, member, gross_cents=12_100, now=NOW)
    with pytest.raises(payouts.MoreThanPayable):
        pay_out(session, member, "earnings", 1)


def test_the_same_key_gives_the_first_payout(session):
    member = make_member(session, regime="set_off")
    sell(session, member, gross_cents=12_100, now=NOW)
    first = pay_out(session, member, "earnings", 8_500)
    assert pay_out(session, member, "earnings", 8_500) is first
    found = payouts.of_cooperative(session, cooperative_id=member.cooperative_id)
    assert found == [first]


def test_a_payout_goes_to_a_member_of_the_own_cooperative(session):
    member, other = make_member(session, regime="set_off"), make_member(session)
    with pytest.raises(NotFound):
        pay_out(session, member, "earnings", 1, cooperative_id=other.cooperative_id)
