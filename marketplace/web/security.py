"""Who may pass: every view is marked with a permission or as public; the answer's headers stand here too."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Response, request
from werkzeug.exceptions import BadRequest

from marketplace import context
from marketplace.domain.access import Actor, Grant, Permission, judge
from marketplace.domain.errors import AnonymousNotAllowed, Forbidden, NotFound, StaleSignIn
from marketplace.web import signin

View = TypeVar("View", bound=Callable[..., Any])

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def public(view: View) -> View:
    """Mark a view as open to everybody."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


def needs(permission: Permission, *, fresh: bool = False) -> Callable[[View], View]:
    """Let only those pass whom the permission table lets pass; remembers under which grant.

    `fresh` is for what moves money or changes rights: who typed the password too long ago types it
    again first (StaleSignIn). Put it on the page of the form too, so that nothing typed is lost.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            context.set_acting(pass_or_refuse(permission))
            if fresh and not signin.is_fresh():
                raise StaleSignIn
            return view(*args, **kwargs)

        guarded.access = permission  # type: ignore[attr-defined]
        guarded.fresh = fresh  # type: ignore[attr-defined]
        return cast("View", guarded)

    return mark


def pass_or_refuse(permission: Permission) -> Grant | None:
    """Give the grant that lets the actor pass; else 303 to sign-in, 403 or 404."""
    who = context.actor()
    if who is None:
        raise AnonymousNotAllowed
    verdict = judge(who, permission)
    if verdict.allowed:
        return verdict.grant
    raise Forbidden if verdict.near else NotFound


def who() -> Actor:
    """Give the signed-in person of a guarded view."""
    actor = context.actor()
    if actor is None:
        raise AnonymousNotAllowed
    return actor


def cooperative_id() -> int:
    """Give the tenant of this request: the cooperative of the acting grant."""
    grant = context.acting()
    if grant is None or grant.cooperative_id is None:
        raise NotFound
    return grant.cooperative_id


def membership_id() -> int:
    """Give the membership under which this request acts."""
    grant = context.acting()
    if grant is None or grant.membership_id is None:
        raise NotFound
    return grant.membership_id


def municipality_id() -> int:
    """Give the municipality of the acting officer."""
    grant = context.acting()
    if grant is None or grant.municipality_id is None:
        raise NotFound
    return grant.municipality_id


def refuse_nul() -> None:
    """Refuse a request with a NUL sign: PostgreSQL keeps none in a text, and nobody types one.

    A body that is signed as a whole (webhooks) is not read here.
    """
    if "\x00" in request.path:
        raise NotFound
    typed = [*request.args.values()]
    if request.mimetype in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        typed += request.form.values()
    if any("\x00" in text for text in typed):
        raise BadRequest


def harden(response: Response) -> Response:
    """Set the headers of every answer; private pages are never kept by a cache."""
    given = {name.lower() for name, _value in response.headers}
    for name, value in HEADERS.items():
        if name.lower() not in given:
            response.headers.add(name, value)
    if not context.settings().demo:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "private, no-store")
    return response
