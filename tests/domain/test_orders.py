"""The way of an order: whatever anybody tries, only the paths of the table are walked."""

from __future__ import annotations

import datetime as dt
import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.domain.orders import (
    CONFIRM_WAIT,
    ENDED,
    STEPS,
    Act,
    By,
    LineState,
    PaymentState,
    StepNotAllowed,
    WrongQuantity,
    before_appointment,
    call_off_until,
    check_quantity,
    due_at,
    first_state,
    line_price_half_up,
    may,
    pay,
    payment_after,
    step_line,
)

NOW = dt.datetime(2026, 1, 15, 10, tzinfo=dt.UTC)
TRIES = st.lists(st.tuples(st.sampled_from(Act), st.sampled_from(By), st.integers(0, 2)))


def walk(kinds, tries):
    """Try all steps on lines of these kinds; gives every standing that was reached."""
    lines = [first_state(kind) for kind in kinds]
    payment = payment_after(lines, PaymentState.NOT_DUE)
    seen = [(tuple(lines), payment)]
    for act, by, place in tries:
        at = place % len(lines)
        try:
            if act is Act.PAY:
                payment = pay(lines, payment) if by is By.BANK else payment
            else:
                lines[at] = step_line(act, by=by, line=lines[at], payment=payment)
        except StepNotAllowed:
            continue
        payment = payment_after(lines, payment)
        seen.append((tuple(lines), payment))
    return seen


def test_lines_that_fell_away_do_not_stop_the_payment_of_the_rest():
    lines = [LineState.DECLINED, LineState.ACCEPTED, LineState.CANCELLED]
    assert pay(lines, PaymentState.AWAITING) is PaymentState.PAID


@pytest.mark.parametrize("payment", [PaymentState.CANCELLED, PaymentState.PAID])
def test_an_order_of_which_nothing_is_left_takes_no_money(payment):
    with pytest.raises(StepNotAllowed):
        pay([LineState.DECLINED, LineState.EXPIRED], payment)


def test_a_step_that_is_not_in_the_table_is_refused():
    with pytest.raises(StepNotAllowed):
        step_line(Act.DELIVER, by=By.BUYER, line=LineState.ACCEPTED, payment=PaymentState.PAID)


@pytest.mark.parametrize(
    ("lines", "payment"),
    [
        ([LineState.REQUESTED, LineState.ACCEPTED], PaymentState.NOT_DUE),
        ([LineState.ACCEPTED, LineState.DECLINED], PaymentState.AWAITING),
        ([LineState.DECLINED, LineState.EXPIRED], PaymentState.CANCELLED),
    ],
)
def test_money_is_due_once_every_line_has_its_yes_and_never_for_nothing(lines, payment):
    assert payment_after(lines, PaymentState.NOT_DUE) is payment
    assert payment_after(lines, PaymentState.PAID) is PaymentState.PAID


def test_an_order_waits_no_longer_than_till_its_first_appointment():
    hour = dt.timedelta(hours=1)
    assert before_appointment(NOW, [None]) == NOW
    assert before_appointment(NOW, [NOW + hour, None]) == NOW
    assert before_appointment(NOW, [NOW, NOW - 2 * hour, NOW - hour]) == NOW - 2 * hour


@given(st.lists(st.sampled_from(["service", "product"]), min_size=1, max_size=3), TRIES)
def test_no_series_of_steps_reaches_a_forbidden_standing(kinds, tries):
    seen = walk(kinds, tries)
    for lines, payment in seen:
        paid = payment is PaymentState.PAID
        if {LineState.DELIVERED, LineState.CONFIRMED} & set(lines):
            assert paid, "nothing is delivered before it is paid"
        if LineState.REQUESTED in lines:
            assert payment is PaymentState.NOT_DUE, "nothing is due before every yes"
        assert (payment is PaymentState.CANCELLED) == (set(lines) <= ENDED)
    for (before, paid_before), (after, paid_after) in itertools.pairwise(seen):
        if paid_before is PaymentState.PAID:
            assert paid_after is PaymentState.PAID, "money that came is not forgotten"
        for old, new in zip(before, after, strict=True):
            assert old not in ENDED or new is old, "what ended stays so"


@given(st.lists(st.sampled_from(["service", "product"]), min_size=1, max_size=3), TRIES)
def test_the_payment_is_settled_by_what_the_lines_say(kinds, tries):
    lines, payment = walk(kinds, tries)[-1]
    assert payment_after(lines, payment) is payment


def test_a_dispute_sends_a_line_to_where_it_stood_or_takes_it_away():
    said = {"by": By.BANK, "payment": PaymentState.PAID}
    disputed = step_line(Act.DISPUTE, line=LineState.IN_PROGRESS, **said)
    assert disputed is LineState.DISPUTED
    over = step_line(Act.DISPUTE_OVER, line=disputed, before=LineState.IN_PROGRESS, **said)
    assert over is LineState.IN_PROGRESS
    assert step_line(Act.DISPUTE_LOST, line=disputed, **said) is LineState.REFUNDED
    for act in (Act.DELIVER, Act.WITHDRAW):
        assert not may(act, by=By.MEMBER, line=disputed, payment=PaymentState.PAID)


