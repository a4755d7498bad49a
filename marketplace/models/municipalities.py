"""Municipalities: who decides, and where a member can ask or object."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.base import Base, Key, PublicId


class Municipality(Base):
    """A municipality that takes part. `profile_code` names its file in rules/municipalities."""

    __tablename__ = "municipalities"
    id: Mapped[Key]
    public_id: Mapped[PublicId]
    name: Mapped[str] = mapped_column(String(80), unique=True)
    profile_code: Mapped[str | None] = mapped_column(String(40))
    contact_email: Mapped[str] = mapped_column(String(254))
    contact_phone: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[dt.datetime]
