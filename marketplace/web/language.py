"""Which language a reader gets: the one chosen, else the person's, else the browser's, else Dutch."""

from __future__ import annotations

from functools import lru_cache

from flask import request
from flask import session as cookie
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

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
    return _of_browser(request.headers.get("Accept-Language", ""))


@lru_cache(maxsize=256)  # browsers of one kind all send the same
def _of_browser(wishes: str) -> str:
    return parse_accept_header(wishes, LanguageAccept).best_match(LANGUAGES, "nl") or "nl"
