"""The way in: count the try, check the password with nothing locked, begin the session, find the first page."""

from __future__ import annotations

from typing import Any

from flask import current_app, request

from marketplace import context
from marketplace.domain.people import normal_email
from marketplace.gateways.passwords import Passwords, hasher
from marketplace.services.people import actors, throttle
from marketplace.services.people import signin as people
from marketplace.web import signin
from marketplace.web.back import safe_next
from marketplace.web.menu import menu_for


def passwords() -> Passwords:
    """Give the hasher of this installation."""
    return hasher(context.settings().argon2_cost)


def knock(door: throttle.Door, email: str) -> tuple[throttle.Ticket, people.Candidate | None]:
    """Count one try in a transaction of its own, and give the account of the address.

    Raises TooManyTries. What the request had read before is let go: two transactions would wait for
    each other.
    """
    context.undo()
    with context.apart() as own:
        ticket = throttle.knock(own, **_try(door, normal_email(email)))
        who = people.candidate(own, email=email) if ticket else None
    if ticket is None:
        raise throttle.TooManyTries
    return ticket, who


def count(door: throttle.Door, account: str) -> None:
    """Count one try at a door that asks for no password; as `knock` in all else."""
    context.undo()
    with context.apart() as own:
        ticket = throttle.knock(own, **_try(door, account))
    if ticket is None:
        raise throttle.TooManyTries


def _try(door: throttle.Door, account: str) -> dict[str, Any]:
    return {
        "door": door,
        "account": account,
        "address": request.remote_addr or "",
        "secret": str(current_app.config["SECRET_KEY"]),
        "now": context.now(),
    }


def check(email: str, password: str) -> people.SignedIn | None:
    """Give whose address and password these are, or None after the same time. Raises TooManyTries."""
    ticket, who = knock(throttle.SIGN_IN, email)
    if not people.fits(who, passwords=passwords(), password=password) or who is None:
        return None
    return people.enter(
        context.session(), who=who, password=password, passwords=passwords(), ticket=ticket
    )


def begin(
    known: people.SignedIn,
    wanted: str | None = None,
    grant: str | None = None,
    *,
    typed: bool = True,
) -> str:
    """Begin a new session and give the path to go to: the wanted one, else the first page of the role.

    `typed` says whether a password opened it.
    """
    signin.sign_in(known.person_id, known.epoch, typed=typed)
    if grant is not None:
        signin.choose_grant(grant)
    actor = actors.load(
        context.session(), person_id=known.person_id, epoch=known.epoch, active=grant
    )
    return safe_next(wanted, first_page(actor.role if actor else "buyer"))


def first_page(role: str) -> str | None:
    """Give the first page of a role's menu; None, the market itself, for who buys."""
    items = menu_for(role, signed_in=True) if role != "buyer" else []
    return items[0].href if items else None
