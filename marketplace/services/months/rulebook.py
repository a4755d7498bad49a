"""The rulebook with the law to come that operators confirmed: confirm, withdraw, and what is in force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from marketplace.domain.earnings.rulebook import Confirmation, Pending, Rulebook
from marketplace.domain.errors import NotFound, Refused
from marketplace.gateways.rulefiles import load_rulebook
from marketplace.models.rules import RuleConfirmation
from marketplace.services import audit

_KEPT = "rulebook_in_force"


class NeedsReference(Refused):
    """A law is confirmed with the reference that shows it is in force, and withdrawn with a reason."""

    code = "rule_needs_reference"


class BeforeExpected(Refused):
    """A law is not confirmed from a day before the one that it was expected on."""

    code = "rule_before_expected"

    def __init__(self, *, expected: dt.date) -> None:
        super().__init__(expected=expected)
        self.expected = expected


class InsideMonth(Refused):
    """Rules are looked up on the first of a month, so a law begins on one."""

    code = "rule_inside_month"


class NothingToCompute(Refused):
    """This pending law is known, but nothing is computed with it here."""

    code = "rule_not_computed"


class ConfirmedAlready(Refused):
    """The law is confirmed; who wants another date or reference withdraws it first."""

    code = "rule_confirmed_already"


class NotConfirmed(Refused):
    """What was not confirmed cannot be withdrawn."""

    code = "rule_not_confirmed"


@dataclass(frozen=True, slots=True)
class PendingRule:
    """One pending law as the operator sees it; `confirmation` None: not in force."""

    law: Pending
    sources: tuple[str, ...]
    confirmation: RuleConfirmation | None


def rulebook_in_force(session: Session) -> Rulebook:
    """Give the rulebook with what operators confirmed: one query per transaction, whoever asks again.

    A confirmed law that no longer stands among the pending ones is left out: it moved into the dated rules.
    """
    transaction = session.get_transaction()
    kept = session.info.get(_KEPT)
    if transaction is not None and kept is not None and kept[0] is transaction:
        return cast("Rulebook", kept[1])
    rows = _newest(session)
    found = with_confirmations(load_rulebook(), [_confirmation(row) for row in rows if _holds(row)])
    session.info[_KEPT] = (session.get_transaction(), found)
    return found


def with_confirmations(rulebook: Rulebook, confirmations: Sequence[Confirmation]) -> Rulebook:
    """Give a rulebook in which the confirmed laws hold that it knows as pending."""
    known = tuple(one for one in confirmations if one.pending_id in rulebook.pending)
    if rulebook is load_rulebook():
        return _confirmed(known)
    return rulebook.with_confirmations(known)


def pending_rules(session: Session) -> list[PendingRule]:
    """Give every pending law, with its newest confirmation when that holds."""
    rulebook = load_rulebook()
    newest = {row.pending_id: row for row in _newest(session) if _holds(row)}
    return [
        PendingRule(
            law,
            tuple(rulebook.sources[key].title for key in law.source),
            newest.get(law.id),
        )
        for law in rulebook.pending.values()
    ]


def pending_law(pending_id: str) -> Pending:
    """Give a pending law; an unknown one is NotFound, one that changes no outcome NothingToCompute."""
    law = load_rulebook().pending.get(pending_id)
    if law is None:
        raise NotFound
    if law.fraction is None:
        raise NothingToCompute
    return law


def confirm(
    session: Session,
    *,
    pending_id: str,
    reference: str,
    valid_from: dt.date,
    actor_id: int,
    now: dt.datetime,
) -> RuleConfirmation:
    """Put a pending law in force from a first of a month; nothing that was stated is computed anew.

    Refuses an empty reference, a day before the expected one or inside a month, and what is confirmed.
    """
    _may_confirm(pending_law(pending_id), reference, valid_from)
    newest = _newest_of(session, pending_id)
    if newest is not None and _holds(newest):
        raise ConfirmedAlready
    row = RuleConfirmation(
        pending_id=pending_id,
        number=1 if newest is None else newest.number + 1,
        valid_from=valid_from,
        reference=reference.strip(),
        reason=None,
        confirmed_by_id=actor_id,
        at=now,
    )
    _append(session, row, ConfirmedAlready())
    audit.record(
        session,
        actor_id=actor_id,
        act="rule_confirmed",
        thing=f"rule:{pending_id}",
        at=now,
        after={"valid_from": valid_from.isoformat(), "reference": row.reference},
    )
    return row


def _may_confirm(law: Pending, reference: str, valid_from: dt.date) -> None:
    if not reference.strip():
        raise NeedsReference
    if valid_from < law.expected_from:
        raise BeforeExpected(expected=law.expected_from)
    if valid_from.day != 1:
        raise InsideMonth


def withdraw(
    session: Session, *, pending_id: str, reason: str, actor_id: int, now: dt.datetime
) -> RuleConfirmation:
    """Take a confirmation back, with the reason; what was stated under it stays as it was sent."""
    law = pending_law(pending_id)
    if not reason.strip():
        raise NeedsReference
    newest = _newest_of(session, law.id)
    if newest is None or newest.valid_from is None:
        raise NotConfirmed
    row = RuleConfirmation(
        pending_id=pending_id,
        number=newest.number + 1,
        valid_from=None,
        reference=None,
        reason=reason.strip(),
        confirmed_by_id=actor_id,
        at=now,
    )
    _append(session, row, NotConfirmed())
    audit.record(
        session,
        actor_id=actor_id,
        act="rule_withdrawn",
        thing=f"rule:{pending_id}",
        at=now,
        reason=row.reason,
        before={"valid_from": newest.valid_from.isoformat(), "reference": newest.reference},
    )
    return row


def _append(session: Session, row: RuleConfirmation, too_late: Refused) -> None:
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as fault:
        raise too_late from fault  # another operator was first in this very moment
    session.info.pop(_KEPT, None)


def _newest(session: Session) -> Sequence[RuleConfirmation]:
    later = aliased(RuleConfirmation)
    number = (
        select(func.max(later.number))
        .where(later.pending_id == RuleConfirmation.pending_id)
        .scalar_subquery()
    )
    return session.scalars(
        select(RuleConfirmation)
        .where(RuleConfirmation.number == number)
        .order_by(RuleConfirmation.pending_id)
    ).all()


def _newest_of(session: Session, pending_id: str) -> RuleConfirmation | None:
    return session.scalars(
        select(RuleConfirmation)
        .where(RuleConfirmation.pending_id == pending_id)
        .order_by(RuleConfirmation.number.desc())
        .limit(1)
    ).one_or_none()


def _holds(row: RuleConfirmation) -> bool:
    return row.valid_from is not None


def _confirmation(row: RuleConfirmation) -> Confirmation:
    if row.valid_from is None:
        raise NotConfirmed
    return Confirmation(row.pending_id, row.valid_from, row.reference or "")


@lru_cache(maxsize=32)
def _confirmed(confirmations: tuple[Confirmation, ...]) -> Rulebook:
    """Keep one rulebook per set of confirmations, so that pages do not build it anew."""
    return load_rulebook().with_confirmations(confirmations)
