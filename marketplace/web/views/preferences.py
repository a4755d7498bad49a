"""Language and light or dark: kept in the session's cookie, for a signed-in person also in the row."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request
from flask import session as cookie

from marketplace import context
from marketplace.services.people import actors
from marketplace.web.back import safe_next
from marketplace.web.language import LANGUAGES
from marketplace.web.security import public

blueprint = Blueprint("preferences", __name__, url_prefix="/voorkeuren")


@blueprint.post("/taal")
@public
def language() -> Any:
    """Switch the language and go back to the same page."""
    chosen = request.form.get("lang", "")
    if chosen in LANGUAGES:
        cookie["lang"] = chosen
        who = context.actor()
        if who is not None:
            actors.set_locale(context.session(), person_id=who.person_id, locale=chosen)
    return redirect(safe_next(request.form.get("next")), 303)


@blueprint.post("/weergave")
@public
def theme() -> Any:
    """Switch to light, dark, or what the device says."""
    chosen = request.form.get("theme", "")
    if chosen in {"light", "dark"}:
        cookie["theme"] = chosen
    else:
        cookie.pop("theme", None)
    return redirect(safe_next(request.form.get("next")), 303)
