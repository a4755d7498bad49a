"""Imports every table once, so that the metadata is whole (migrations, checks)."""

from __future__ import annotations

from marketplace.models import (
    audit,
    banking,
    cooperatives,
    costs,
    invoices,
    ledger,
    listings,
    memberships,
    municipalities,
    orders,
    outbox,
    payments,
    people,
    refunds,
    rules,
    settlements,
    statements,
    worker,
)
from marketplace.models.base import Base

METADATA = Base.metadata
MODULES = (
    audit,
    banking,
    cooperatives,
    costs,
    invoices,
    ledger,
    listings,
    memberships,
    municipalities,
    orders,
    outbox,
    payments,
    people,
    refunds,
    rules,
    settlements,
    statements,
    worker,
)
