"""What do I keep: a price in, and what it leaves out; of a question that was asked, or of one's own."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, make_response, render_template, request
from werkzeug.datastructures import MultiDict

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.domain.calendar import Month, day_in_amsterdam
from marketplace.services.months import keeping as months
from marketplace.services.months.plan import plan_of
from marketplace.services.trade import work
from marketplace.web import keeping, told
from marketplace.web.forms.keeping import KeepForm
from marketplace.web.security import cooperative_id, membership_id, needs

blueprint = Blueprint("keep", __name__, url_prefix="/werk/wat-houd-ik-over")


@blueprint.get("")
@needs(Permission.WORKPLACE)
def page() -> Any:
    """Show what a job leaves; `klus` names a line of the member's own, `prijs` and the rest a job thought of."""
    line = _line_asked()
    form = _form(line)
    typed = "prijs" in request.args
    # The line's own price was checked when it was ordered.
    good = form.validate() if typed else line is not None
    known = months.look(
        context.session(),
        cooperative_id=cooperative_id(),
        membership_id=membership_id(),
        on=form.dag.data if good else None,
        now=context.now(),
    )
    kept = months.keep(known, _plan(known, form, line)) if good else None
    partial = request.headers.get("HX-Request") == "true"
    answer = make_response(
        render_template(
            "keeping/outcome.html" if partial else "keeping/page.html",
            form=form,
            line=line,
            kept=kept,
            asked=good,
            charges_vat=known.charges_vat,
            municipality=known.municipality,
            this_month=Month.of(day_in_amsterdam(context.now())),
            shown=keeping,
            told_as=told,
        ),
        422 if typed and not good else 200,
    )
    answer.vary.add("HX-Request")
    return answer


def _line_asked() -> Any:
    """Give the line of the member's own that is asked about; another's is no page."""
    public_id = request.args.get("klus")
    if not public_id:
        return None
    return work.one(
        context.session(),
        cooperative_id=cooperative_id(),
        membership_id=membership_id(),
        public_id=public_id,
    )


def _form(line: Any) -> KeepForm:
    """Give the form as it was filled in, or with the line's own price, or empty."""
    today = day_in_amsterdam(context.now())
    usual: dict[str, Any] = {"dag": today, "btw": "standard"}
    if "prijs" in request.args:
        # What an address leaves out, or a form without VAT does not ask, has the usual answer.
        named = {"btw": usual["btw"], "dag": today.isoformat()}
        typed = MultiDict(named | request.args.to_dict())
        return KeepForm(typed, today=today)
    if line is None:
        return KeepForm(None, today=today, data=usual)
    day = max(today, line.order.wanted_on or today)
    own = {"prijs": line.gross_cents, "dag": day, "btw": line.vat_category}
    return KeepForm(None, today=today, data=own)


def _plan(known: Any, form: KeepForm, line: Any) -> Any:
    return plan_of(
        known,
        line=line,
        gross_cents=form.prijs.data,
        vat_category=form.btw.data,
        costs_cents=form.kosten.data or 0,
        costs_vat_cents=form.bonbtw.data or 0,
        on=form.dag.data,
    )
