"""Talking about a line of an order: the list, one talk, writing, and the photos."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.domain.listings import NotAPicture
from marketplace.domain.talking.talk import EmptyMessage, MessageTooLong, TooManyMessages
from marketplace.services.talk import messages
from marketplace.web.forms.talk.messages import MessageForm
from marketplace.web.messages import sentence
from marketplace.web.photos import private_photo
from marketplace.web.security import needs, who

blueprint = Blueprint("messages", __name__, url_prefix="/gesprekken")


@blueprint.get("")
@needs(Permission.TALK)
def mine() -> str:
    """Show the talks of a person, the last written first."""
    before = request.args.get("voor")
    found = messages.mine(context.session(), actor=who(), before=before)
    following = found[-1].last.public_id if len(found) == messages.PAGE else None
    return render_template("talk/mine.html", rows=found, following=following, before=before)


@blueprint.get("/<line>")
@needs(Permission.TALK)
def page(line: str) -> str:
    """Show one talk with the form to answer."""
    return _page(line, MessageForm(formdata=None))


@blueprint.post("/<line>")
@needs(Permission.TALK)
def write(line: str) -> Any:
    """Write a message; what cannot be sent stays in the form."""
    form = MessageForm()
    if not form.validate():
        return _page(line, form), 422
    try:
        messages.write(
            context.session(),
            storage=context.gateways().storage,
            actor=who(),
            line=line,
            text=form.text.data or "",
            photo=form.content(),
            now=context.now(),
        )
    except (EmptyMessage, MessageTooLong) as fault:
        form.text.errors = [sentence(fault)]
        return _page(line, form), 422
    except NotAPicture as fault:
        form.photo.errors = [sentence(fault)]
        return _page(line, form), 422
    except TooManyMessages as fault:
        form.form_errors.append(sentence(fault))
        return _page(line, form), 409
    context.wake_after_commit()
    flash(_("Je bericht is verstuurd."), "ok")
    return redirect(url_for("messages.page", line=line), 303)


@blueprint.post("/<line>/gelezen/<message>")
@needs(Permission.TALK)
def read(line: str, message: str) -> Any:
    """Remember that all was read up to this message."""
    messages.read(context.session(), actor=who(), line=line, to=message)
    return redirect(url_for("messages.page", line=line), 303)


@blueprint.get("/<line>/foto/<message>")
@needs(Permission.TALK)
def photo(line: str, message: str) -> Response:
    """Give a message's photo to who sees the talk, always as WebP."""
    name = messages.photo_of(context.session(), actor=who(), line=line, message=message)
    return private_photo(name)


def _page(line: str, form: MessageForm) -> str:
    talk = messages.one(context.session(), actor=who(), line=line, before=request.args.get("voor"))
    return render_template("talk/page.html", talk=talk, form=form, me=who().person_id)
