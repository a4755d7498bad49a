"""The pots, derived from the books: thermometers of members, and what the cooperative holds together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from marketplace.domain.waterfall import Stretch
from marketplace.models.cooperatives import CooperativeParameters
from marketplace.models.memberships import Membership
from marketplace.services.books import ledger, pending, terms
from marketplace.services.books.positions import Position, coming_cents, positions


@dataclass(frozen=True, slots=True)
class Thermometer:
    """A member's thermometer, in cents; the share of the municipality in hundredths of a percent.

    `balance_cents` is carried over and falls on spending; `credited_cents` is what the period's
    threshold is tested against; `coming_cents` (hatched) is what accepted and paid work will add.
    `pending_cents` of the balance is not free yet: the buyer did not confirm, or the payment is disputed.
    """

    balance_cents: int
    credited_cents: int
    coming_cents: int
    threshold_cents: int
    municipality_share: int
    pending_cents: int = 0


@dataclass(frozen=True, slots=True)
class Pots:
    """What a cooperative holds, in cents, for whom."""

    thermometers_cents: int
    training_cents: int
    reserve_cents: int
    municipality_cents: int
    payable_to_members_cents: int
    receipts_payable_cents: int
    received_in_advance_cents: int
    bank_cents: int
    clearing_cents: int


def thermometer(session: Session, *, membership_id: int, on: dt.date) -> Thermometer:
    """Give the thermometer of a member on a day; what comes is counted together, not one by one.

    A member without an agreement has an empty one with the cooperative's own threshold.
    """
    membership = session.get_one(Membership, membership_id)
    return _thermometers(session, membership.cooperative_id, on, [membership_id])[membership_id]


def thermometers(session: Session, *, cooperative_id: int, on: dt.date) -> dict[int, Thermometer]:
    """Give the thermometer of each member with an agreement, by membership id, in six queries."""
    return _thermometers(session, cooperative_id, on, None)


def _thermometers(
    session: Session, cooperative_id: int, on: dt.date, membership_ids: list[int] | None
) -> dict[int, Thermometer]:
    dated = terms.load(session, cooperative_id=cooperative_id, membership_ids=membership_ids)
    members = list(dated.agreements) if membership_ids is None else membership_ids
    stretches: dict[int, Stretch] = {}
    for member in members:
        stretch = dated.stretch(member, on)
        if stretch is not None:
            stretches[member] = stretch
    found = positions(session, cooperative_id=cooperative_id, stretches=stretches)
    coming = coming_cents(session, membership_ids=members)
    balances = ledger.balances(
        session,
        cooperative_id=cooperative_id,
        codes=["destined_for_member"],
        membership_id=membership_ids[0] if membership_ids else None,
    )
    waits = pending.of_members(session, membership_ids=members)
    empty = _empty(dated, on)
    return {
        member: thermometer_of(
            found[member],
            coming.get(member, 0),
            balances.get(("destined_for_member", member), 0),
            waits.get(member, 0),
        )
        if member in found
        else empty
        for member in members
    }


def thermometer_of(position: Position, coming: int, balance: int, waits: int = 0) -> Thermometer:
    """Give a thermometer from where a member stands, the net cents that come, the balance, and what waits."""
    parameters = position.stretch.terms.parameters
    # Outside pot nothing is destined: what comes is paid to the member, not put in a thermometer.
    in_pot = position.stretch.terms.regime == "pot"
    more = position.parts(coming) - position.parts()
    return Thermometer(
        balance,
        position.credited_cents,
        more.member if in_pot else 0,
        parameters.threshold_cents,
        parameters.municipality_share,
        max(0, min(waits, balance)) if in_pot else 0,
    )


def _empty(dated: terms.Dated, on: dt.date) -> Thermometer:
    decided: list[CooperativeParameters] = [row for row in dated.parameters if row.valid_from <= on]
    if not decided:
        return Thermometer(0, 0, 0, 0, 0)
    return Thermometer(0, 0, 0, decided[-1].threshold_cents, decided[-1].municipality_share)


def pots(session: Session, *, cooperative_id: int) -> Pots:
    """Give what the cooperative holds, in one query."""
    return _added_up(ledger.balances(session, cooperative_id=cooperative_id))


def desk(
    session: Session, *, cooperative_id: int, on: dt.date
) -> tuple[Pots, dict[int, Thermometer]]:
    """Give the pots and the thermometer of each member with an agreement, without what comes, in four queries."""
    dated = terms.load(session, cooperative_id=cooperative_id)
    found = positions(
        session,
        cooperative_id=cooperative_id,
        stretches={
            member: stretch
            for member in dated.agreements
            if (stretch := dated.stretch(member, on)) is not None
        },
    )
    balances = ledger.balances(session, cooperative_id=cooperative_id)
    return _added_up(balances), {
        member: thermometer_of(position, 0, balances.get(("destined_for_member", member), 0))
        for member, position in found.items()
    }


def _added_up(balances: Mapping[tuple[str, int | None], int]) -> Pots:
    sums: dict[str, int] = {}
    for (code, _), cents in balances.items():
        sums[code] = sums.get(code, 0) + cents
    return Pots(
        thermometers_cents=sums.get("destined_for_member", 0),
        training_cents=sums.get("training_pot", 0),
        reserve_cents=sums.get("reserve", 0),
        municipality_cents=sums.get("payable_to_municipality", 0),
        payable_to_members_cents=sums.get("payable_to_member", 0),
        receipts_payable_cents=sums.get("receipts_payable", 0),
        received_in_advance_cents=sums.get("received_in_advance", 0),
        bank_cents=sums.get("bank", 0),
        clearing_cents=sums.get("provider_clearing", 0),
    )
