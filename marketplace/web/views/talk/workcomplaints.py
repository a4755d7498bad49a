"""The member's pages of complaints: what waits, what a buyer says, and what she can do about it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.refunds import RefundTooMuch
from marketplace.domain.talking.complaints import By
from marketplace.services.complaints import reading, working
from marketplace.services.complaints.steps import Said
from marketplace.web.forms.talk.complaints import AnswerForm, ReactionForm, SeenForm, WordsForm
from marketplace.web.messages import sentence
from marketplace.web.security import cooperative_id, membership_id, needs, who
from marketplace.web.standing import complaining
from marketplace.web.views.talk.sides import back_to, shown, write_words

blueprint = Blueprint("workcomplaints", __name__, url_prefix="/werk/klachten")


@blueprint.get("")
@needs(Permission.WORK)
def mine() -> str:
    """Show what buyers said was not right, the newest first."""
    before = request.args.get("voor")
    found = reading.of_membership(context.session(), **_own(), before=before)
    return render_template(
        "complaints/mine.html",
        complaints=found,
        before=before,
        following=found[-1].public_id if len(found) == reading.PAGE else None,
        words=complaining,
        today=day_in_amsterdam(context.now()),
    )


@blueprint.get("/<complaint>")
@needs(Permission.WORK)
def page(complaint: str) -> str:
    """Show one complaint with what the member can do."""
    return _page(complaint)


@blueprint.post("/<complaint>")
@needs(Permission.WORK)
def answer(complaint: str) -> Any:
    """Keep the member's answer; a form with faults comes back as it was."""
    form = AnswerForm(now=context.now())
    if not form.validate():
        return _page(complaint, answer_form=form), 422
    said = Said(form.text.data or "", cents=form.amount.data, on_day=form.on_day.data)
    try:
        _answer(complaint, form.how.data, said, form.steps())
    except RefundTooMuch as fault:
        form.amount.errors = [sentence(fault)]
        return _page(complaint, answer_form=form), 422
    return _done(complaint, _("Dank je wel. Je antwoord is verstuurd."))


@blueprint.post("/<complaint>/hulp")
@needs(Permission.WORK)
def ask_help(complaint: str) -> Any:
    """Hand it to the coordinator."""
    form = SeenForm()
    if not form.validate():
        return _page(complaint), 422
    _answer(complaint, "help", Said(), form.steps())
    return _done(complaint, _("De coördinator kijkt mee. Jij hoeft nu niets te doen."))


@blueprint.post("/<complaint>/klaar")
@needs(Permission.WORK)
def redone(complaint: str) -> Any:
    """Say that it is done again."""
    form = ReactionForm()
    if not form.validate():
        return _page(complaint, redone_form=form), 422
    working.redone(
        context.session(),
        **_own(),
        person_id=who().person_id,
        public_id=complaint,
        text=form.text.data or "",
        seen=form.steps(),
        now=context.now(),
    )
    return _done(complaint, _("Goed gedaan! De koper kijkt of het nu goed is."))


@blueprint.post("/<complaint>/schrijf")
@needs(Permission.WORK)
def write(complaint: str) -> Any:
    """Add words or a photo."""
    return write_words(
        complaint,
        scope=working.about_own_work(cooperative_id(), membership_id()),
        by=By.MEMBER,
        page=lambda form: _page(complaint, words_form=form),
        done=lambda: _done(complaint, _("Het staat erbij.")),
    )


def _own() -> dict[str, int]:
    return {"cooperative_id": cooperative_id(), "membership_id": membership_id()}


def _answer(complaint: str, how: str, said: Said, seen: int) -> None:
    working.answer(
        context.session(),
        **_own(),
        person_id=who().person_id,
        public_id=complaint,
        how=how,
        said=said,
        seen=seen,
        now=context.now(),
    )


def _case(complaint: str) -> reading.Case:
    return reading.one(
        context.session(),
        scope=working.about_own_work(cooperative_id(), membership_id()),
        public_id=complaint,
        before=request.args.get("voor"),
    )


def _page(
    complaint: str,
    *,
    answer_form: AnswerForm | None = None,
    redone_form: ReactionForm | None = None,
    words_form: WordsForm | None = None,
) -> str:
    case = _case(complaint)
    empty = {"formdata": None, "data": {"seen": str(case.complaint.steps)}}
    return render_template(
        "complaints/work.html",
        **shown(case, By.MEMBER),
        answer_form=answer_form or AnswerForm(now=context.now(), **empty),
        redone_form=redone_form or ReactionForm(**empty),
        words_form=words_form or WordsForm(formdata=None),
    )


def _done(complaint: str, text: str) -> Any:
    return back_to("workcomplaints.page", complaint, text)
