"""The operator's list of mails: what left, what waits, what failed, and trying again."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.services import maillog
from marketplace.web.messages import sentence
from marketplace.web.messages.mails import MAIL_STATES, MAIL_WORDS
from marketplace.web.paging import page_key
from marketplace.web.security import needs, who

blueprint = Blueprint("maillog", __name__, url_prefix="/beheer/post")
LARGEST_KEY = 2**62


@blueprint.get("")
@needs(Permission.OPERATE)
def browse() -> str:
    """Show mails, newest first, all or those of one state."""
    which = request.args.get("stand", "")
    before = page_key(request.args.get("voor"), largest=LARGEST_KEY)
    found = maillog.page(context.session(), state=which, before=before)
    return render_template(
        "operator/mails.html",
        page=found,
        which=which if which in maillog.STATES else "",
        before=before,
        states=MAIL_STATES,
        words=MAIL_WORDS,
    )


@blueprint.post("/<mail>/opnieuw")
@needs(Permission.OPERATE, fresh=True)
def again(mail: str) -> Any:
    """Let a mail that failed be sent again."""
    try:
        done = maillog.try_again(
            context.session(), public_id=mail, by_id=who().person_id, now=context.now()
        )
    except maillog.MailTooOld as fault:
        flash(sentence(fault), "error")
        return redirect(url_for("maillog.browse", stand="failed"), 303)
    context.wake_after_commit()
    if done:
        flash(_("De mail gaat opnieuw weg."), "ok")
    else:
        flash(_("Deze mail wacht al of is al weg."), "ok")
    return redirect(url_for("maillog.browse", stand="failed"), 303)