def test_what_began_the_buyer_cannot_call_off_and_the_member_still_delivers_or_withdraws():
    begun = step_line(Act.START, by=By.MEMBER, line=LineState.ACCEPTED, payment=PaymentState.PAID)
    paid = PaymentState.PAID
    assert not may(Act.CALL_OFF, by=By.BUYER, line=begun, payment=paid)
    assert may(Act.DELIVER, by=By.MEMBER, line=begun, payment=paid)
    assert may(Act.WITHDRAW, by=By.MEMBER, line=begun, payment=paid)
    assert not may(Act.START, by=By.MEMBER, line=LineState.ACCEPTED, payment=PaymentState.AWAITING)


def test_the_desk_takes_cash_and_nobody_else_says_that_money_came():
    lines = [LineState.ACCEPTED]
    assert pay(lines, PaymentState.AWAITING, By.COORDINATOR) is PaymentState.PAID
    with pytest.raises(StepNotAllowed):
        pay(lines, PaymentState.AWAITING, By.MEMBER)


def test_a_service_is_asked_answered_paid_delivered_and_confirmed():
    seen = walk(
        ["service"],
        [
            (Act.ACCEPT, By.MEMBER, 0),
            (Act.PAY, By.BANK, 0),
            (Act.DELIVER, By.MEMBER, 0),
            (Act.CONFIRM, By.BUYER, 0),
        ],
    )
    assert [(lines[0].value, payment.value) for lines, payment in seen] == [
        ("requested", "not_due"),
        ("accepted", "awaiting"),
        ("accepted", "paid"),
        ("delivered", "paid"),
        ("confirmed", "paid"),
    ]


def test_goods_are_due_at_once():
    assert walk(["product"], [])[-1] == ((LineState.ORDERED,), PaymentState.AWAITING)


@pytest.mark.parametrize("act", [act for act in Act if act is not Act.PAY])
@pytest.mark.parametrize("by", list(By))
def test_only_the_one_whom_the_table_names_makes_a_step(act, by):
    step = STEPS[act]
    line, payment = next(iter(step.lines)), next(iter(step.payments))
    assert may(act, by=by, line=line, payment=payment) == (by in step.by)


def test_a_service_and_goods_together_wait_for_the_yes():
    lines = [LineState.REQUESTED, LineState.ORDERED]
    assert payment_after(lines, PaymentState.NOT_DUE) is PaymentState.NOT_DUE
    lines[0] = LineState.DECLINED
    assert payment_after(lines, PaymentState.NOT_DUE) is PaymentState.AWAITING


def test_goods_wait_two_days_and_services_fourteen():
    assert due_at(["product", "product"], NOW) - NOW == dt.timedelta(hours=48)
    assert due_at(["product", "service"], NOW) - NOW == dt.timedelta(days=14)


@pytest.mark.parametrize(
    ("unit", "hundredths", "right"),
    [
        ("hour", 25, True),
        ("hour", 250, True),
        ("hour", 10, False),
        ("piece", 100, True),
        ("piece", 150, False),
        ("person", 0, False),
        ("job", 99_900, True),
        ("job", 100_000, False),
    ],
)
def test_hours_go_by_the_quarter_and_all_else_is_whole(unit, hundredths, right):
    if right:
        check_quantity(unit, hundredths)
    else:
        with pytest.raises(WrongQuantity):
            check_quantity(unit, hundredths)


def test_half_a_cent_goes_up():
    assert line_price_half_up(3250, 250) == 8125
    assert line_price_half_up(1, 50) == 1
    assert line_price_half_up(3, 150) == 5


def test_the_documents_table_is_the_table():
    text = (Path(__file__).parents[2] / "docs" / "orders.md").read_text(encoding="utf-8")
    rows = [
        [cell.strip() for cell in line.strip("| ").split("|")][:5]
        for line in text.splitlines()
        if line.startswith("| ") and line.split("|")[1].strip() in set(Act)
    ]

    def words(values):
        return ", ".join(sorted(values))

    def goes_to(step):
        return "as before" if step.back else step.line_to or ""

    assert rows == [
        [act, words(step.by), words(step.lines), words(step.payments), goes_to(step)]
        for act, step in STEPS.items()
    ]
    assert f"{CONFIRM_WAIT.days} days after the delivery" in text


SLOT = dt.datetime(2026, 3, 12, 9, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("kind", "starts_at", "wanted_on", "until"),
    [
        ("product", SLOT, dt.date(2026, 3, 12), None),
        ("service", None, None, None),
        ("service", SLOT, dt.date(2026, 3, 20), SLOT - dt.timedelta(hours=24)),
        ("service", None, dt.date(2026, 3, 12), dt.datetime(2026, 3, 10, 23, 0, tzinfo=dt.UTC)),
    ],
)
def test_a_paid_service_may_be_called_off_until_a_day_before(kind, starts_at, wanted_on, until):
    assert call_off_until(kind, starts_at, wanted_on) == until
