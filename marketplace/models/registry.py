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
    requests,
    reviews,
    rules,
    settlements,
    statements,
    worker,
)
from marketplace.models.base import Base
from marketplace.models.doors import contacts, recurrences
from marketplace.models.talk import complaints

METADATA = Base.metadata
MODULES = (
    audit,
    banking,
    baskets,
    bookings,
    complaints,
    contacts,
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
    recurrences,
    refunds,
    requests,
    reviews,
    rules,
    settlements,
    statements,
    worker,
)
