"""The desk of coordinator and treasurer: what waits for them, the pots, the members."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, render_template

from marketplace import context
from marketplace.domain.access import Permission, Role
from marketplace.domain.calendar import day_in_amsterdam
from marketplace.services.books import kor, payouts, pots
from marketplace.services.membership import memberlists
from marketplace.services.membership.memberlists import MemberRow
from marketplace.services.trade import costs, deskwaiting
from marketplace.web.explain import certainty_text
from marketplace.web.forms.costs import CATEGORY_NAMES
from marketplace.web.forms.payouts import KIND_NAMES
from marketplace.web.municipal import limit_text
from marketplace.web.security import cooperative_id, needs

blueprint = Blueprint("desk", __name__, url_prefix="/balie")
FEW = 6


@blueprint.get("")
@needs(Permission.DESK)
def today() -> str:
    """Show what waits for who looks (longest first), the pots and the members with their thermometers."""
    tenant = cooperative_id()
    day = day_in_amsterdam(context.now())
    grant = context.acting()
    decides = grant is not None and grant.role is Role.COORDINATOR
    held, thermometers = pots.desk(context.session(), cooperative_id=tenant, on=day)
    people = memberlists.for_desk(context.session(), cooperative_id=tenant, on=day)
    held_up = deskwaiting.waiting(
        context.session(), cooperative_id=tenant, decides=decides, limit=FEW
    )
    waiting = costs.waiting(context.session(), cooperative_id=tenant, limit=FEW) if decides else []
    return render_template(
        "desk/today.html",
        day=day,
        decides=decides,
        costs=waiting,
        payable=[] if decides else _payable(tenant, people),
        names=CATEGORY_NAMES,
        kinds=KIND_NAMES,
        pots=held,
        members=people,
        failed=held_up.failed,
        complaints=held_up.complaints,
        thermometers=thermometers,
        over=[one for one in people if one.over][:FEW] if decides else [],
        limit_of=limit_text,
        kor=kor.standing(context.session(), cooperative_id=tenant, now=context.now()),
        certainty=certainty_text,
    )


def _payable(tenant: int, people: Sequence[MemberRow]) -> list[tuple[str, str, str, int]]:
    """Give what is still to be paid out to the members on the desk."""
    found = payouts.payable(context.session(), cooperative_id=tenant)
    return [
        (one.name, one.public_id, kind, cents)
        for one in people
        for kind, cents in found.get(one.id, {}).items()
    ]
