"""Sentences of the refusals about books."""

from __future__ import annotations

from flask_babel import LazyString

SENTENCES: dict[str, LazyString] = {}
