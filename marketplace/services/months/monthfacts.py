"""What one month holds for members: books, jobs, costs, agreement and counters, for many at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import cast as as_type

from sqlalchemy import bindparam, literal_column, or_, select
from sqlalchemy.orm import Session

from marketplace.domain.calendar import Month
from marketplace.domain.earnings.assessment import Exemption
from marketplace.domain.earnings.case import MonthsUsed
from marketplace.domain.earnings.counters import (
    Counting,
    MonthGiven,
    carried_into,
    months_used,
    premium_used,
)
from marketplace.domain.earnings.profile import MunicipalProfile
from marketplace.domain.earnings.rulebook import Rulebook
from marketplace.domain.steps import Agreed, Division, MonthFacts
from marketplace.domain.waterfall import NoParameters
from marketplace.models.cooperatives import CooperativeParameters
from marketplace.models.memberships import Agreement
from marketplace.models.municipalities import Municipality
from marketplace.models.statements import Assessment, Statement
from marketplace.services.books import ledger
from marketplace.services.months import holding, monthrows
from marketplace.services.months.holding import Held, Terms
from marketplace.services.months.profiles import profile_of
from marketplace.services.months.rulebook import rulebook_in_force

# How a month by a decision is kept ("decision"), or as the engine says it of a month not kept yet.
DECIDED = frozenset({"decision", "y", "z", "aa"})


@dataclass(frozen=True, slots=True)
class MemberMonth:
    """All that an assessment of one month of one member looks at."""

    agreement: Terms
    facts: MonthFacts
    agreed: Agreed
    profile: MunicipalProfile
    given: tuple[MonthGiven, ...]
    rulebook: Rulebook
    municipality: Municipality | None = None

    @property
    def used(self) -> MonthsUsed:
        """The months of an exemption that count before this one, by the municipality's setting."""
        return counted_before(
            self.facts.month,
            self.given,
            entry=Month.of(self.agreement.valid_from),
            at_entry=MonthsUsed(
                n=self.agreement.months_n_used_at_entry,
                r=self.agreement.months_r_used_at_entry,
                z=self.agreement.decided_months_used,
            ),
            counting=self.profile.n_counting,
        )

    @property
    def decided_ground(self) -> str | None:
        """The ground of an exemption by decision ("y", "z") that holds in this month."""
        agreement, first = self.agreement, self.facts.month.first
        if agreement.decided_from is None or agreement.decided_from > first:
            return None
        until = agreement.decided_until
        return agreement.decided_ground if until is None or first <= until else None

    @property
    def carried_cents(self) -> int:
        """What the month before left above the norm, where the municipality carries it over."""
        return carried_into(self.facts.month, self.given)

    @property
    def premium_used_cents(self) -> int:
        """The premium of the year's earlier months, under whichever agreement."""
        return premium_used(self.facts.month, self.given)


def counted_before(
    month: Month,
    given: Sequence[MonthGiven],
    *,
    entry: Month,
    at_entry: MonthsUsed,
    counting: Counting,
) -> MonthsUsed:
    """Count the months of each exemption from the agreement on; those before it are a fact it holds.

    Of article 34a no agreement holds a fact: its months count from the first one given here. Months by a
    decision count under whichever agreement they were given.
    """
    counted = months_used(
        month,
        [one for one in given if one.month >= entry],
        counting=counting,
        at_entry=at_entry,
        entry=entry,
    )
    decided = {one.month for one in given if one.month < month and one.exemption in DECIDED}
    counted = counted._replace(z=at_entry.z + len(decided))
    if all(one.exemption != "34a" for one in given):
        return counted
    return counted._replace(a34=months_used(month, given).a34)


def of_member(session: Session, *, membership_id: int, month: Month) -> MemberMonth | None:
    """Give one member's month, or None without an agreement; refuses with NoParameters."""
    rows = holding.read(session, month, Agreement.membership_id == membership_id)
    return next(gather(session, rows=rows, month=month), None)


