"""Where to go after a step: only ever to a page of this site."""

from __future__ import annotations

from flask import url_for


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
