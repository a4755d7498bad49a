"""What a select or a row of radio buttons offers, as WTForms 3.3 wants it; its types lag behind."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms.fields import choices as offered


def choices(pairs: Iterable[tuple[str, Any]]) -> Any:
    """Give the choices for pairs of (value, label)."""
    return [offered.SelectChoice(value, label) for value, label in pairs]  # type: ignore[attr-defined]
