"""The file with the demo's people and offers."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

CAST = Path(__file__).resolve().parent.parent / "rules" / "demo" / "cast.toml"


def read_cast_file() -> dict[str, Any]:
    """Give what rules/demo/cast.toml says."""
    return tomllib.loads(CAST.read_text(encoding="utf-8"))
