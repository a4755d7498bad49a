"""Files with places: name, latitude, longitude, as comma-separated text with a heading."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

DUTCH_PLACES = Path(__file__).resolve().parents[1] / "rules" / "places_nl.csv"


class BadPlaceFile(ValueError):
    """A line of the file cannot be read; the message names it."""


def read(path: Path = DUTCH_PLACES) -> Iterator[tuple[str, float, float]]:
    """Give (name, latitude, longitude) of each line; BadPlaceFile names the first wrong one."""
    with path.open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines), start=2):
            try:
                name, lat, lon = row["name"].strip(), float(row["lat"]), float(row["lon"])
            except (KeyError, TypeError, ValueError, AttributeError):
                raise BadPlaceFile(f"line {number}: expected name,lat,lon") from None
            if not name or len(name) > 80 or not -90 <= lat <= 90 or not -180 <= lon <= 180:
                raise BadPlaceFile(f"line {number}: no such place on earth")
            yield name, lat, lon
