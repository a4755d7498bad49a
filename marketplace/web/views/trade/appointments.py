"""An appointment as a file for one's own calendar, as it stands now."""

from __future__ import annotations

from flask import Blueprint, Response

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.gateways.mail import Attachment
from marketplace.services.booking import appointments
from marketplace.web.security import cooperative_id, membership_id, needs, who

blueprint = Blueprint("appointments", __name__)


@blueprint.get("/bestellingen/<order>/afspraak/<line>.ics")
@needs(Permission.BUY)
def for_buyer(order: str, line: str) -> Response:
    """Give the appointment of an own order."""
    return _answer(
        appointments.for_buyer(
            context.session(),
            buyer_id=who().person_id,
            order=order,
            line=line,
            now=context.now(),
        )
    )


@blueprint.get("/werk/klussen/<line>/afspraak.ics")
@needs(Permission.WORK)
def for_member(line: str) -> Response:
    """Give the appointment of an own job."""
    return _answer(
        appointments.for_member(
            context.session(),
            cooperative_id=cooperative_id(),
            membership_id=membership_id(),
            line=line,
            now=context.now(),
        )
    )


def _answer(file: Attachment) -> Response:
    answer = Response(file.content, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return answer
