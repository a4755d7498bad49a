"""Is the house alive, is it ready, and how is it? For the operator's monitor."""

from __future__ import annotations

from dataclasses import asdict
from hmac import compare_digest
from ipaddress import ip_address
from typing import Any

from flask import Blueprint, Response, jsonify, request

from marketplace import context
from marketplace.domain.errors import NotFound
from marketplace.gateways.metrics import MIME, exposition
from marketplace.services import health as checks
from marketplace.web.security import public

blueprint = Blueprint("health", __name__)
HANDED_ON = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via")


@blueprint.get("/healthz")
@public
def alive() -> Any:
    """Say that the process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@public
def ready() -> Any:
    """Say whether database, migrations, worker and disk are there; 503 when one is not, with its name."""
    folder = context.settings().var_dir
    try:
        found = checks.readiness(context.session(), folder=folder, now=context.now())
    except Exception as fault:
        if not context.database_is_away(fault):
            raise
        found = checks.without_database(folder=folder)
    status = "away" if found.away else "ok"
    return jsonify(status=status, away=found.away, **asdict(found)), 503 if found.away else 200


@blueprint.get("/metrics")
@public
def metrics() -> Response:
    """Give the house in figures, to this machine and to who knows the token; for others it is not there."""
    if not (_is_this_machine() or _knows_token()):
        raise NotFound
    now = context.now()
    found = checks.figures(context.session(), now=now)
    return Response(exposition(found.values(now)), content_type=MIME)


def _is_this_machine() -> bool:
    """Whether the request was made here; what a proxy here hands on comes from elsewhere."""
    if any(name in request.headers for name in HANDED_ON):
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _knows_token() -> bool:
    expected = context.settings().metrics_token
    given = request.authorization
    token = given.token if given and given.type == "bearer" else None
    return bool(expected) and compare_digest((token or "").encode(), expected.encode())


@blueprint.get("/.well-known/security.txt")
@public
def security_txt() -> Response:
    """Tell finders of a weak spot where to write."""
    end = context.now().replace(month=12, day=31, hour=23, minute=59, second=0, microsecond=0)
    text = (
        f"Contact: mailto:{context.settings().mail_from}\n"
        f"Expires: {end:%Y-%m-%dT%H:%M:%SZ}\n"
        "Preferred-Languages: nl, en\n"
    )
    return Response(text, mimetype="text/plain")