def gather(session: Session, *, rows: Sequence[Held], month: Month) -> Iterator[MemberMonth]:
    """Give the month of each member whose agreement is in force, in a fixed number of queries.

    One by one, so that who needs each only once keeps none. Refuses with NoParameters where a
    cooperative had decided nothing by the end of the month.
    """
    if not rows:
        return
    members = [one.terms.membership_id for one in rows]
    sums = ledger.month_sums(session, membership_ids=members, first=month, last=month)
    jobs = monthrows.jobs(session, members, month)
    costs = monthrows.costs(session, members, month)
    given = exemptions_given(session, membership_ids=members)
    rulebook = rulebook_in_force(session)
    nothing = ledger.MonthSums()
    for terms, town, parameters, scheme in rows:
        member = terms.membership_id
        held = sums.get((member, month), nothing)
        division = Division(
            held.training_cents, held.reserve_cents, held.municipality_cents, held.member_cents
        )
        facts = MonthFacts(
            month, tuple(jobs.get(member, ())), tuple(costs.get(member, ())), division
        )
        agreed = what_is_agreed(terms, parameters, charges_vat=scheme != "kor")
        earlier = tuple(given.get(member, ()))
        profile = profile_of(town.profile_code, month)
        yield MemberMonth(terms, facts, agreed, profile, earlier, rulebook, town)


def exemptions_given(
    session: Session, *, membership_ids: Sequence[int]
) -> Mapping[int, list[MonthGiven]]:
    """Give, by member, the exemption and premium of each month that had one, by its newest version."""
    given: dict[int, dict[Month, MonthGiven]] = {}
    rows = session.execute(_GIVEN, {"members": membership_ids})
    for member, month, exemption, premium, surplus in rows:
        own = given.setdefault(member, {})
        if exemption is None and not premium and not surplus:
            own.pop(month, None)
        else:
            own[month] = _given(month, exemption, premium, surplus)
    return {member: list(own.values()) for member, own in given.items()}


# Numbers are written out, so that both databases see that the index of these rows holds all that is asked.
# By month and version, so that the newest of a month comes last. A first version without exemption,
# premium and surplus is left out, as are most months: nothing comes before it, and a later version is read
# by itself.
_GIVEN = (
    select(
        Statement.membership_id,
        Statement.month,
        Assessment.exemption,
        Assessment.premium_cents,
        Assessment.surplus_cents,
    )
    .join(Assessment, Assessment.statement_id == Statement.id)
    .where(
        Statement.membership_id.in_(bindparam("members", expanding=True)),
        or_(
            Assessment.exemption.is_not(None),
            Assessment.premium_cents != literal_column("0"),
            Assessment.surplus_cents != literal_column("0"),
            Assessment.version > literal_column("1"),
        ),
    )
    .order_by(Statement.month, Assessment.version)
)


@lru_cache(maxsize=4096)
def _given(month: Month, exemption: str | None, premium: int, surplus: int) -> MonthGiven:
    """Give what a month had; many members had the same."""
    return MonthGiven(month, as_type("Exemption | None", exemption), premium, surplus)


def what_is_agreed(
    agreement: Terms, parameters: CooperativeParameters | None, *, charges_vat: bool
) -> Agreed:
    """Give what backs the steps of a month; refuses with NoParameters."""
    if parameters is None:
        raise NoParameters
    own_share = agreement.municipality_share
    own_threshold = agreement.threshold_cents
    return Agreed(
        regime=agreement.regime,
        reference=agreement.decision_reference,
        deductions_accepted=agreement.deductions_accepted,
        costs_accepted=agreement.costs_accepted,
        resolution=parameters.resolution,
        training_share=parameters.training_share,
        reserve_share=parameters.reserve_share,
        municipality_share=parameters.municipality_share if own_share is None else own_share,
        threshold_cents=parameters.threshold_cents if own_threshold is None else own_threshold,
        threshold_by_agreement=own_share is not None or own_threshold is not None,
        period=agreement.period or parameters.period,
        charges_vat=charges_vat,
    )
