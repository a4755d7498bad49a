"""Who sees what is wanted: the cooperatives near the place of the job, found once, when it is posted."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.domain.asking import REACH_KM, NobodyNear
from marketplace.models.cooperatives import Cooperative
from marketplace.models.listings import Place
from marketplace.services.market import places


def cooperatives_near(session: Session, place: str) -> list[int]:
    """Give the cooperatives within REACH_KM of a place, or in the place of that name; else NobodyNear."""
    name = " ".join(place.split())
    spot = places.find(session, name)
    rows = session.execute(
        select(Cooperative.id, Cooperative.place, Place.lat, Place.lon)
        .outerjoin(Place, func.lower(Place.name) == func.lower(Cooperative.place))
        .order_by(Cooperative.id)
    )
    near = [
        row.id
        for row in rows
        if row.place.lower() == name.lower()
        or (spot and row.lat is not None and spot.distance_km(row.lat, row.lon) <= REACH_KM)
    ]
    if not near:
        raise NobodyNear(place=name, km=REACH_KM)
    return near
