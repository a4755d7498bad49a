"""Imports every table once, so that the metadata is whole (migrations, checks)."""

from __future__ import annotations

from marketplace.models import (
    audit,
    baskets,
    bookings,
    cooperatives,
    costs,
    ledger,
    listings,
    memberships,
    municipalities,
    orders,
    outbox,
    payments,
    people,
    rules,
    settlements,
    statements,
    worker,
)
from marketplace.models.base import Base

METADATA = Base.metadata
MODULES = (
    audit,
    baskets,
    bookings,
    cooperatives,
    costs,
    ledger,
    listings,
    memberships,
    municipalities,
    orders,
    outbox,
    payments,
    people,
    rules,
    settlements,
    statements,
    worker,
)
