"""Members of a cooperative, and the dated agreements that say how their earnings are treated."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.domain.calendar import Month
from marketplace.models.base import Base, Cents, Encrypted, Key, PublicId, Ref
from marketplace.models.people import Person


class Membership(Base):
    """A person in one cooperative. `reference` stands for the person in exports and reports."""

    __tablename__ = "memberships"
    __table_args__ = (
        UniqueConstraint("cooperative_id", "id"),
        UniqueConstraint("cooperative_id", "person_id"),
        UniqueConstraint("reference"),
        CheckConstraint(
            "status IN ('invited', 'trial', 'member', 'paused', 'left')", name="status"
        ),
    )
    id: Mapped[Key]
    public_id: Mapped[PublicId]
    cooperative_id: Mapped[Ref] = mapped_column(ForeignKey("cooperatives.id"), index=True)
    person_id: Mapped[Ref | None] = mapped_column(ForeignKey("people.id"), index=True)
    municipality_id: Mapped[Ref] = mapped_column(ForeignKey("municipalities.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    trade_name: Mapped[str] = mapped_column(String(80))
    reference: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(8))
    started_on: Mapped[dt.date]
    ended_on: Mapped[dt.date | None]
    # Where earnings are sent; read only where a payment is made.
    iban: Mapped[str | None] = mapped_column(Encrypted, deferred=True)
    created_at: Mapped[dt.datetime]

    person: Mapped[Person | None] = relationship(lazy="raise")


class Agreement(Base):
    """A dated agreement of one member: regime, household facts with their origin, and overrides.

    It begins on the first of a month; `valid_to` is a last day of a month, or open. Two of one
    member never overlap. `municipality_id` is a copy: moving house hands over nothing of the past.
    """

    __tablename__ = "agreements"
    __table_args__ = (
        UniqueConstraint("cooperative_id", "id"),
        UniqueConstraint("membership_id", "valid_from"),
        ForeignKeyConstraint(
            ["cooperative_id", "membership_id"], ["memberships.cooperative_id", "memberships.id"]
        ),
        CheckConstraint("regime IN ('pot', 'set_off', 'premium', 'experiment')", name="regime"),
        Index("ix_agreements_municipality_id_valid_from", "municipality_id", "valid_from"),
    )
    id: Mapped[Key]
    public_id: Mapped[PublicId]
    cooperative_id: Mapped[Ref] = mapped_column(ForeignKey("cooperatives.id"), index=True)
    membership_id: Mapped[Ref] = mapped_column(index=True)
    municipality_id: Mapped[Ref] = mapped_column(ForeignKey("municipalities.id"))
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date | None]
    regime: Mapped[str] = mapped_column(String(10))
    decision_reference: Mapped[str] = mapped_column(String(60))
    # Household facts: needed for the norm, in `pot` too.
    born_on: Mapped[dt.date]
    household_kind: Mapped[str] = mapped_column(String(20))
    has_children: Mapped[bool]
    cost_sharers: Mapped[int]
    household_origin: Mapped[str] = mapped_column(String(120))
    # Exemption n and the months used before this agreement; a fact of the municipality.
    exemption_n_granted: Mapped[bool]
    months_n_used_at_entry: Mapped[int]
    # The decision by which the months of n begin anew, where the municipality has such a rule.
    n_restart_reference: Mapped[str | None] = mapped_column(String(60))
    # Exemption r of a single parent: the month is enough, a day of birth is more than is needed.
    youngest_child_month: Mapped[Month | None]
    months_r_used_at_entry: Mapped[int] = mapped_column(default=0)
    # The decision that the law's exemptions do not apply, where one was taken.
    no_exemption_reference: Mapped[str | None] = mapped_column(String(60))
    # An exemption by a decision of the municipality: y (health data, so encrypted) or z, from a first of
    # a month to a last day; the months of it that the municipality counted before.
    decided_ground: Mapped[str | None] = mapped_column(Encrypted)
    decided_reference: Mapped[str | None] = mapped_column(String(60))
    decided_from: Mapped[dt.date | None]
    decided_until: Mapped[dt.date | None]
    decided_months_used: Mapped[int] = mapped_column(default=0)
    # In set_off: are training and reserve accepted as deduction, and do costs count?
    deductions_accepted: Mapped[bool]
    costs_accepted: Mapped[bool]
    # Overrides of the cooperative's parameters; empty means the cooperative's own.
    threshold_cents: Mapped[Cents | None]
    period: Mapped[str | None] = mapped_column(String(16))
    municipality_share: Mapped[int | None]
    # In premium: empty means as the municipality does for all. Shares are hundredths of a percent.
    premium_share: Mapped[int | None]
    premium_cap_month_cents: Mapped[Cents | None]
    premium_less_exemption: Mapped[bool] = mapped_column(default=True)
    # In experiment: it ends on the last day of a month; after it the law alone holds.
    experiment_share: Mapped[int | None]
    experiment_cap_cents: Mapped[Cents | None]
    experiment_legal_basis: Mapped[str | None] = mapped_column(String(160))
    experiment_ends_on: Mapped[dt.date | None]
    exit_rule: Mapped[str] = mapped_column(String(24))
    hours_per_week: Mapped[int | None]
    made_by_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[dt.datetime]
