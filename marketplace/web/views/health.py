"""Is the house alive, and is it ready? For the operator's monitor."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify

from marketplace import context
from marketplace.services import health as checks
from marketplace.web.security import public

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def alive() -> Any:
    """Say that the process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@public
def ready() -> Any:
    """Say whether database and migrations are there; 503 when not."""
    found = checks.readiness(context.session())
    good = all(found.values())
    return jsonify(status="ok" if good else "away", **found), 200 if good else 503


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
