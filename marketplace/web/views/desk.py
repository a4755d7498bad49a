"""The coordinator's desk: who waits, the pots, the members."""

from __future__ import annotations

from flask import Blueprint, render_template

from marketplace import context
from marketplace.domain.access import Permission, Role
from marketplace.domain.calendar import day_in_amsterdam
from marketplace.services import costs, members, pots
from marketplace.web.forms.costs import CATEGORY_NAMES
from marketplace.web.security import cooperative_id, needs

blueprint = Blueprint("desk", __name__, url_prefix="/balie")


@blueprint.get("")
@needs(Permission.DESK)
def today() -> str:
    """Show what waits (longest first), the pots and the members with their thermometers."""
    tenant = cooperative_id()
    day = day_in_amsterdam(context.now())
    grant = context.acting()
    held, thermometers = pots.desk(context.session(), cooperative_id=tenant, on=day)
    return render_template(
        "desk/today.html",
        day=day,
        decides=grant is not None and grant.role is Role.COORDINATOR,
        costs=costs.waiting(context.session(), cooperative_id=tenant, limit=6),
        names=CATEGORY_NAMES,
        pots=held,
        members=members.for_desk(context.session(), cooperative_id=tenant, on=day),
        thermometers=thermometers,
    )
