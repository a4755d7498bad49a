"""The member's workplace: what to do now, what is asked, the thermometer, the statement in the making."""

from __future__ import annotations

from flask import Blueprint, render_template

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.domain.calendar import Month, day_in_amsterdam
from marketplace.services import pots, statements, whatif, work
from marketplace.web.security import cooperative_id, membership_id, needs

blueprint = Blueprint("workplace", __name__, url_prefix="/werk")


@blueprint.get("")
@needs(Permission.WORKPLACE)
def today() -> str:
    """Show today."""
    session, now = context.session(), context.now()
    tenant, member = cooperative_id(), membership_id()
    day = day_in_amsterdam(now)
    asked = work.jobs(session, cooperative_id=tenant, membership_id=member, which="asked")
    return render_template(
        "workplace/today.html",
        day=day,
        month=Month.of(day),
        asked=[(line, whatif.for_line(session, line=line, now=now)) for line in asked[:3]],
        more=len(asked) > 3,
        to_do=work.jobs(session, cooperative_id=tenant, membership_id=member, which="to_do"),
        waiting=work.jobs(session, cooperative_id=tenant, membership_id=member, which="waiting"),
        thermometer=pots.thermometer(session, membership_id=member, on=day),
        draft=statements.draft(session, membership_id=member, month=Month.of(day), now=now),
    )
