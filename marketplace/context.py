"""What one request, command or job needs: its session, its actor, its clock. One request = one transaction.

The only file that uses flask.g. The commit rule stands here: a request commits before the answer
leaves, when the answer is below 400; a command or job commits through `transaction`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

from flask import Response, current_app, g, has_app_context
from sqlalchemy.orm import Session

from marketplace.domain.access import Actor, Grant
from marketplace.gateways.bundle import Gateways
from marketplace.gateways.database import Database, is_away
from marketplace.settings import Settings

Clock = Callable[[], dt.datetime]


@dataclass(frozen=True, slots=True)
class Parts:
    """What the application was made of."""

    settings: Settings
    database: Database
    gateways: Gateways
    clock: Clock


def parts() -> Parts:
    """Give the parts of the running application."""
    return cast("Parts", current_app.extensions["marketplace"])


def settings() -> Settings:
    """Give the settings."""
    return parts().settings


def gateways() -> Gateways:
    """Give the outside world."""
    return parts().gateways


def now() -> dt.datetime:
    """Give the instant of this request, the same all through it."""
    if "now" not in g:
        g.now = parts().clock()
    return cast("dt.datetime", g.now)


def begin(*, writes: bool) -> None:
    """Say at the start of a request whether it may write."""
    g.writes = writes


def found_locale() -> Any:
    """Give the locale that Flask-Babel already found for this request, or None; quicker than asking it."""
    return getattr(g.get("_flask_babel"), "babel_locale", None) if has_app_context() else None


def session() -> Session:
    """Give the session of this request; it begins with its first query."""
    if "session" not in g:
        g.session = parts().database.session(writes=g.get("writes", True))
    return cast("Session", g.session)


def actor() -> Actor | None:
    """Give who is signed in, or None."""
    return cast("Actor | None", g.get("actor"))


def set_actor(who: Actor | None) -> None:
    """Remember who is signed in."""
    g.actor = who


def acting() -> Grant | None:
    """Give the grant under which this request acts, as the permission table found it."""
    return cast("Grant | None", g.get("acting"))


def set_acting(grant: Grant | None) -> None:
    """Remember under which grant this request acts."""
    g.acting = grant


def wake_after_commit() -> None:
    """Ring the worker's bell once this request is committed."""
    g.wake = True


def finish(response: Response) -> Response:
    """Commit below 400, else roll back. Runs before the answer leaves."""
    open_session = g.get("session")
    if open_session is None:
        return response
    if response.status_code < 400:
        open_session.commit()
        if g.pop("wake", False):
            gateways().jobs.wake()
    else:
        open_session.rollback()
    return response


def close(_fault: BaseException | None = None) -> None:
    """Give the connection back."""
    open_session = g.pop("session", None)
    if open_session is not None:
        open_session.close()


def undo() -> None:
    """Throw away what this request did so far, before something is written apart."""
    session().rollback()


@contextmanager
def apart() -> Iterator[Session]:
    """Give a transaction of its own that survives a refusal (throttle, refused webhooks).

    The request's own transaction must not be open: on SQLite the two would wait for each other.
    """
    own = g.get("session")
    if own is not None and own.in_transaction():
        raise RuntimeError("end the request's transaction (undo) before writing apart")
    with parts().database.session(writes=True) as separate, separate.begin():
        yield separate


@contextmanager
def transaction() -> Iterator[Session]:
    """Give a session for one batch of a command or job; commits at the end, rolls back on a fault."""
    with parts().database.session(writes=True) as own, own.begin():
        yield own


def commit_step() -> None:
    """Commit what a request wrote so far, before the outside is called with no row locked."""
    session().commit()


def database_is_away(fault: BaseException) -> bool:
    """Whether a fault means: 503, try again."""
    return is_away(fault)
