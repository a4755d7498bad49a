"""The member's pages: what is asked of her, her answer, and what she delivered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.domain.calendar import day_in_amsterdam
from marketplace.services import workplace
from marketplace.services.doors import workorders
from marketplace.services.trade import orderlog, work
from marketplace.web import workorder
from marketplace.web.security import cooperative_id, membership_id, needs
from marketplace.web.standing import complaining, handover, progress, shared, timeline

blueprint = Blueprint("work", __name__, url_prefix="/werk/klussen")

LIST_NAMES = {
    "asked": _l("Nieuwe vragen"),
    "offered": _l("Offertes"),
    "waiting": _l("Wacht op de koper"),
    "to_do": _l("Te doen"),
    "done": _l("Klaar"),
    "off": _l("Ging niet door"),
}
OPEN = ("asked", "offered", "waiting", "to_do")  # of these it is still to come what they leave


@blueprint.get("")
@needs(Permission.WORK)
def jobs() -> str:
    """Show one list of the member's lines."""
    which = request.args.get("lijst", "asked")
    if which not in work.LISTS:
        which = "asked"
    before = request.args.get("voor")
    found = work.jobs(
        context.session(),
        cooperative_id=cooperative_id(),
        membership_id=membership_id(),
        which=which,
        before=before,
    )
    keeps = _keeps(found) if which in OPEN and found else {}
    following = found[-1].public_id if len(found) == work.PAGE else None
    return render_template(
        "work/jobs.html",
        lines=found,
        keeps=keeps,
        which=which,
        names=LIST_NAMES,
        before=before,
        following=following,
        progress=progress,
    )


@blueprint.get("/<line>")
@needs(Permission.WORK)
def page(line: str) -> str:
    """Show one line: who asks, when, where, and what it leaves."""
    seen = work.seen(
        context.session(),
        cooperative_id=cooperative_id(),
        membership_id=membership_id(),
        public_id=line,
    )
    found = seen.line
    standing = progress.standing(found, found.order)
    keep = _keeps([found])[found.id]
    return render_template(
        "work/page.html",
        line=found,
        standing=standing,
        progress=progress,
        keep=keep,
        complaint=seen.complaint,
        words=complaining,
        today=day_in_amsterdam(context.now()),
        told=timeline.for_member(orderlog.of_line(context.session(), line=found), found),
        handover=handover,
        team=shared.of(seen.team, found),
    )


def _keeps(lines: list[Any]) -> dict[int, Any]:
    """Say what each line adds on its own: "Wat houd ik over?"."""
    return workplace.keeps(
        context.session(),
        cooperative_id=cooperative_id(),
        membership_id=membership_id(),
        lines=lines,
        now=context.now(),
    )


def _take(step: Callable[..., object], line: str, **seen: Any) -> None:
    """Take one step of an own line, and wake the worker for its mails."""
    step(
        context.session(),
        cooperative_id=cooperative_id(),
        membership_id=membership_id(),
        public_id=line,
        now=context.now(),
        **seen,
    )
    context.wake_after_commit()


@blueprint.get("/<line>/werkbon.pdf")
@needs(Permission.WORK)
def paper(line: str) -> Response:
    """Give the work order of an own line, from the yes on."""
    found = workorders.of_member(
        context.session(),
        cooperative_id=cooperative_id(),
        membership_id=membership_id(),
        public_id=line,
    )
    return workorder.paper(found, now=context.now())


@blueprint.post("/<line>/ja")
@needs(Permission.WORK)
def accept(line: str) -> Any:
    """Say yes."""
    # The price that stood beside the button: a share that was made since is another question.
    _take(work.accept, line, seen_cents=request.form.get("price", type=int))
    flash(_("Je hebt ja gezegd. De koper krijgt een mail om te betalen."), "ok")
    return redirect(url_for("work.page", line=line), 303)


@blueprint.post("/<line>/nee")
@needs(Permission.WORK)
def decline(line: str) -> Any:
    """Say no, without a reason."""
    _take(work.decline, line)
    flash(_("Je hebt nee gezegd. Dat mag altijd. De koper krijgt een mail."), "ok")
    return redirect(url_for("work.jobs"), 303)


@blueprint.post("/<line>/begonnen")
@needs(Permission.WORK)
def start(line: str) -> Any:
    """Say that the work began."""
    _take(work.start, line)
    flash(_("Goed dat je begonnen bent. De koper ziet het op de bestelling."), "ok")
    return redirect(url_for("work.page", line=line), 303)


@blueprint.post("/<line>/geleverd")
@needs(Permission.WORK)
def deliver(line: str) -> Any:
    """Say that it is done; the money is divided now."""
    _take(work.deliver, line)
    flash(_("Goed gedaan! De koper krijgt de vraag of het klopt."), "ok")
    return redirect(url_for("work.page", line=line), 303)


@blueprint.post("/<line>/toch-niet")
@needs(Permission.WORK)
def withdraw(line: str) -> Any:
    """Step back from what was paid; the buyer gets all of it back."""
    _take(work.withdraw, line)
    flash(_("Het gaat niet door. De koper krijgt een mail en het geld terug."), "ok")
    return redirect(url_for("work.page", line=line), 303)
