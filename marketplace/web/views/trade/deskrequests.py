"""The coordinator's pages of requests: what buyers in reach ask, and taking away what does not belong."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.domain.asking import LIVE
from marketplace.services.asking import closing, reading
from marketplace.web import requestwords
from marketplace.web.forms.trade.requests import RemoveForm
from marketplace.web.security import cooperative_id, needs, who

blueprint = Blueprint("deskrequests", __name__, url_prefix="/balie/aanvragen")


@blueprint.get("")
@needs(Permission.REQUESTS_MODERATE)
def browse() -> str:
    """Show what still stands in the cooperative's reach, newest first."""
    before = request.args.get("voor")
    found = reading.desk(context.session(), cooperative_id=cooperative_id(), before=before)
    return render_template(
        "deskrequests/browse.html",
        rows=found,
        before=before,
        following=found[-1].public_id if len(found) == reading.PAGE else None,
        words=requestwords,
    )


@blueprint.get("/<public_id>")
@needs(Permission.REQUESTS_MODERATE)
def page(public_id: str) -> Any:
    """Show one request, with the form to take it away."""
    return _page(public_id, RemoveForm(formdata=None))


@blueprint.post("/<public_id>/weg")
@needs(Permission.REQUESTS_MODERATE)
def remove(public_id: str) -> Any:
    """Take a request away, with a reason from a list."""
    form = RemoveForm()
    if not form.validate():
        return _page(public_id, form), 422
    closing.remove(
        context.session(),
        cooperative_id=cooperative_id(),
        public_id=public_id,
        reason=form.reason.data,
        actor_id=who().person_id,
        now=context.now(),
    )
    context.wake_after_commit()
    flash(_("De vraag is weg. De koper krijgt een mail met de reden."), "ok")
    return redirect(url_for("deskrequests.page", public_id=public_id), 303)


def _page(public_id: str, form: RemoveForm) -> str:
    found = reading.for_desk(
        context.session(), cooperative_id=cooperative_id(), public_id=public_id
    )
    return render_template(
        "deskrequests/page.html",
        asked=found,
        form=form,
        live=found.state in LIVE,
        words=requestwords,
    )
