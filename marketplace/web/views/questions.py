"""A line that is not right: the member asks, the coordinator answers, and both see by when."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.errors import NotFound
from marketplace.domain.questions import MISSING, due_on
from marketplace.services.months import marks, questions, statements
from marketplace.web import told
from marketplace.web.formats import day
from marketplace.web.forms.statements import AnswerForm, MarkForm, QuestionForm
from marketplace.web.security import cooperative_id, membership_id, needs, who

blueprint = Blueprint("questions", __name__)


@blueprint.route("/werk/opgaven/<public_id>/vraag", methods=["GET", "POST"])
@needs(Permission.STATEMENTS_OWN)
def ask(public_id: str) -> Any:
    """Ask about one line, or about something that is missing."""
    found = statements.page_of(
        context.session(), membership_id=membership_id(), public_id=public_id
    )
    form = QuestionForm()
    line = (form.line.data if form.is_submitted() else request.args.get("regel")) or MISSING
    shown = told.line_named(found.told, line)
    if shown is None and line != MISSING:
        raise NotFound
    if not form.validate_on_submit():
        form.line.data, form.version.data = line, str(found.told.version)
        return _asking(found, form, shown), 422 if form.is_submitted() else 200
    question = questions.ask(
        context.session(),
        membership_id=membership_id(),
        public_id=public_id,
        version=_number(form.version.data),
        line=line,
        text=(form.text.data or "").strip(),
        actor_id=who().person_id,
        now=context.now(),
    )
    context.wake_after_commit()
    flash(
        _(
            "Je vraag is gesteld. Er komt een antwoord, uiterlijk %(day)s.",
            day=day(question.due_on),
        ),
        "ok",
    )
    return redirect(url_for("statements.page", public_id=public_id, _anchor="vragen"), 303)


@blueprint.post("/werk/opgaven/<public_id>/klopt")
@needs(Permission.STATEMENTS_OWN)
def mark(public_id: str) -> Any:
    """Keep that one line is right."""
    form = MarkForm()
    if not form.validate_on_submit():
        raise NotFound
    line = form.line.data or ""
    marks.mark(
        context.session(),
        membership_id=membership_id(),
        public_id=public_id,
        version=form.version.data or 0,
        line=line,
        now=context.now(),
    )
    return redirect(url_for("statements.page", public_id=public_id, _anchor=line), 303)


@blueprint.get("/balie/vragen")
@needs(Permission.QUESTIONS_ANSWER)
def queue() -> str:
    """Show the questions without an answer, oldest first."""
    after = request.args.get("na", default=0, type=int)
    waiting = questions.waiting(
        context.session(),
        cooperative_id=cooperative_id(),
        after=after if 0 <= after < 2**63 else 0,
    )
    following = waiting[-1].question.id if len(waiting) == questions.PAGE else None
    return render_template(
        "questions/queue.html", waiting=waiting, following=following, after=after, told_as=told
    )


@blueprint.route("/balie/vragen/<public_id>", methods=["GET", "POST"])
@needs(Permission.QUESTIONS_ANSWER)
def answer(public_id: str) -> Any:
    """Show one question with its line, and answer it."""
    session, tenant = context.session(), cooperative_id()
    asked = questions.get(session, cooperative_id=tenant, public_id=public_id)
    form = AnswerForm()
    if not form.validate_on_submit():
        shown = told.line_named(asked.told, asked.question.line)
        page = render_template("questions/answer.html", asked=asked, shown=shown, form=form)
        return page, 422 if form.is_submitted() else 200
    questions.answer(
        session,
        cooperative_id=tenant,
        public_id=public_id,
        text=(form.text.data or "").strip(),
        actor_id=who().person_id,
        now=context.now(),
    )
    context.wake_after_commit()
    flash(_("Je antwoord is verstuurd. Het lid krijgt een mail."), "ok")
    return redirect(url_for("questions.queue"), 303)


def _asking(found: statements.Page, form: QuestionForm, shown: told.Shown | None) -> str:
    return render_template(
        "questions/ask.html",
        statement=found.statement,
        form=form,
        shown=shown,
        municipality=found.municipality,
        due_on=due_on(day_in_amsterdam(context.now())),
    )


def _number(text: str | None) -> int:
    """The version as the form carried it; what is no number is no version."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else 0
