"""Makes a cooperative with members and listings, for tests of the market."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from sqlalchemy.orm import Session

from marketplace.models.cooperatives import Cooperative, CooperativeParameters, VatScheme
from marketplace.models.listings import Listing
from marketplace.models.memberships import Membership
from marketplace.models.municipalities import Municipality
from marketplace.services.market import listings

AT = dt.datetime(2026, 1, 2, 9, 0, tzinfo=dt.UTC)
_numbers = itertools.count(1)


def make_cooperative(session: Session, *, scheme: str = "charges", **own: Any) -> Cooperative:
    """A cooperative with 5 % training and 10 % reserve since 2025."""
    number = next(_numbers)
    values = {"name": f"Coöperatie {number} U.A.", "slug": f"coop-{number}", "place": "Wilgendam"}
    cooperative = Cooperative(email="bestuur@example.org", created_at=AT, **(values | own))
    session.add(cooperative)
    session.flush()
    day = dt.date(2025, 1, 1)
    session.add_all(
        [
            CooperativeParameters(
                cooperative_id=cooperative.id,
                valid_from=day,
                training_share=500,
                reserve_share=1000,
                threshold_cents=120_000,
                period="calendar_year",
                municipality_share=5000,
                resolution="ALV 1",
                created_at=AT,
            ),
            VatScheme(
                cooperative_id=cooperative.id,
                valid_from=day,
                scheme=scheme,
                reason="begin",
                created_at=AT,
            ),
        ]
    )
    session.flush()
    return cooperative


def make_membership(session: Session, cooperative: Cooperative, **own: Any) -> Membership:
    """A member called Anouk with the trade name Groene Vingers, unless told otherwise."""
    number = next(_numbers)
    municipality = Municipality(
        name=f"Gemeente {number}", contact_email=f"m{number}@example.org", created_at=AT
    )
    session.add(municipality)
    session.flush()
    values: dict[str, Any] = {
        "name": "Anouk",
        "trade_name": "Groene Vingers",
        "status": "member",
        "reference": f"REF-{number}",
        "started_on": dt.date(2025, 1, 1),
        "created_at": AT,
        "municipality_id": municipality.id,
    }
    membership = Membership(cooperative_id=cooperative.id, **(values | own))
    session.add(membership)
    session.flush()
    return membership


def offer(**own: Any) -> listings.Offer:
    """A garden job by the hour, unless told otherwise."""
    values: dict[str, Any] = {
        "kind": "service",
        "unit": "hour",
        "category": "garden",
        "title": "Heg, gras en borders op orde",
        "description": "Ik knip, maai en maak je borders weer netjes.",
        "price_cents": 3250,
        "vat_category": "standard",
        "place": "Breda",
        "stock": None,
    }
    return listings.Offer(**(values | own))


def make_listing(
    session: Session, membership: Membership, *, published: bool = True, **own: Any
) -> Listing:
    """A listing, on the market unless told otherwise."""
    made = listings.create(
        session,
        cooperative_id=membership.cooperative_id,
        membership_id=membership.id,
        offer=offer(**own),
        now=AT,
    )
    if published:
        listings.publish(session, membership_id=membership.id, public_id=made.public_id, now=AT)
    return made
