"""Reviews: the buyer writes, the member answers, the coordinator may take one out of sight."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.domain.orders import LineState
from marketplace.services.talk import reviews
from marketplace.web.forms.talk.reviews import (
    FORMER_REASON_WORDS,
    REASON_WORDS,
    SCORE_WORDS,
    HideForm,
    ReplyForm,
    ReviewForm,
)
from marketplace.web.security import cooperative_id, membership_id, needs, who

blueprint = Blueprint("reviews", __name__, url_prefix="/beoordelingen")


@blueprint.get("/bestelling/<line>")
@needs(Permission.BUY)
def line_page(line: str) -> str:
    """Show the form to a buyer, or what she wrote."""
    return _line_page(line, ReviewForm(formdata=None))


@blueprint.post("/bestelling/<line>")
@needs(Permission.BUY)
def write(line: str) -> Any:
    """Keep what the buyer says."""
    form = ReviewForm()
    if not form.validate():
        return _line_page(line, form), 422
    reviews.write(
        context.session(),
        buyer_id=who().person_id,
        line=line,
        score=int(form.score.data),
        text=form.text.data,
        now=context.now(),
    )
    context.wake_after_commit()
    flash(_("Dank je wel. Over twee dagen kan iedereen het lezen."), "ok")
    return redirect(url_for("reviews.line_page", line=line), 303)


@blueprint.get("")
@needs(Permission.WORK)
def mine() -> str:
    """Show a member what buyers said."""
    before = request.args.get("voor")
    found = reviews.of_membership(context.session(), membership_id=membership_id(), before=before)
    return _list(found, "reviews.mine", "reviews.page", before)


@blueprint.get("/beheer")
@needs(Permission.REVIEWS_MODERATE)
def queue() -> str:
    """Show a coordinator what was said in the cooperative."""
    before = request.args.get("voor")
    found = reviews.of_cooperative(
        context.session(), cooperative_id=cooperative_id(), before=before
    )
    return _list(found, "reviews.queue", "reviews.moderate", before)


@blueprint.get("/<review>")
@needs(Permission.WORK)
def page(review: str) -> str:
    """Show one review with the form to answer."""
    found = reviews.own(context.session(), membership_id=membership_id(), review=review)
    return _one(found, ReplyForm(formdata=None, data={"text": found.reply or ""}))


@blueprint.post("/<review>")
@needs(Permission.WORK)
def reply(review: str) -> Any:
    """Keep the member's answer."""
    found = reviews.own(context.session(), membership_id=membership_id(), review=review)
    form = ReplyForm()
    if not form.validate():
        return _one(found, form), 422
    reviews.reply(
        context.session(),
        membership_id=membership_id(),
        review=review,
        text=form.text.data,
        now=context.now(),
    )
    flash(_("Je antwoord staat erbij."), "ok")
    return redirect(url_for("reviews.page", review=review), 303)


@blueprint.get("/<review>/beheer")
@needs(Permission.REVIEWS_MODERATE)
def moderate(review: str) -> str:
    """Show one review with the form to take it out of sight."""
    found = reviews.led(context.session(), cooperative_id=cooperative_id(), review=review)
    return _one(found, HideForm(formdata=None))


@blueprint.post("/<review>/beheer")
@needs(Permission.REVIEWS_MODERATE)
def hide(review: str) -> Any:
    """Take a review out of sight."""
    found = reviews.led(context.session(), cooperative_id=cooperative_id(), review=review)
    form = HideForm()
    if not form.validate():
        return _one(found, form), 422
    reviews.hide(
        context.session(),
        cooperative_id=cooperative_id(),
        review=review,
        reason=form.reason.data,
        actor_id=who().person_id,
        now=context.now(),
    )
    flash(_("Niemand ziet dit nog op de markt."), "ok")
    return redirect(url_for("reviews.moderate", review=review), 303)


def _line_page(line: str, form: ReviewForm) -> str:
    found, review = reviews.of_line(context.session(), buyer_id=who().person_id, line=line)
    may = review is None and found.state == LineState.CONFIRMED
    return render_template(
        "talk/review.html", line=found, review=review, form=form if may else None, words=SCORE_WORDS
    )


def _list(found: Any, here: str, there: str, before: str | None) -> str:
    following = found[-1].public_id if len(found) == reviews.PAGE else None
    return render_template(
        "talk/reviews.html",
        reviews=found,
        here=here,
        there=there,
        before=before,
        following=following,
        words=SCORE_WORDS,
        now=context.now(),
    )


def _one(review: Any, form: ReplyForm | HideForm) -> str:
    return render_template(
        "talk/answer.html",
        review=review,
        form=form,
        hides=isinstance(form, HideForm),
        words=SCORE_WORDS,
        reasons={**REASON_WORDS, **FORMER_REASON_WORDS},
        now=context.now(),
    )
