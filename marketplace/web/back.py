"""Where to go after a step: only ever to a page of this site."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app, request, url_for


def safe_next(wanted: str | None, fallback: str | None = None) -> str:
    """Give the wanted path when it is one of ours, else the fallback or the home page."""
    ours = (
        wanted is not None
        and wanted.startswith("/")
        and not wanted.startswith(("//", "/\\"))
        and not any(ord(letter) < 32 for letter in wanted)
    )
    if ours and wanted is not None:
        return wanted
    return fallback or url_for("home.page")


def page_before() -> str | None:
    """Give the path of the page of this site that a form was sent from, or None where nobody says."""
    came_from = urlsplit(request.referrer or "")
    routes = current_app.create_url_adapter(request)
    if came_from.netloc != request.host or routes is None:
        return None
    # A form that was shown again after a fault has the address it was sent to, and that is no page.
    if not routes.test(came_from.path, method="GET"):
        return None
    return f"{came_from.path}?{came_from.query}" if came_from.query else came_from.path
