"""Where a member stands on any day from today on: dated rows and sums of the books, in four queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from marketplace.domain.calendar import Month
from marketplace.domain.earnings.counters import MonthGiven
from marketplace.domain.earnings.rulebook import Rulebook
from marketplace.domain.errors import Refused
from marketplace.domain.ledger import COST_CODES, RESULT_CODES
from marketplace.domain.months.outlook import Outlook, look_ahead
from marketplace.domain.steps import CostMade, Division, Job, MonthFacts
from marketplace.domain.waterfall import Stretch
from marketplace.models.cooperatives import CooperativeParameters, VatScheme
from marketplace.models.ledger import Account, Entry, Posting
from marketplace.models.memberships import Agreement
from marketplace.models.municipalities import Municipality
from marketplace.services.books import pending
from marketplace.services.books.ledger import debited, natural
from marketplace.services.books.positions import Position, boundaries, coming_cents
from marketplace.services.books.terms import Dated
from marketplace.services.months import assessments, holding, monthfacts, monthrows, whatif
from marketplace.services.months.monthfacts import MemberMonth
from marketplace.services.months.profiles import profile_of
from marketplace.services.months.rulebook import rulebook_in_force

LOOK_BACK = 3  # whole months whose average looks ahead


@dataclass(frozen=True, slots=True)
class Sum:
    """What the postings of one account add up to: on the debit side, in cents; `day` begins their bucket."""

    code: str
    allocated: bool
    in_month: bool
    day: dt.date | None
    cents: int
    count: int


@dataclass(frozen=True, slots=True)
class Known:
    """The dated rows of the member with the municipalities (`towns`, by agreement), and the sums of the books.

    `coming` is the net of accepted work in cents, `pending_cents` what of the share is not free yet;
    `scheme` is that of the VAT, None where nothing was chosen; `accepted_cents` is what the municipality
    accepts of the costs of this month.
    """

    membership_id: int
    dated: Dated
    towns: dict[int, Municipality]
    scheme: str | None
    sums: list[Sum]
    given: list[MonthGiven]
    coming: int
    pending_cents: int
    accepted_cents: int
    today: dt.date
    rulebook: Rulebook

    @property
    def charges_vat(self) -> bool:
        """Whether the cooperative charges VAT today."""
        return self.scheme != "kor"

    @property
    def balance_cents(self) -> int:
        """What is saved in the thermometer."""
        return added(self.sums, "destined_for_member")

    @property
    def municipality(self) -> Municipality | None:
        """Who decides about the benefit now: where to ask and to object; None where nothing is agreed."""
        agreement = self.agreement(Month.of(self.today))
        return self.towns[agreement.id] if agreement else None

    def ground(self, day: dt.date) -> whatif.Ground | None:
        """Give where the member stands on a day to come, or None where nothing is agreed."""
        month = self._month(Month.of(day))
        stretch = self.dated.stretch(self.membership_id, day)
        if month is None or stretch is None:
            return None
        return whatif.Ground(month, self._position(stretch), self.coming)

    def _position(self, stretch: Stretch) -> Position:
        position = Position(stretch)
        for one in self.sums:
            counts = one.allocated or one.code in RESULT_CODES
            if counts and one.day and stretch.period_first <= one.day <= stretch.last:
                position.add(one.code, -one.cents, before=one.day < stretch.first)
        return position

    def _month(self, month: Month) -> MemberMonth | None:
        agreement = self.agreement(month)
        if agreement is None:
            return None
        decided = [row for row in self.dated.parameters if row.valid_from <= month.last]
        terms = holding.terms_of(agreement)
        try:
            agreed = monthfacts.what_is_agreed(
                terms, decided[-1] if decided else None, charges_vat=self.charges_vat
            )
        except Refused:
            return None
        # A month to come holds no bookings yet.
        sums = self.sums if month == Month.of(self.today) else []
        profile = profile_of(self.towns[agreement.id].profile_code, month)
        # Without a list the agreement alone says whether approved costs count.
        here = [one for one in sums if one.in_month]
        accepted = added(here, *COST_CODES) if agreement.costs_accepted else 0
        facts = _facts(month, here, self.accepted_cents if here and profile.costs else accepted)
        given = (*self.given, *self._given_now(month))
        return MemberMonth(terms, facts, agreed, profile, given, self.rulebook)

    def _given_now(self, month: Month) -> list[MonthGiven]:
        """What this month has so far counts for a month to come, although no statement says it yet."""
        here = Month.of(self.today)
        now = self._month(here) if month > here else None
        return [] if now is None else assessments.given_in(now)

    def outlook(self, day: dt.date) -> Outlook | None:
        """Look ahead to the threshold of a thermometer; None outside `pot`."""
        agreement, stretch = (
            self.agreement(Month.of(day)),
            self.dated.stretch(self.membership_id, day),
        )
        if agreement is None or stretch is None or agreement.regime != "pot":
            return None
        position = self._position(stretch)
        whole = [Month.of(day).shift(-ago) for ago in range(1, LOOK_BACK + 1)]
        ahead = position.parts(self.coming) - position.parts()
        in_pot = [month for month in whole if self._was_in_pot(month)]
        return look_ahead(
            day,
            credited_cents=position.credited_cents,
            coming_cents=ahead.credit,
            municipality_cents=ahead.municipality,
            threshold_cents=stretch.terms.parameters.threshold_cents,
            period=stretch.terms.parameters.period,
            months=len(in_pot),
            months_cents=self._credited(in_pot),
        )

    def _was_in_pot(self, month: Month) -> bool:
        agreement = self.agreement(month)
        return agreement is not None and agreement.regime == "pot"

    def _credited(self, months: list[Month]) -> int:
        codes = ("destined_for_member", "payable_to_municipality")
        return added(
            (one for one in self.sums if one.allocated and one.day and Month.of(one.day) in months),
            *codes,
        )

    def agreement(self, month: Month) -> Agreement | None:
        """Give the agreement in force in a month."""
        for row in self.dated.agreements.get(self.membership_id, []):
            ends = row.valid_to
            if row.valid_from <= month.first and (ends is None or ends >= month.last):
                return row
        return None


def read(
    session: Session,
    *,
    cooperative_id: int,
    membership_id: int,
    today: dt.date,
    days: Iterable[dt.date],
) -> Known:
    """Read all that is needed to say where a member stands today and on each of these days."""
    dated, towns, scheme, waits, accepted = _terms(session, cooperative_id, membership_id, today)
    found = (dated.stretch(membership_id, one) for one in days)
    bounds = set(boundaries([one for one in found if one is not None]))
    month = Month.of(today)
    # The months before this one stand apart too: their average looks ahead.
    bounds |= {month.shift(-ago).first for ago in range(LOOK_BACK + 1)}
    given = monthfacts.exemptions_given(session, membership_ids=[membership_id])
    coming = coming_cents(session, membership_ids=[membership_id])
    return Known(
        membership_id,
        dated,
        towns,
        scheme,
        _sums(session, cooperative_id, membership_id, month, sorted(bounds)),
        given.get(membership_id, []),
        coming.get(membership_id, 0),
        waits,
        accepted,
        today,
        rulebook_in_force(session),
    )


def _terms(
    session: Session, cooperative_id: int, membership_id: int, day: dt.date
) -> tuple[Dated, dict[int, Municipality], str | None, int, int]:
    """Read what is decided and agreed, and what of the share waits, in one query: a member has few of either.

    The last is what the municipality accepts of this month's costs.
    """
    scheme = (
        select(VatScheme.scheme)
        .where(VatScheme.cooperative_id == cooperative_id, VatScheme.valid_from <= day)
        .order_by(VatScheme.valid_from.desc())
        .limit(1)
        .scalar_subquery()
    )
    own = and_(
        Agreement.cooperative_id == CooperativeParameters.cooperative_id,
        Agreement.membership_id == membership_id,
    )
    rows = session.execute(
        select(
            CooperativeParameters,
            Agreement,
            Municipality,
            scheme,
            pending.of_one(membership_id),
            monthrows.accepted_in(membership_id, Month.of(day)),
        )
        .outerjoin(Agreement, own)
        .outerjoin(Municipality, Municipality.id == Agreement.municipality_id)
        .where(CooperativeParameters.cooperative_id == cooperative_id)
        .order_by(CooperativeParameters.valid_from, Agreement.valid_from)
    ).all()
    parameters = list({row[0].id: row[0] for row in rows}.values())
    agreements = list({row[1].id: row[1] for row in rows if row[1] is not None}.values())
    towns = {row[1].id: row[2] for row in rows if row[1] is not None}
    dated = Dated(parameters, {membership_id: agreements} if agreements else {})
    if not rows:
        return dated, towns, None, 0, 0
    return dated, towns, rows[0][3], int(rows[0][4]), int(rows[0][5])


def _sums(
    session: Session, cooperative_id: int, membership_id: int, month: Month, days: list[dt.date]
) -> list[Sum]:
    """Add up what the books hold for the member: few rows, whatever the year held."""
    buckets = [(Entry.booked_on >= one, i) for i, one in reversed(list(enumerate(days)))]
    bucket = case(*buckets, else_=-1).label("bucket")
    allocated = case((Entry.kind == "allocated", 1), else_=0).label("allocated")
    in_month = case((Entry.for_month == month, 1), else_=0).label("in_month")
    rows = session.execute(
        select(Account.code, allocated, in_month, bucket, debited, func.count())
        .join(Posting, Posting.entry_id == Entry.id)
        .join(Account, Account.id == Posting.account_id)
        .where(
            Entry.cooperative_id == cooperative_id,
            Entry.membership_id == membership_id,
            or_(
                Account.code.in_(RESULT_CODES),
                Account.code == "destined_for_member",
                Entry.kind == "allocated",
            ),
        )
        .group_by(Account.code, "allocated", "in_month", "bucket")
    )
    return [
        Sum(code, bool(own), bool(here), days[at] if at >= 0 else None, int(cents), count)
        for code, own, here, at, cents, count in rows
    ]


def added(sums: Iterable[Sum], *codes: str) -> int:
    """Add up the sums of these accounts, each with its natural sign, in cents."""
    return sum(natural(one.code, one.cents) for one in sums if one.code in codes)


def _facts(month: Month, here: list[Sum], accepted: int) -> MonthFacts:
    """The month as sums, with what the municipality accepts of the costs."""
    parts = [one for one in here if one.allocated]
    turnover, costs = added(here, "turnover"), added(here, *COST_CODES)
    division = Division(
        added(parts, "training_pot"),
        added(parts, "reserve"),
        added(parts, "payable_to_municipality"),
        added(parts, "destined_for_member", "payable_to_member"),
    )
    return MonthFacts(
        month,
        (Job("", month.first, turnover, 0),) if turnover else (),
        (CostMade("", month.first, costs, 0, accepted),) if costs else (),
        division,
    )
