"""Who may do what: one table from permission to who qualifies. Pure; the web asks it for every route.

A grant is a role with a scope. `allowed` looks at all grants of a person, the active one first, so
that a link in a mail works whichever role is active. What a person may not see is "not found".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody does here. Everybody who is signed in may also buy."""

    MEMBER = "member"
    COORDINATOR = "coordinator"
    TREASURER = "treasurer"
    OFFICER = "officer"
    OPERATOR = "operator"


COOPERATIVE_ROLES = frozenset({Role.MEMBER, Role.COORDINATOR, Role.TREASURER})
STAFF = frozenset({Role.COORDINATOR, Role.TREASURER})


@dataclass(frozen=True, slots=True)
class Grant:
    """One role with its scope: a cooperative (and membership), a municipality, or the installation."""

    id: str
    role: Role
    label: str
    cooperative_id: int | None = None
    municipality_id: int | None = None
    membership_id: int | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person with all grants; `active` is the one that was chosen last."""

    person_id: int
    name: str
    locale: str
    grants: tuple[Grant, ...] = ()
    active: Grant | None = None

    @property
    def initial(self) -> str:
        """The first letter, for the egg with a face."""
        return self.name[:1].upper()

    @property
    def role(self) -> str:
        """The active role, or "buyer"."""
        return self.active.role.value if self.active else "buyer"

    def in_order(self) -> Iterable[Grant]:
        """Give the grants, the active one first."""
        if self.active:
            yield self.active
        for grant in self.grants:
            if grant != self.active:
                yield grant


class Permission(StrEnum):
    """Everything that is not for everybody. The value is noun.act."""

    BUY = "orders.buy"
    ACCOUNT = "account.own"
    TALK = "messages.own"
    LISTINGS_OWN = "listings.own"
    WORK = "orders.work"
    OFFERS_MAKE = "offers.make"
    COSTS_OWN = "costs.own"
    STATEMENTS_OWN = "statements.own"
    WORKPLACE = "workplace.see"
    DESK = "desk.see"
    MEMBERS_SEE = "members.see"
    MEMBERS_INVITE = "members.invite"
    AGREEMENTS_MAKE = "agreements.make"
    COSTS_DECIDE = "costs.decide"
    QUESTIONS_ANSWER = "questions.answer"
    REVIEWS_MODERATE = "reviews.moderate"
    COMPLAINTS_DECIDE = "complaints.decide"
    REQUESTS_MODERATE = "requests.moderate"
    RECEIPTS_SEE = "receipts.see"
    BOOKS_SEE = "books.see"
    PAYOUTS_BOOK = "payouts.book"
    ORDERS_SEE = "orders.see"
    ORDERS_STEP = "orders.step"
    ORDERS_ENTER = "orders.enter"
    REFUNDS_MAKE = "refunds.make"
    DISPUTES_SEE = "disputes.see"
    DISPUTES_ANSWER = "disputes.answer"
    INVOICES_SEE = "invoices.see"
    INVOICES_FACTS = "invoices.facts"
    KOR_CONFIRM = "kor.confirm"
    PAYOUTS_RELEASE = "payouts.release"
    BANK_READ = "bank.read"
    PARTICIPANTS_SEE = "participants.see"
    STATEMENTS_SIGN_OFF = "statements.sign_off"
    EXEMPTIONS_DECIDE = "exemptions.decide"
    REPORTS_SEE = "reports.see"
    OPERATE = "installation.operate"


# The one table. None: everybody who is signed in.
TABLE: Mapping[Permission, frozenset[Role] | None] = {
    Permission.BUY: None,
    Permission.ACCOUNT: None,
    Permission.TALK: None,
    Permission.WORKPLACE: frozenset({Role.MEMBER}),
    Permission.LISTINGS_OWN: frozenset({Role.MEMBER}),
    Permission.WORK: frozenset({Role.MEMBER}),
    Permission.OFFERS_MAKE: frozenset({Role.MEMBER}),
    Permission.COSTS_OWN: frozenset({Role.MEMBER}),
    Permission.STATEMENTS_OWN: frozenset({Role.MEMBER}),
    Permission.DESK: STAFF,
    Permission.MEMBERS_SEE: STAFF,
    Permission.MEMBERS_INVITE: frozenset({Role.COORDINATOR}),
    Permission.AGREEMENTS_MAKE: frozenset({Role.COORDINATOR}),
    Permission.COSTS_DECIDE: frozenset({Role.COORDINATOR}),
    Permission.QUESTIONS_ANSWER: frozenset({Role.COORDINATOR}),
    Permission.REVIEWS_MODERATE: frozenset({Role.COORDINATOR}),
    Permission.COMPLAINTS_DECIDE: frozenset({Role.COORDINATOR}),
    Permission.REQUESTS_MODERATE: frozenset({Role.COORDINATOR}),
    Permission.RECEIPTS_SEE: COOPERATIVE_ROLES,
    Permission.BOOKS_SEE: STAFF,
    Permission.PAYOUTS_BOOK: frozenset({Role.TREASURER}),
    Permission.ORDERS_SEE: STAFF,
    Permission.ORDERS_STEP: frozenset({Role.COORDINATOR}),
    Permission.ORDERS_ENTER: frozenset({Role.COORDINATOR}),
    Permission.REFUNDS_MAKE: STAFF,
    Permission.DISPUTES_SEE: STAFF,
    Permission.DISPUTES_ANSWER: STAFF,
    Permission.INVOICES_SEE: STAFF,
    Permission.INVOICES_FACTS: frozenset({Role.TREASURER}),
    Permission.KOR_CONFIRM: frozenset({Role.TREASURER}),
    Permission.PAYOUTS_RELEASE: STAFF,
    Permission.BANK_READ: frozenset({Role.TREASURER}),
    Permission.PARTICIPANTS_SEE: frozenset({Role.OFFICER}),
    Permission.STATEMENTS_SIGN_OFF: frozenset({Role.OFFICER}),
    Permission.EXEMPTIONS_DECIDE: frozenset({Role.OFFICER}),
    Permission.REPORTS_SEE: frozenset({Role.OFFICER}),
    Permission.OPERATE: frozenset({Role.OPERATOR}),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of the table: may, with which grant; or is the actor at least near (403) or not (404)."""

    allowed: bool
    grant: Grant | None = None
    near: bool = False


def judge(actor: Actor, permission: Permission) -> Verdict:
    """Say whether a person may, and under which grant.

    `near` tells the same cooperative's people with another role: they get 403. All others get 404.
    """
    roles = TABLE[permission]
    if roles is None:
        return Verdict(allowed=True, grant=actor.active)
    for grant in actor.in_order():
        if grant.role in roles:
            return Verdict(allowed=True, grant=grant)
    near = bool(roles & COOPERATIVE_ROLES) and any(g.role in STAFF for g in actor.grants)
    return Verdict(allowed=False, near=near)


# Who may hand out which role: the operator starts a cooperative and a municipality, a coordinator its members.
MAY_INVITE: Mapping[Role, frozenset[Role]] = {
    Role.OPERATOR: frozenset({Role.COORDINATOR, Role.TREASURER, Role.OFFICER}),
    Role.COORDINATOR: frozenset({Role.MEMBER}),
}
