"""The buyer's pages of a complaint: opening one, reading how it stands, yes or no, and taking it back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.errors import Refused
from marketplace.domain.listings import NotAPicture
from marketplace.domain.refunds import RefundTooMuch
from marketplace.domain.talking.complaints import By
from marketplace.domain.talking.talk import EmptyMessage, MessageTooLong, TooManyMessages
from marketplace.services.complaints import buying, reading
from marketplace.services.complaints.steps import Who
from marketplace.web.forms.talk.complaints import (
    PROBLEM_WORDS,
    WISH_WORDS,
    ComplaintForm,
    ReactionForm,
    SeenForm,
    WordsForm,
)
from marketplace.web.messages import sentence
from marketplace.web.photos import private_photo
from marketplace.web.security import needs, who
from marketplace.web.standing import complaining

blueprint = Blueprint("complaints", __name__, url_prefix="/klachten")


@blueprint.get("/nieuw/<line>")
@needs(Permission.BUY)
def new(line: str) -> Any:
    """Show the form, or why it cannot be (any more)."""
    return _new_page(line, ComplaintForm(formdata=None))


@blueprint.post("/nieuw/<line>")
@needs(Permission.BUY)
def open_one(line: str) -> Any:
    """Open a complaint; what cannot be kept stays in the form."""
    form = ComplaintForm()
    if not form.validate():
        return _new_page(line, form), 422
    wrong = buying.Wrong(
        form.problem.data, form.text.data or "", form.wish.data, form.amount.data, form.content()
    )
    try:
        made = buying.complain(
            context.session(),
            storage=context.gateways().storage,
            buyer_id=who().person_id,
            line=line,
            wrong=wrong,
            key=form.key.data or "",
            now=context.now(),
        )
    except (NotAPicture, RefundTooMuch) as fault:
        beside = form.photo if isinstance(fault, NotAPicture) else form.amount
        beside.errors = [sentence(fault)]
        return _new_page(line, form), 422
    except Refused as fault:
        form.form_errors.append(sentence(fault))
        return _new_page(line, form), 409
    context.wake_after_commit()
    flash(_("We hebben je melding. Je krijgt een mail als er antwoord is."), "ok")
    return redirect(url_for("complaints.page", complaint=made.public_id), 303)


def _new_page(line: str, form: ComplaintForm) -> str:
    about = buying.of_line(
        context.session(), buyer_id=who().person_id, line=line, now=context.now()
    )
    return render_template("complaints/new.html", about=about, line=about.line, form=form)


@blueprint.get("/<complaint>")
@needs(Permission.BUY)
def page(complaint: str) -> str:
    """Show one complaint: who is up, what lies before the buyer, and all that was said."""
    return _page(complaint, WordsForm(formdata=None))


@blueprint.post("/<complaint>/eens")
@needs(Permission.BUY)
def agree(complaint: str) -> Any:
    """Say yes to what is proposed."""
    form = SeenForm()
    if not form.validate():
        return _page(complaint, WordsForm(formdata=None)), 422
    buying.agree(
        context.session(),
        buyer_id=who().person_id,
        public_id=complaint,
        seen=form.steps(),
        now=context.now(),
    )
    return _done(complaint, _("Fijn. We geven het door."))


@blueprint.post("/<complaint>/niet-eens")
@needs(Permission.BUY)
def disagree(complaint: str) -> Any:
    """Say no: the coordinator looks at it."""
    form = ReactionForm()
    if not form.validate():
        return _page(complaint, WordsForm(formdata=None), form), 422
    buying.disagree(
        context.session(),
        buyer_id=who().person_id,
        public_id=complaint,
        text=form.text.data or "",
        seen=form.steps(),
        now=context.now(),
    )
    return _done(complaint, _("We hebben het gehoord. De coördinator kijkt er nu naar."))


@blueprint.post("/<complaint>/terugnemen")
@needs(Permission.BUY)
def withdraw(complaint: str) -> Any:
    """Take the complaint back."""
    form = SeenForm()
    if not form.validate():
        return _page(complaint, WordsForm(formdata=None)), 422
    buying.withdraw(
        context.session(),
        buyer_id=who().person_id,
        public_id=complaint,
        seen=form.steps(),
        now=context.now(),
    )
    return _done(complaint, _("Je hebt je melding teruggenomen."))


@blueprint.post("/<complaint>/schrijf")
@needs(Permission.BUY)
def write(complaint: str) -> Any:
    """Add words or a photo."""
    form = WordsForm()
    person_id = who().person_id
    scope = buying.own(person_id)
    status = add_words(form, scope, Who(By.BUYER, person_id), complaint)
    if status:
        return _page(complaint, form), status
    return _done(complaint, _("Het staat erbij."))


@blueprint.get("/<complaint>/foto/<event>")
@needs(Permission.TALK)
def photo(complaint: str, event: str) -> Response:
    """Give a photo to who sees the complaint, always as WebP."""
    name = reading.photo_of(context.session(), actor=who(), complaint=complaint, event=event)
    return private_photo(name)


def add_words(form: WordsForm, scope: Any, writer: Who, complaint: str) -> int:
    """Write what is in the form; gives the status of a refusal, its sentence in the form, or 0."""
    if not form.validate():
        return 422
    try:
        reading.write(
            context.session(),
            storage=context.gateways().storage,
            scope=scope,
            who=writer,
            public_id=complaint,
            text=form.text.data or "",
            photo=form.content(),
            now=context.now(),
        )
    except (EmptyMessage, MessageTooLong) as fault:
        form.text.errors = [sentence(fault)]
        return 422
    except NotAPicture as fault:
        form.photo.errors = [sentence(fault)]
        return 422
    except TooManyMessages as fault:
        form.form_errors.append(sentence(fault))
        return 409
    return 0


def shown(case: reading.Case, side: str) -> dict[str, Any]:
    """Give what the pages of all three sides need."""
    return {
        "case": case,
        "complaint": case.complaint,
        "line": case.line,
        "side": side,
        "words": complaining,
        "problems": PROBLEM_WORDS,
        "wishes": WISH_WORDS,
        "today": day_in_amsterdam(context.now()),
    }


def _page(complaint: str, words_form: WordsForm, no_form: ReactionForm | None = None) -> str:
    case = reading.one(
        context.session(),
        scope=buying.own(who().person_id),
        public_id=complaint,
        before=request.args.get("voor"),
    )
    seen = str(case.complaint.steps)
    return render_template(
        "complaints/page.html",
        **shown(case, By.BUYER),
        words_form=words_form,
        no_form=no_form or ReactionForm(formdata=None, data={"seen": seen}),
    )


def _done(complaint: str, text: str) -> Any:
    context.wake_after_commit()
    flash(text, "ok")
    return redirect(url_for("complaints.page", complaint=complaint), 303)
