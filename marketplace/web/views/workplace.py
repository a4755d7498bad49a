"""The member's workplace: what to do now, what is asked, the thermometer, the statement in the making."""

from __future__ import annotations

from flask import Blueprint, render_template

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.domain.calendar import Month, day_in_amsterdam
from marketplace.services import workplace
from marketplace.services.asking import reading
from marketplace.web.security import cooperative_id, membership_id, needs
from marketplace.web.standing import complaining, progress
from marketplace.web.words import drawing_of

blueprint = Blueprint("workplace", __name__, url_prefix="/werk")


@blueprint.get("")
@needs(Permission.WORKPLACE)
def today() -> str:
    """Show today."""
    found = workplace.today(
        context.session(),
        cooperative_id=cooperative_id(),
        membership_id=membership_id(),
        now=context.now(),
    )
    day = day_in_amsterdam(context.now())
    job = found.next_job
    return render_template(
        "workplace/today.html",
        day=day,
        month=Month.of(day),
        asked=found.jobs["asked"][: workplace.ASKED],
        more=len(found.jobs["asked"]) > workplace.ASKED,
        to_do=found.jobs["to_do"],
        waiting=found.jobs["waiting"],
        done=found.jobs["done"],
        today=found,
        complaints=found.complaints[: workplace.ASKED],
        words=complaining,
        quotes=reading.open_quotes(
            context.session(), cooperative_id=cooperative_id(), membership_id=membership_id()
        ),
        picture=drawing_of(found.next_category or "", job.kind, job.title) if job else None,
        progress=progress,
    )
