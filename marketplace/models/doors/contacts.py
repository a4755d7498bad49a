"""How a cooperative reaches buyers who call: nobody else's cooperative sees or finds them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.models.base import Base, Encrypted, Key, Marked, PublicId, Ref
from marketplace.models.people import Person


class Contact(Base):
    """Telephone and address of a buyer whose order a coordinator entered. `phone` is +31612345678.

    `phone_mark` is written and compared with the same plain number; the database holds a mark of it, so
    that a number can be found exactly and never be listed.
    """

    __tablename__ = "contacts"
    __table_args__ = (
        UniqueConstraint("cooperative_id", "person_id"),
        Index("ix_contacts_cooperative_id_phone_mark", "cooperative_id", "phone_mark"),
    )
    id: Mapped[Key]
    public_id: Mapped[PublicId]
    cooperative_id: Mapped[Ref] = mapped_column(ForeignKey("cooperatives.id"))
    person_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"))
    phone: Mapped[str] = mapped_column(Encrypted)
    phone_mark: Mapped[str] = mapped_column(Marked)
    address: Mapped[str] = mapped_column(Encrypted)
    entered_by_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"))
    updated_at: Mapped[dt.datetime]

    person: Mapped[Person] = relationship(lazy="raise", viewonly=True, foreign_keys=[person_id])
