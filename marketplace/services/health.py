"""Is everything there that a request needs?"""

from __future__ import annotations

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from marketplace.models.cooperatives import Cooperative


def readiness(session: Session) -> dict[str, bool]:
    """Say for the database and the migrations whether they answer; a fault of the driver passes through."""
    session.execute(select(Cooperative.id).limit(1))
    version = session.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return {"database": True, "migrations": version is not None}
