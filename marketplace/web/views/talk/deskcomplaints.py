"""The coordinator's pages of complaints: open ones with their clocks, one with its history, and the decision."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.refunds import RefundTooMuch
from marketplace.domain.talking.complaints import By
from marketplace.services.complaints import deciding, reading
from marketplace.services.complaints.steps import Said
from marketplace.services.trade import orderlog, refunds
from marketplace.web.forms.talk.complaints import DecisionForm, SeenForm, WordsForm
from marketplace.web.messages import sentence
from marketplace.web.security import cooperative_id, needs, who
from marketplace.web.standing import complaining, progress, timeline
from marketplace.web.views.talk.sides import back_to, shown, write_words

blueprint = Blueprint("deskcomplaints", __name__, url_prefix="/balie/klachten")


@blueprint.get("")
@needs(Permission.COMPLAINTS_DECIDE)
def browse() -> str:
    """Show the open complaints, the nearest last day first, or the closed ones."""
    over = request.args.get("soort") == "gesloten"
    edge, session = request.args.get("voor"), context.session()
    found = (
        reading.closed(session, cooperative_id=cooperative_id(), before=edge)
        if over
        else reading.waiting(session, cooperative_id=cooperative_id(), after=edge)
    )
    return render_template(
        "complaints/browse.html",
        complaints=found,
        over=over,
        before=edge,
        following=found[-1].public_id if len(found) == reading.PAGE else None,
        words=complaining,
        today=day_in_amsterdam(context.now()),
    )


@blueprint.get("/<complaint>")
@needs(Permission.COMPLAINTS_DECIDE)
def page(complaint: str) -> str:
    """Show one complaint with the history of its order."""
    return _page(complaint, WordsForm(formdata=None))


@blueprint.post("/<complaint>/overnemen")
@needs(Permission.COMPLAINTS_DECIDE)
def step_in(complaint: str) -> Any:
    """Take it over from buyer or member."""
    form = SeenForm()
    if not form.validate():
        return _page(complaint, WordsForm(formdata=None)), 422
    deciding.step_in(
        context.session(),
        cooperative_id=cooperative_id(),
        actor_id=who().person_id,
        public_id=complaint,
        seen=form.steps(),
        now=context.now(),
    )
    return _done(complaint, _("Je hebt het overgenomen. De koper en het lid krijgen een mail."))


@blueprint.post("/<complaint>/schrijf")
@needs(Permission.COMPLAINTS_DECIDE)
def write(complaint: str) -> Any:
    """Write to both sides."""
    return write_words(
        complaint,
        scope=deciding.of_cooperative(cooperative_id()),
        by=By.COORDINATOR,
        page=lambda form: _page(complaint, form),
        done=lambda: _done(complaint, _("Verstuurd aan de koper en het lid.")),
    )


@blueprint.route("/<complaint>/besluit", methods=["GET", "POST"])
@needs(Permission.COMPLAINTS_DECIDE, fresh=True)
def decide(complaint: str) -> Any:
    """Decide: once more, money back, or no; with a reason that both read."""
    form = DecisionForm(now=context.now())
    if not form.is_submitted():
        status = 200
    elif form.validate() and _decide(complaint, form):
        return _done(complaint, _("Je besluit is verstuurd aan de koper en het lid."))
    else:
        status = 422
    case = _case(complaint)
    if status == 200:
        _fill(form, case)
    text = render_template("complaints/decide.html", **shown(case, By.COORDINATOR), form=form)
    return text, status


def _decide(complaint: str, form: DecisionForm) -> bool:
    """Decide; where there is not so much left the sentence stands beside the amount, and it is False."""
    said = Said(
        form.text.data or "",
        cents=form.amount.data,
        on_day=form.on_day.data,
        liable=form.liable.data,
    )
    try:
        deciding.decide(
            context.session(),
            cooperative_id=cooperative_id(),
            actor_id=who().person_id,
            public_id=complaint,
            how=form.how.data,
            said=said,
            seen=form.steps(),
            now=context.now(),
        )
    except RefundTooMuch as fault:
        form.amount.errors = [sentence(fault)]
        return False
    return True


def _fill(form: DecisionForm, case: reading.Case) -> None:
    """Fill in what page and proposal know; what buyer and member agreed on stands there already."""
    form.seen.data = str(case.complaint.steps)
    if case.complaint.proposal == "part":
        form.amount.data = case.complaint.proposal_cents


def _case(complaint: str) -> reading.Case:
    return reading.one(
        context.session(),
        scope=deciding.of_cooperative(cooperative_id()),
        public_id=complaint,
        before=request.args.get("voor"),
    )


def _page(complaint: str, words_form: WordsForm) -> str:
    case, session = _case(complaint), context.session()
    steps = orderlog.of_order(session, order=case.line.order)
    return render_template(
        "complaints/desk.html",
        **shown(case, By.COORDINATOR),
        words_form=words_form,
        progress=progress,
        told=timeline.for_desk_line(steps, case.line),
        refunds=refunds.of_order(session, order_id=case.line.order_id),
    )


def _done(complaint: str, text: str) -> Any:
    return back_to("deskcomplaints.page", complaint, text)
