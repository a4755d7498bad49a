"""How many makers each category has: counted at most once a minute by each process."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from flask import current_app

from marketplace import context
from marketplace.services.market import catalogue

KEPT_FOR = dt.timedelta(minutes=1)
_KEY = "marketplace.makers"


@dataclass(frozen=True, slots=True)
class _Counted:
    at: dt.datetime
    makers: Mapping[str, int]


def makers_by_category() -> Mapping[str, int]:
    """Give the number of makers per category, not older than a minute."""
    kept: _Counted | None = current_app.extensions.get(_KEY)
    if kept is None or not dt.timedelta(0) <= context.now() - kept.at < KEPT_FOR:
        kept = _Counted(context.now(), catalogue.makers_by_category(context.session()))
        current_app.extensions[_KEY] = kept
    return kept.makers
