"""What the worker does at each tick: a list of steps, each on its own, so that one fault stops no other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial

import structlog

from marketplace import context
from marketplace.cli import forgetting
from marketplace.domain.calendar import day_in_amsterdam
from marketplace.gateways.testbank import TestBank
from marketplace.services import health, mailsending
from marketplace.services.asking import closing
from marketplace.services.complaints import clocks
from marketplace.services.doors import ahead
from marketplace.services.money import calls, reconciliation, watching
from marketplace.services.months import monthend, reminders
from marketplace.services.trade import refundsending, sweeps
from marketplace.web import mailfiles

log = structlog.get_logger()

# A tick comes every minute, so a batch that never gets empty must not hold up the next step for ever.
MOST_BATCHES = 50


def send_mails() -> int:
    """Send what waits in the outbox."""
    send = partial(mailsending.send_waiting, files=mailfiles.files_of, links=mailfiles.links_of)
    mail, site = context.gateways().mail, context.settings().base_url
    return _in_batches(
        lambda: send(context.transaction, mail, base_url=site, now=context.parts().clock())
    )


def deliver_bank_events() -> int:
    """Let the test bank pay out what came on earlier days, and send what it still has to say."""
    bank = context.gateways().payments
    if not isinstance(bank, TestBank):
        return 0
    bank.settle(before=day_in_amsterdam(context.parts().clock()))
    return bank.deliver_waiting()


def watch_pages() -> int:
    """Ask how pay pages stand that wait long, and book what was paid."""
    return watching.look(
        context.transaction, context.gateways().payments, now=context.parts().clock()
    )


def call_provider() -> int:
    """Do what the provider must still do: give money back, close pages."""
    return _in_batches(
        lambda: calls.do_waiting(
            context.transaction, context.gateways().payments, now=context.parts().clock()
        )
    )


def reconcile() -> int:
    """Lay the provider's account beside the books; the test bank has no account of its own to tell of."""
    bank = context.gateways().payments
    now = context.parts().clock()
    return (
        0 if isinstance(bank, TestBank) else reconciliation.run(context.transaction, bank, now=now)
    )


def send_refunds() -> int:
    """Ask the provider for the refunds that are booked."""
    provider = context.gateways().payments
    return _in_batches(
        lambda: refundsending.send_waiting(
            context.transaction, provider, now=context.parts().clock()
        )
    )


def expire_orders() -> int:
    """End orders that waited too long."""
    return _in_batches(_expire_some)


def _expire_some() -> int:
    with context.transaction() as session:
        return sweeps.expire(session, now=context.parts().clock())


def expire_offers() -> int:
    """End offers after their last day."""
    return _in_batches(_expire_some_offers)


def _expire_some_offers() -> int:
    with context.transaction() as session:
        return closing.expire_offers(session, now=context.parts().clock())


def close_requests() -> int:
    """Close requests after their last day."""
    return _in_batches(_close_some_requests)


def _close_some_requests() -> int:
    with context.transaction() as session:
        return closing.close_requests(session, now=context.parts().clock())


def confirm_deliveries() -> int:
    """Confirm what was delivered a while ago and nobody complained about."""
    return _in_batches(_confirm_some)


def _confirm_some() -> int:
    with context.transaction() as session:
        return sweeps.confirm(session, now=context.parts().clock())


def make_recurring() -> int:
    """Make the orders of series ahead, and end series that nobody answered."""
    return _in_batches(_make_some) + _in_batches(_end_some)


def _make_some() -> int:
    with context.transaction() as session:
        return ahead.make_due(session, now=context.parts().clock())


def _end_some() -> int:
    with context.transaction() as session:
        return ahead.end_unanswered(session, now=context.parts().clock())


def move_complaints() -> int:
    """Hand on complaints of which the last day passed."""
    return _in_batches(_move_some)


def _move_some() -> int:
    with context.transaction() as session:
        return clocks.run(session, now=context.parts().clock())


def _in_batches(batch: Callable[[], int]) -> int:
    """Repeat a batch until it finds nothing more; gives how much was done."""
    done = 0
    for _ in range(MOST_BATCHES):
        count = batch()
        done += count
        if count == 0:
            break
        _beat()
    return done


class OncePerDay:
    """Does a step once a day of this process: at its start, and after midnight in Amsterdam.

    A step that failed is done again at the next tick; what it made already it finds again.
    """

    def __init__(self, step: Callable[[], int]) -> None:
        self._step = step
        self._done_on: dt.date | None = None

    def __call__(self) -> int | None:
        """Do the step, or give None when it was done today."""
        today = day_in_amsterdam(context.parts().clock())
        done = None if self._done_on == today else self._step()
        self._done_on = today if done is not None else self._done_on
        return done


def close_months() -> int:
    """Make the statements of months that ended, batch by batch."""
    made, cursor = 0, None
    while True:
        with context.transaction() as session:
            progress = monthend.run_due(session, now=context.parts().clock(), cursor=cursor)
        made += progress.made
        cursor = progress.cursor
        if cursor is None:
            return made
        _beat()


def remind_of_statements() -> int:
    """Remind members of statements that still wait, three days before the last day."""
    return _in_batches(_remind_some)


def _remind_some() -> int:
    with context.transaction() as session:
        return reminders.remind(session, now=context.parts().clock())


Step = Callable[[], int | None]  # gives how much it did; None: it was not its turn
Steps = tuple[tuple[str, Step], ...]


def steps() -> Steps:
    """Give the steps of one worker, in order; it keeps them, since some know what they did today."""
    return (
        ("bank_events", deliver_bank_events),
        ("expired_orders", expire_orders),
        ("expired_offers", expire_offers),
        ("closed_requests", close_requests),
        ("recurring_orders", make_recurring),
        ("waiting_pages", watch_pages),
        ("provider_calls", call_provider),
        ("confirmed_lines", confirm_deliveries),
        ("refunds", send_refunds),
        ("months", OncePerDay(close_months)),
        ("reconciliation", OncePerDay(reconcile)),
        ("reminders", OncePerDay(remind_of_statements)),
        ("forgotten_reviews", OncePerDay(partial(_in_batches, forgetting.reviews))),
        ("complaint_clocks", move_complaints),
        ("forgotten_complaints", OncePerDay(partial(_in_batches, forgetting.complaints))),
        ("forgotten_requests", OncePerDay(partial(_in_batches, forgetting.requests))),
        ("forgotten_mails", OncePerDay(partial(_in_batches, forgetting.mails))),
        ("mails", send_mails),
    )


def tick(todo: Steps) -> dict[str, int | None]:
    """Do every step once; gives how much each did, None for one that failed (and is tried again next time).

    Each step leaves its row for the operator, and the tick as a whole its heartbeat.
    """
    done = {name: _guarded(name, step) for name, step in todo}
    _beat()
    return done


def _guarded(name: str, step: Step) -> int | None:
    try:
        done = step()
    except Exception as fault:
        log.exception("tick_step_failed", step=name)
        _leave_word(partial(health.report, step=name, error=fault))
        return None
    if done is None:
        return 0  # the row of its last run stays
    if done:
        log.info("tick_step", step=name, done=done)
    _leave_word(partial(health.report, step=name, done=done))
    return done


def _beat() -> None:
    """Say that the worker lives: after a tick, and between batches, because a step may last long."""
    _leave_word(health.beat)


def _leave_word(write: Callable[..., None]) -> None:
    """Write a row in a transaction of its own; when that fails the work goes on, and the log has it."""
    try:
        with context.transaction() as session:
            write(session, now=context.parts().clock())
    except Exception:
        log.exception("tick_row_failed")
