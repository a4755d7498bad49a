"""The payment provider beside the books: what differs, and what it did not do for us."""

from __future__ import annotations

from flask import Blueprint, render_template

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.services.money import calls, reconciliation
from marketplace.web.security import cooperative_id, needs

blueprint = Blueprint("provider", __name__)


@blueprint.get("/balie/betaaldienst")
@needs(Permission.BOOKS_SEE)
def own() -> str:
    """Show what differs for the own cooperative, and the calls for it that fail or wait long."""
    session, tenant = context.session(), cooperative_id()
    return render_template(
        "money/provider.html",
        rows=reconciliation.open_differences(session, cooperative_id=tenant),
        troubles=calls.troubled(session, now=context.now(), cooperative_id=tenant),
        desk=True,
    )


@blueprint.get("/beheer/betaaldienst")
@needs(Permission.OPERATE)
def overview() -> str:
    """Show what differs anywhere, and the calls that fail or wait long."""
    session = context.session()
    return render_template(
        "money/provider.html",
        rows=reconciliation.open_differences(session, cooperative_id=None),
        troubles=calls.troubled(session, now=context.now()),
        desk=False,
    )
