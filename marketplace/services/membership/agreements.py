"""Agreements: the one in force, a member's history, and making a new one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from marketplace.domain import agreements as rules
from marketplace.domain import regimes
from marketplace.domain.calendar import Month
from marketplace.domain.earnings.case import Premium
from marketplace.domain.errors import NotFound
from marketplace.gateways.rulefiles import load_municipalities
from marketplace.models.ledger import Entry
from marketplace.models.memberships import Agreement, Membership
from marketplace.models.municipalities import Municipality
from marketplace.models.statements import Statement
from marketplace.services import audit
from marketplace.services.membership import restarts
from marketplace.services.membership.exemptions import carry_over


@dataclass(frozen=True, slots=True)
class Terms:
    """What a new agreement says; shares in hundredths of a percent, None leaves it to the cooperative."""

    valid_from: dt.date
    regime: str
    decision_reference: str
    born_on: dt.date
    household_kind: str
    has_children: bool
    cost_sharers: int
    household_origin: str
    exemption_n_granted: bool
    months_n_used_at_entry: int
    deductions_accepted: bool
    costs_accepted: bool
    exit_rule: str
    threshold_cents: int | None = None
    period: str | None = None
    municipality_share: int | None = None
    hours_per_week: int | None = None
    youngest_child_month: Month | None = None
    months_r_used_at_entry: int = 0
    no_exemption_reference: str | None = None
    premium_share: int | None = None
    premium_cap_month_cents: int | None = None
    premium_less_exemption: bool = True
    experiment_share: int | None = None
    experiment_cap_cents: int | None = None
    experiment_legal_basis: str | None = None
    experiment_ends_on: dt.date | None = None
    n_restart_reference: str | None = None


def in_force(session: Session, *, membership_id: int, on: dt.date) -> Agreement | None:
    """Give the agreement of a member that holds on a day, or None."""
    return session.scalar(
        select(Agreement).where(
            Agreement.membership_id == membership_id,
            Agreement.valid_from <= on,
            or_(Agreement.valid_to.is_(None), Agreement.valid_to >= on),
        )
    )


def municipality_of(session: Session, *, membership_id: int, on: dt.date) -> Municipality | None:
    """Give the municipality of the agreement that holds on a day: where to ask and to object; or None."""
    return session.scalar(
        select(Municipality)
        .join(Agreement, Agreement.municipality_id == Municipality.id)
        .where(
            Agreement.membership_id == membership_id,
            Agreement.valid_from <= on,
            or_(Agreement.valid_to.is_(None), Agreement.valid_to >= on),
        )
    )


def of_member(session: Session, *, membership_id: int) -> Sequence[Agreement]:
    """Give all agreements of a member, newest first."""
    return session.scalars(
        select(Agreement)
        .where(Agreement.membership_id == membership_id)
        .order_by(Agreement.valid_from.desc())
    ).all()


def make(
    session: Session,
    *,
    cooperative_id: int,
    membership_id: int,
    terms: Terms,
    made_by_id: int,
    now: dt.datetime,
) -> Agreement:
    """Make an agreement; the one before it ends on the last day before.

    Refuses one that begins inside a month, overlaps a later one, or reaches back over a month that was
    booked or stated, premium or experiment where their terms are not whole, and fewer months of exemption n
    than were counted, unless they begin anew; NotFound for a member of another cooperative.
    """
    member = _locked(session, cooperative_id, membership_id)
    earlier = of_member(session, membership_id=member.id)
    _check_whole(session, member, terms)
    _check(session, member.id, terms, earlier)
    said = _months_checked(session, member, terms, earlier)
    before = _close(earlier[0], terms.valid_from) if earlier else None
    # The old one ends first, so that not even for a moment two hold at once.
    session.flush()
    made = Agreement(
        cooperative_id=cooperative_id,
        membership_id=member.id,
        municipality_id=member.municipality_id,
        valid_to=None,
        made_by_id=made_by_id,
        created_at=now,
        **{one.name: getattr(said, one.name) for one in fields(said)},
    )
    carry_over(earlier[0] if earlier else None, made)
    session.add(made)
    session.flush()
    _record(session, made, before)
    return made


def end(session: Session, *, membership_id: int, last_day: dt.date) -> None:
    """Let the open agreement of a member end on the last day of a month; without one nothing happens."""
    found = session.scalar(
        select(Agreement)
        .where(Agreement.membership_id == membership_id, Agreement.valid_to.is_(None))
        .order_by(Agreement.valid_from.desc())
    )
    if found is not None:
        found.valid_to = max(last_day, found.valid_from)
        session.flush()


def _locked(session: Session, cooperative_id: int, membership_id: int) -> Membership:
    member = session.scalar(
        select(Membership)
        .where(Membership.id == membership_id, Membership.cooperative_id == cooperative_id)
        .with_for_update()
    )
    if member is None:
        raise NotFound
    return member


def _check(
    session: Session, membership_id: int, terms: Terms, earlier: Sequence[Agreement]
) -> None:
    """Ask the rules, with what was booked and stated so far."""
    booked = select(func.max(Entry.booked_on)).where(Entry.membership_id == membership_id)
    stated = select(func.max(Statement.month)).where(Statement.membership_id == membership_id)
    rules.check(
        rules.Proposed(terms.valid_from, terms.regime, terms.exit_rule),
        begins=[one.valid_from for one in earlier],
        # Before a first agreement nothing is divided, so nothing can be divided otherwise.
        last_booked_on=session.scalar(booked) if earlier else None,
        last_stated=session.scalar(stated),
    )


def _check_whole(session: Session, member: Membership, terms: Terms) -> None:
    """Ask whether all that the regime needs was agreed; the municipality may have a premium for all."""
    code = session.scalar(
        select(Municipality.profile_code).where(Municipality.id == member.municipality_id)
    )
    regimes.check_whole(
        regimes.Promised(
            terms.regime,
            terms.valid_from,
            terms.exemption_n_granted,
            terms.no_exemption_reference,
            bool(terms.premium_share) or usual_premium(code, terms.valid_from) is not None,
            terms.experiment_share,
            terms.experiment_legal_basis,
            terms.experiment_ends_on,
        )
    )


def _months_checked(
    session: Session, member: Membership, terms: Terms, earlier: Sequence[Agreement]
) -> Terms:
    """Ask whether the months of n may be as few as it says; where nothing begins anew no decision says so."""
    anew = restarts.begin_anew(
        session,
        member=member,
        earlier=earlier,
        valid_from=terms.valid_from,
        stated=terms.months_n_used_at_entry,
        reference=terms.n_restart_reference,
    )
    return terms if anew else replace(terms, n_restart_reference=None)


def usual_premium(profile_code: str | None, on: dt.date) -> Premium | None:
    """Give the premium that a municipality pays to all on a day, None where it has none."""
    known = load_municipalities()
    return known[profile_code].on(on).premium if profile_code in known else None


def _record(session: Session, made: Agreement, before: dict[str, object] | None) -> None:
    audit.record(
        session,
        actor_id=made.made_by_id,
        act="agreement_made",
        thing=f"agreement:{made.id}",
        at=made.created_at,
        cooperative_id=made.cooperative_id,
        municipality_id=made.municipality_id,
        before=before,
        after=_told(made),
    )


def _close(previous: Agreement, valid_from: dt.date) -> dict[str, object]:
    last = rules.last_day_before(valid_from)
    if previous.valid_to is None or previous.valid_to > last:
        previous.valid_to = last
    return _told(previous)


def _told(agreement: Agreement) -> dict[str, object]:
    """What the audit keeps: how earnings are treated, no facts about the household."""
    return {
        "regime": agreement.regime,
        "valid_from": agreement.valid_from.isoformat(),
        "valid_to": agreement.valid_to.isoformat() if agreement.valid_to else None,
        "decision_reference": agreement.decision_reference,
        "exit_rule": agreement.exit_rule,
        "deductions_accepted": agreement.deductions_accepted,
        "costs_accepted": agreement.costs_accepted,
        "threshold_cents": agreement.threshold_cents,
        "municipality_share": agreement.municipality_share,
        "period": agreement.period,
        "no_exemption_reference": agreement.no_exemption_reference,
        "n_restart_reference": agreement.n_restart_reference,
        **{name: _plain(getattr(agreement, name)) for name in _ADDED.get(agreement.regime, ())},
    }


_ADDED = {
    "premium": ("premium_share", "premium_cap_month_cents", "premium_less_exemption"),
    "experiment": (
        "experiment_share",
        "experiment_cap_cents",
        "experiment_legal_basis",
        "experiment_ends_on",
    ),
}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, dt.date) else value
