"""The demo's mailbox: every mail that left, for everybody to read. Nowhere else than in demo mode."""

from __future__ import annotations

from flask import Blueprint, render_template

from marketplace import context
from marketplace.domain.errors import NotFound
from marketplace.gateways.mail import FileMail
from marketplace.web.security import public

blueprint = Blueprint("mailbox", __name__)
SHOWN = 50


@blueprint.get("/post")
@public
def newest() -> str:
    """Show the newest mails."""
    mail = context.gateways().mail
    if not context.settings().demo or not isinstance(mail, FileMail):
        raise NotFound
    return render_template("mailbox/newest.html", mails=mail.newest(SHOWN))
