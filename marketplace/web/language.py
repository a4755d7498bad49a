"""Which language a reader gets: the one chosen, else the person's, else the browser's, else Dutch."""

from __future__ import annotations

from flask import request
from flask import session as cookie

from marketplace import context

LANGUAGES = ("nl", "en")


def reader_locale() -> str:
    """Give "nl" or "en"."""
    chosen = cookie.get("lang")
    if chosen in LANGUAGES:
        return str(chosen)
    who = context.actor()
    if who is not None and who.locale in LANGUAGES:
        return who.locale
    return request.accept_languages.best_match(LANGUAGES, "nl") or "nl"
