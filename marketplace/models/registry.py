"""Imports every table once, so that the metadata is whole (migrations, checks)."""

from __future__ import annotations

from marketplace.models import (
    audit,
    banking,
    baskets,
    bookings,
    cooperatives,
    costs,
    invoices,
    ledger,
    listings,
    memberships,
    messages,
    municipalities,
    orders,
    outbox,
    payments,
    people,
    refunds,
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
    banking,
    baskets,
    bookings,
    cooperatives,
    costs,
    invoices,
    ledger,
    listings,
    memberships,
    messages,
    municipalities,
    orders,
    outbox,
    payments,
    people,
    refunds,
    reviews,
    rules,
    settlements,
    statements,
    worker,
)
