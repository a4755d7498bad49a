"""The buyer's pages of a complaint: opening one, reading how it stands, yes or no, and taking it back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.domain.errors import Refused
from marketplace.domain.listings import NotAPicture
from marketplace.domain.refunds import RefundTooMuch
from marketplace.domain.talking.complaints import By
from marketplace.services.complaints import buying, reading
from marketplace.web.forms.talk.complaints import (
    ComplaintForm,
    ReactionForm,
    SeenForm,
    WordsForm,
)
from marketplace.web.messages import sentence
from marketplace.web.photos import private_photo
from marketplace.web.security import needs, who
from marketplace.web.views.talk.sides import back_to, shown, write_words

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
    return write_words(
        complaint,
        scope=buying.own(who().person_id),
        by=By.BUYER,
        page=lambda form: _page(complaint, form),
        done=lambda: _done(complaint, _("Het staat erbij.")),
    )


@blueprint.get("/<complaint>/foto/<event>")
@needs(Permission.TALK)
def photo(complaint: str, event: str) -> Response:
    """Give a photo to who sees the complaint, always as WebP."""
    name = reading.photo_of(context.session(), actor=who(), complaint=complaint, event=event)
    return private_photo(name)


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
    return back_to("complaints.page", complaint, text)
