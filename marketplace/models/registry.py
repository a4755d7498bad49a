"""Imports every table once, so that the metadata is whole (migrations, checks)."""

from __future__ import annotations

from marketplace.models import (
    audit,
    cooperatives,
    costs,
    ledger,
    listings,
    memberships,
    messages,
    municipalities,
    orders,
    outbox,
    payments,
    people,
    reviews,
    rules,
    settlements,
    statements,
    worker,
)
from marketplace.models.base import Base

METADATA = Base.metadata
MODULES = (
    audit,
    cooperatives,
    costs,
    ledger,
    listings,
    memberships,
    messages,
    municipalities,
    orders,
    outbox,
    payments,
    people,
    reviews,
    rules,
    settlements,
    statements,
    worker,
)
