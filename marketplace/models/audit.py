"""Who changed what in money and rights, and why. No names: people stand here by their id."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.base import Base, Key, Ref


class AuditLine(Base):
    """One act on money or rights, with actor, reason, before and after."""

    __tablename__ = "audit_lines"
    __table_args__ = (Index("ix_audit_lines_cooperative_id_id", "cooperative_id", "id"),)
    id: Mapped[Key]
    at: Mapped[dt.datetime]
    actor_id: Mapped[Ref | None] = mapped_column(ForeignKey("people.id"))
    cooperative_id: Mapped[Ref | None] = mapped_column(ForeignKey("cooperatives.id"))
    municipality_id: Mapped[Ref | None] = mapped_column(ForeignKey("municipalities.id"))
    act: Mapped[str] = mapped_column(String(40))
    thing: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str | None] = mapped_column(String(200))
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON)
