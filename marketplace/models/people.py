"""People, what they may do and where, and how they come in. A person is global; a grant has a scope."""

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
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.base import Base, Key, PublicId, Ref

GRANT_SCOPE = (
    "(role = 'operator' AND cooperative_id IS NULL AND municipality_id IS NULL)"
    " OR (role = 'officer' AND cooperative_id IS NULL AND municipality_id IS NOT NULL)"
    " OR (role IN ('member', 'coordinator', 'treasurer')"
    " AND cooperative_id IS NOT NULL AND municipality_id IS NULL)"
)


class Person(Base):
    """Somebody who can sign in, or who ordered by telephone and has no e-mail: then she cannot, and gets no mail.

    `epoch` goes up to end all sessions.
    """

    __tablename__ = "people"
    id: Mapped[Key]
    public_id: Mapped[PublicId]
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    locale: Mapped[str] = mapped_column(String(5), default="nl")
    password_hash: Mapped[str] = mapped_column(String(200))
    epoch: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[dt.datetime]


class Grant(Base):
    """A role of a person, scoped to a cooperative or a municipality. A member's names the membership."""

    __tablename__ = "grants"
    __table_args__ = (
        CheckConstraint(GRANT_SCOPE, name="scope"),
        CheckConstraint("(role = 'member') = (membership_id IS NOT NULL)", name="membership"),
        UniqueConstraint("person_id", "role", "cooperative_id"),
        UniqueConstraint("person_id", "role", "municipality_id"),
        ForeignKeyConstraint(
            ["cooperative_id", "membership_id"], ["memberships.cooperative_id", "memberships.id"]
        ),
    )
    id: Mapped[Key]
    public_id: Mapped[PublicId]
    person_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"), index=True)
    role: Mapped[str] = mapped_column(String(12))
    cooperative_id: Mapped[Ref | None] = mapped_column(ForeignKey("cooperatives.id"), index=True)
    municipality_id: Mapped[Ref | None] = mapped_column(ForeignKey("municipalities.id"), index=True)
    membership_id: Mapped[Ref | None]
    created_at: Mapped[dt.datetime]


class Invitation(Base):
    """A letter that lets somebody take up a role. Only the hash of its token is kept."""

    __tablename__ = "invitations"
    id: Mapped[Key]
    public_id: Mapped[PublicId]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(12))
    cooperative_id: Mapped[Ref | None] = mapped_column(ForeignKey("cooperatives.id"), index=True)
    municipality_id: Mapped[Ref | None] = mapped_column(ForeignKey("municipalities.id"), index=True)
    membership_id: Mapped[Ref | None]
    invited_by_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    accepted_at: Mapped[dt.datetime | None]


class PasswordReset(Base):
    """A mailed way to a new password. Only the hash of its token is kept."""

    __tablename__ = "password_resets"
    id: Mapped[Key]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"), index=True)
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]


class Attempt(Base):
    """One try at a throttled door (sign_in, reset, register), by account and by address, both hashed."""

    __tablename__ = "attempts"
    __table_args__ = (Index("ix_attempts_door_key_at", "door", "key", "at"),)
    id: Mapped[Key]
    door: Mapped[str] = mapped_column(String(12))
    key: Mapped[str] = mapped_column(String(64))
    at: Mapped[dt.datetime]
