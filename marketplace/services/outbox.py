"""The outbox: a mail is a row, committed with what it tells about, and sent afterwards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.gateways.mailtexts import TEXTS
from marketplace.models.outbox import OutboxMessage


def queue_mail(
    session: Session,
    *,
    kind: str,
    person_id: int | None = None,
    address: str | None = None,
    locale: str | None = None,
    facts: Mapping[str, Any],
    dedupe_key: str,
    now: dt.datetime,
) -> OutboxMessage:
    """Put one mail in the outbox; a second one with the same `dedupe_key` gives the first back.

    To a person (address, name and language are read at sending) or to a plain address. `facts` is
    JSON without names; gateways/mailtexts/base.py tells how each is written. A kind without a text,
    or a mail to nobody, is a ValueError here and not a mail that fails at night.
    """
    if kind not in TEXTS:
        raise ValueError(f"no text for this kind of mail in gateways/mailtexts: {kind!r}")
    if (person_id is None) == (address is None):
        raise ValueError("a mail goes to a person or to an address")
    message = OutboxMessage(
        dedupe_key=dedupe_key,
        kind=kind,
        person_id=person_id,
        address=address,
        locale=locale,
        facts=dict(facts),
        state="waiting",
        attempts=0,
        not_before=now,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(message)
    except IntegrityError:
        return session.scalars(
            select(OutboxMessage).where(OutboxMessage.dedupe_key == dedupe_key)
        ).one()
    return message
