"""The outbox: a mail is a row, committed with what it tells about; services/mailsending.py sends it afterwards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from marketplace.gateways.mailtexts import TEXTS
from marketplace.gateways.rows.bulk import add_all_unless_there, add_rows, add_unless_there
from marketplace.models.base import new_public_id, table_of
from marketplace.models.outbox import OutboxMessage

_OUTBOX = table_of(OutboxMessage)
_GATHERED = "gathered_mails"


def queue_mail(
    session: Session,
    *,
    kind: str,
    person_id: int | None = None,
    address: str | None = None,
    locale: str | None = None,
    facts: Mapping[str, Any],
    dedupe_key: str,
    order_id: int | None = None,
    now: dt.datetime,
    not_before: dt.datetime | None = None,
) -> None:
    """Put one mail in the outbox; a second one with the same `dedupe_key` is the first one.

    To a person (address, name and language are read at sending) or to a plain address. `facts` is
    JSON without names; gateways/mailtexts/base.py tells how each is written. `order_id` puts the mail
    in the order's own list of mails. It leaves at once, or not before an instant. A kind without a
    text, or a mail to nobody, is a ValueError here and not a mail that fails at night.
    """
    _check_kind(kind)
    if (person_id is None) == (address is None):
        raise ValueError("a mail goes to a person or to an address")
    row = {
        "dedupe_key": dedupe_key,
        "kind": kind,
        "order_id": order_id,
        "person_id": person_id,
        "address": address,
        "locale": locale,
        "facts": dict(facts),
        "state": "waiting",
        "attempts": 0,
        "not_before": not_before or now,
        "created_at": now,
    }
    _put(session, row)


def _put(session: Session, row: dict[str, Any]) -> None:
    """Write a mail, or keep it for the end of `gathering`."""
    gathered: list[dict[str, Any]] | None = session.info.get(_GATHERED)
    if gathered is None:
        add_unless_there(session, _OUTBOX, ("dedupe_key",), row)
    else:
        gathered.append(row)


@contextmanager
def gathering(session: Session) -> Iterator[None]:
    """Write the mails that are queued inside together, when it ends; none where it ends in a fault."""
    gathered = session.info[_GATHERED] = []
    try:
        yield
    finally:
        del session.info[_GATHERED]
    add_all_unless_there(session, _OUTBOX, ("dedupe_key",), gathered)


@dataclass(frozen=True, slots=True)
class ToPerson:
    """One of many mails of one kind, as `queue_mail` takes one."""

    person_id: int
    facts: Mapping[str, Any]
    dedupe_key: str


def queue_mails(
    session: Session, *, kind: str, mails: Sequence[ToPerson], now: dt.datetime
) -> None:
    """Put many mails in the outbox at once; their keys are new, a second one is an IntegrityError."""
    _check_kind(kind)
    rows = [
        {
            "public_id": new_public_id(),
            "dedupe_key": mail.dedupe_key,
            "kind": kind,
            "person_id": mail.person_id,
            "facts": dict(mail.facts),
            "state": "waiting",
            "attempts": 0,
            "not_before": now,
            "created_at": now,
        }
        for mail in mails
    ]
    add_rows(session, _OUTBOX, rows)


def _check_kind(kind: str) -> None:
    if kind not in TEXTS:
        raise ValueError(f"no text for this kind of mail in gateways/mailtexts: {kind!r}")
