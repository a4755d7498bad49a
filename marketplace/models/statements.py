"""A statement per member and month, its assessments as versions with all they used, and questions about lines."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.domain.calendar import Month
from marketplace.models.base import Base, Cents, Key, PublicId, Ref
from marketplace.models.memberships import Agreement, Membership


class Statement(Base):
    """The monthly statement. Frozen when the member confirms; `digest` covers all it says."""

    __tablename__ = "statements"
    __table_args__ = (
        UniqueConstraint("cooperative_id", "id"),
        UniqueConstraint("membership_id", "month"),
        ForeignKeyConstraint(
            ["cooperative_id", "membership_id"], ["memberships.cooperative_id", "memberships.id"]
        ),
        ForeignKeyConstraint(
            ["cooperative_id", "agreement_id"], ["agreements.cooperative_id", "agreements.id"]
        ),
        CheckConstraint("state IN ('ready', 'confirmed', 'signed_off')", name="state"),
        Index("ix_statements_municipality_id_month_state", "municipality_id", "month", "state"),
        Index("ix_statements_municipality_id_state_id", "municipality_id", "state", "id"),
        Index("ix_statements_state_due_on", "state", "due_on"),
    )
    id: Mapped[Key]
    public_id: Mapped[PublicId]
    cooperative_id: Mapped[Ref] = mapped_column(ForeignKey("cooperatives.id"), index=True)
    membership_id: Mapped[Ref]
    agreement_id: Mapped[Ref]
    municipality_id: Mapped[Ref] = mapped_column(ForeignKey("municipalities.id"))
    month: Mapped[Month]
    state: Mapped[str] = mapped_column(String(10))
    due_on: Mapped[dt.date]
    created_at: Mapped[dt.datetime]
    confirmed_at: Mapped[dt.datetime | None]
    stated_version: Mapped[int | None]
    digest: Mapped[str | None] = mapped_column(String(64))
    signed_off_at: Mapped[dt.datetime | None]
    signed_off_by_id: Mapped[Ref | None] = mapped_column(ForeignKey("people.id"))
    # What the member says: hours worked in the month, in quarters of an hour. Optional.
    worked_quarters: Mapped[int | None]

    membership: Mapped[Membership] = relationship(lazy="raise", viewonly=True)
    agreement: Mapped[Agreement] = relationship(lazy="raise", viewonly=True)
    assessments: Mapped[list[Assessment]] = relationship(
        lazy="raise",
        viewonly=True,
        order_by="Assessment.version",
        foreign_keys="[Assessment.cooperative_id, Assessment.statement_id]",
    )


# What counts the months of an exemption reads these columns of these rows, and never the wide JSON.
_COUNTED = text("exemption IS NOT NULL OR premium_cents != 0 OR surplus_cents != 0 OR version > 1")


class Assessment(Base):
    """One computation of one month: inputs, values of the rules with their sources, and the outcome.

    A version after the stated one is a correction; `shown_in_id` is the statement that carries the difference.
    """

    __tablename__ = "assessments"
    __table_args__ = (
        UniqueConstraint("statement_id", "version"),
        ForeignKeyConstraint(
            ["cooperative_id", "statement_id"], ["statements.cooperative_id", "statements.id"]
        ),
        Index("ix_assessments_shown_in_id", "shown_in_id"),
        Index(
            "ix_assessments_counted",
            "statement_id",
            "version",
            "exemption",
            "premium_cents",
            "surplus_cents",
            sqlite_where=_COUNTED,
            postgresql_where=_COUNTED,
        ),
    )
    id: Mapped[Key]
    cooperative_id: Mapped[Ref]
    statement_id: Mapped[Ref]
    shown_in_id: Mapped[Ref | None] = mapped_column(ForeignKey("statements.id"))
    version: Mapped[int]
    reason: Mapped[str] = mapped_column(String(40))
    made_at: Mapped[dt.datetime]
    rules_hash: Mapped[str] = mapped_column(String(64))
    provisional: Mapped[bool]
    inputs: Mapped[dict[str, Any]] = mapped_column(JSON)
    outcome: Mapped[dict[str, Any]] = mapped_column(JSON)
    # Figures that reports add up, beside the whole outcome.
    turnover_cents: Mapped[Cents]
    result_cents: Mapped[Cents]
    income_cents: Mapped[Cents]
    norm_cents: Mapped[Cents]
    exempt_cents: Mapped[Cents]
    set_off_cents: Mapped[Cents]
    municipality_cents: Mapped[Cents]
    benefit_reduction_cents: Mapped[Cents]
    premium_cents: Mapped[Cents] = mapped_column(default=0)
    # What is above the norm and counts in the next month, where the municipality carries it over.
    surplus_cents: Mapped[Cents] = mapped_column(default=0)
    exemption: Mapped[str | None] = mapped_column(String(12))


class StatementMark(Base):
    """A member's "this is right" about one line of a statement, as `version` shows it."""

    __tablename__ = "statement_marks"
    __table_args__ = (
        ForeignKeyConstraint(
            ["cooperative_id", "statement_id"], ["statements.cooperative_id", "statements.id"]
        ),
        UniqueConstraint("statement_id", "version", "line"),
    )
    id: Mapped[Key]
    cooperative_id: Mapped[Ref]
    statement_id: Mapped[Ref]
    version: Mapped[int]
    line: Mapped[str] = mapped_column(String(20))
    marked_at: Mapped[dt.datetime]


class StatementQuestion(Base):
    """A member's "this is not right" about one line of a statement as it was shown, and the answer.

    `line` is a code of domain/questions.py within `version`; both sides see `due_on`.
    """

    __tablename__ = "statement_questions"
    __table_args__ = (
        ForeignKeyConstraint(
            ["cooperative_id", "statement_id"], ["statements.cooperative_id", "statements.id"]
        ),
        CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name="answered"),
        Index("ix_statement_questions_statement_id", "statement_id"),
        Index(
            "ix_statement_questions_cooperative_id_answered_at_id",
            "cooperative_id",
            "answered_at",
            "id",
        ),
    )
    id: Mapped[Key]
    public_id: Mapped[PublicId]
    cooperative_id: Mapped[Ref]
    statement_id: Mapped[Ref]
    version: Mapped[int]
    line: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(String(600))
    asked_at: Mapped[dt.datetime]
    due_on: Mapped[dt.date]
    answered_at: Mapped[dt.datetime | None]
    answer: Mapped[str | None] = mapped_column(String(600))
    answered_by_id: Mapped[Ref | None] = mapped_column(ForeignKey("people.id"))
