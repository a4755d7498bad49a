"""The signed cookie of a session: who, since when, when seen and confirmed. The only file that knows its keys."""

from __future__ import annotations

import datetime as dt

from flask import session as cookie

from marketplace import context
from marketplace.services.people import actors

IDLE = dt.timedelta(hours=12)
ABSOLUTE = dt.timedelta(days=14)
FRESH = dt.timedelta(minutes=60)
KEPT = ("lang", "theme", "_flashes")


def sign_in(person_id: int, epoch: int, *, typed: bool = True) -> None:
    """Begin a new session; nothing of the old one stays but language, theme and messages.

    `typed` says whether a password was just typed; else the last time of the old session counts on.
    """
    before = _confirmed()
    kept = {key: cookie[key] for key in KEPT if key in cookie}
    cookie.clear()
    cookie.update(kept)
    stamp = _stamp()
    cookie.update({"person": person_id, "epoch": epoch, "since": stamp, "seen": stamp})
    cookie["confirmed"] = stamp if typed else before
    cookie.permanent = True


def confirm() -> None:
    """Remember that the person of this session typed the password just now."""
    cookie["confirmed"] = _stamp()


def is_fresh() -> bool:
    """Whether the password was typed within the last hour."""
    return _stamp() - _confirmed() <= FRESH.total_seconds()


def _confirmed() -> int:
    """Give when the password was last typed; a session of before this was kept began with it."""
    return int(cookie.get("confirmed", cookie.get("since", 0)))


def _stamp() -> int:
    return int(context.now().timestamp())


def sign_out() -> None:
    """End the session of this browser."""
    for key in [key for key in cookie if key not in KEPT]:
        del cookie[key]
    context.set_actor(None)


def choose_grant(grant_public_id: str) -> None:
    """Remember which role is active; the next request checks that it is this person's."""
    cookie["grant"] = grant_public_id


def load_actor() -> None:
    """Find out who asks; an idle, old or ended session is nobody's."""
    person_id = cookie.get("person")
    if person_id is None:
        return
    stamp = _stamp()
    since, seen = cookie.get("since", 0), cookie.get("seen", 0)
    if stamp - seen > IDLE.total_seconds() or stamp - since > ABSOLUTE.total_seconds():
        sign_out()
        return
    who = actors.load(
        context.session(),
        person_id=person_id,
        epoch=cookie.get("epoch", -1),
        active=cookie.get("grant"),
    )
    if who is None:
        sign_out()
        return
    if stamp - seen > 300:
        cookie["seen"] = stamp
    context.set_actor(who)
