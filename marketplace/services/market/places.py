"""Places with coordinates: loading them, finding one by name, and the distance between two."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from marketplace.models.listings import Place

EARTH_KM = 6371.0


@dataclass(frozen=True, slots=True)
class Spot:
    """A place as others use it: its name and where it lies, in degrees."""

    name: str
    lat: float
    lon: float

    def distance_km(self, lat: float, lon: float) -> float:
        """Give the distance in kilometres as the crow flies (haversine)."""
        here, there = math.radians(self.lat), math.radians(lat)
        half_lat = math.sin((there - here) / 2) ** 2
        half_lon = math.sin(math.radians(lon - self.lon) / 2) ** 2
        root = math.sqrt(half_lat + math.cos(here) * math.cos(there) * half_lon)
        return 2 * EARTH_KM * math.asin(min(1.0, root))


def load(session: Session, rows: Iterable[tuple[str, float, float]]) -> int:
    """Store places (name, latitude, longitude); a known name gets its new coordinates. Gives how many."""
    known = {row.name: row.id for row in session.execute(select(Place.name, Place.id))}
    wanted = {name: (lat, lon) for name, lat, lon in rows}
    new = [
        {"name": name, "lat": lat, "lon": lon}
        for name, (lat, lon) in wanted.items()
        if name not in known
    ]
    moved = [
        {"id": known[name], "lat": lat, "lon": lon}
        for name, (lat, lon) in wanted.items()
        if name in known
    ]
    if new:
        session.execute(insert(Place), new)
    if moved:
        session.execute(update(Place), moved)
    session.flush()
    return len(wanted)


def find(session: Session, name: str) -> Spot | None:
    """Give the place of that name, small letters or large, or None."""
    plain = " ".join(name.split())
    if not plain or len(plain) > 80:
        return None
    row = session.execute(
        select(Place.name, Place.lat, Place.lon)
        .where(func.lower(Place.name) == func.lower(plain))
        .limit(1)
    ).first()
    return Spot(*row) if row else None


def similar(session: Session, name: str) -> list[str]:
    """Give up to five names that begin like this one, for who typed a name that is not there."""
    start = " ".join(name.split())[:4].lower()
    if len(start) < 2:
        return []
    found = select(Place.name).where(func.lower(Place.name).startswith(start, autoescape=True))
    return list(session.scalars(found.order_by(Place.name).limit(5)))
