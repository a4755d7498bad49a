"""What a fault looks like: a page with a way on, a sentence, and for the unexpected a reference number."""

from __future__ import annotations

import secrets
from typing import Any

import structlog
from flask import Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from marketplace import context
from marketplace.domain.errors import (
    AnonymousNotAllowed,
    Forbidden,
    NotFound,
    Refused,
    StaleSignIn,
)
from marketplace.web.back import page_before
from marketplace.web.messages import SENTENCES, sentence

log = structlog.get_logger()


def register(app: Flask) -> None:
    """Hang the handlers into the application."""
    app.register_error_handler(Refused, refused)
    app.register_error_handler(NotFound, not_found)
    app.register_error_handler(Forbidden, forbidden)
    app.register_error_handler(AnonymousNotAllowed, to_sign_in)
    app.register_error_handler(StaleSignIn, to_confirm)
    app.register_error_handler(CSRFError, stale_form)
    app.register_error_handler(HTTPException, http_fault)
    app.register_error_handler(InternalServerError, unexpected)
    app.register_error_handler(Exception, unexpected)


def page(status: int, title: str, text: str, reference: str | None = None) -> tuple[str, int]:
    """Give the fault page. It must not need the database."""
    shown = render_template(
        "faults/page.html", status=status, title=title, text=text, reference=reference
    )
    return shown, status


def refused(fault: Refused) -> tuple[str, int]:
    """Say why a rule says no."""
    return page(409, _("Dat kan nu niet"), sentence(fault))


def not_found(_fault: Exception) -> tuple[str, int]:
    """Say that there is nothing here, whatever the reason."""
    return page(404, _("Hier is niets te vinden"), str(SENTENCES["not_found"]))


def forbidden(fault: Forbidden) -> tuple[str, int]:
    """Say that this belongs to somebody else in the own cooperative."""
    return page(403, _("Dit hoort bij iemand anders"), sentence(fault))


def to_sign_in(_fault: AnonymousNotAllowed) -> Any:
    """Send somebody who is not signed in to the door, and back again afterwards."""
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("people.sign_in", next=back), 303)


def to_confirm(_fault: StaleSignIn) -> Any:
    """Let somebody type the password once more, and go back to the page or to the form afterwards."""
    if request.method == "GET":
        return redirect(url_for("people.confirm", next=request.full_path.rstrip("?")), 303)
    flash(_("Deze stap is nog niet gedaan. Typ eerst je wachtwoord en doe de stap daarna opnieuw."))
    return redirect(url_for("people.confirm", next=page_before()), 303)


def stale_form(_fault: CSRFError) -> tuple[str, int]:
    """Say that the page stood open too long."""
    text = _(
        "Deze pagina stond te lang open. Ga terug, vernieuw de pagina en probeer het nog eens."
    )
    return page(400, _("Probeer het nog eens"), text)


def http_fault(fault: HTTPException) -> Any:
    """Answer the faults of HTTP itself in words."""
    if fault.code is None or fault.code < 400:
        return fault
    if fault.code == 404:
        return not_found(fault)
    if fault.code == 413:
        return page(
            413,
            _("Dit bestand is te groot"),
            _("Kies een kleiner bestand en probeer het nog eens."),
        )
    if fault.code == 405:
        return page(405, _("Dat kan hier niet"), _("Ga terug en kies een knop op de pagina."))
    return page(fault.code, _("Dat lukte niet"), _("Ga terug en probeer het nog eens."))


def unexpected(fault: Exception) -> tuple[str, int]:
    """Show a reference number and log the fault with it; a database that is away is 503."""
    cause = getattr(fault, "original_exception", None) or fault
    reference = secrets.token_hex(4)
    if context.database_is_away(cause):
        log.warning("database_away", reference=reference)
        text = _(
            "We kunnen er even niet bij. Er is niets kwijt. Probeer het over een minuut nog eens."
        )
        return page(503, _("Even geduld"), text, reference)
    log.error("unexpected", reference=reference, exc_info=cause)
    text = _(
        "Er ging iets mis bij ons. Er is niets kwijt. Lukt het nog een keer niet? Bel of mail dan met dit nummer."
    )
    return page(500, _("Dat ging mis"), text, reference)
