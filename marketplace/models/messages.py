"""What buyer, member and cooperative write to each other about a line, and how far each has read."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.models.base import Base, Key, PublicId, Ref
from marketplace.models.people import Person


class Message(Base):
    """One message on a line of an order; `file` is its photo, written anew, in storage."""

    __tablename__ = "messages"
    __table_args__ = (
        ForeignKeyConstraint(
            ["cooperative_id", "line_id"], ["order_lines.cooperative_id", "order_lines.id"]
        ),
        CheckConstraint("side IN ('buyer', 'member', 'cooperative')", name="side"),
        Index("ix_messages_line_id_id", "line_id", "id"),
        Index("ix_messages_sender_id_sent_at", "sender_id", "sent_at"),
    )
    id: Mapped[Key]
    public_id: Mapped[PublicId]
    cooperative_id: Mapped[Ref]
    line_id: Mapped[Ref]
    sender_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"))
    side: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(Text)
    file: Mapped[str | None] = mapped_column(String(120))
    width: Mapped[int | None]
    height: Mapped[int | None]
    sent_at: Mapped[dt.datetime]

    sender: Mapped[Person] = relationship(lazy="raise", viewonly=True)


class MessageReader(Base):
    """How far one person has read a line's messages, and when the last mail about them leaves."""

    __tablename__ = "message_readers"
    __table_args__ = (
        ForeignKeyConstraint(
            ["cooperative_id", "line_id"], ["order_lines.cooperative_id", "order_lines.id"]
        ),
        UniqueConstraint("line_id", "person_id"),
    )
    id: Mapped[Key]
    cooperative_id: Mapped[Ref]
    line_id: Mapped[Ref]
    person_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"))
    read_to: Mapped[Ref]
    mail_at: Mapped[dt.datetime | None]
