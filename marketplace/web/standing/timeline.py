"""The log of an order in words: what happened, who did it, when; each side reads what concerns it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.domain.orders import MOVED, PLACED, Act, By, LineState
from marketplace.web.formats import euro, moment

WORDS: dict[str, LazyString] = {
    Act.ACCEPT: _l("Ja gezegd"),
    Act.AGREE: _l("Offerte aangenomen"),
    Act.DECLINE: _l("Nee gezegd"),
    Act.CANCEL: _l("Afgezegd"),
    Act.EXPIRE: _l("De tijd was om"),
    Act.PAY: _l("Betaald"),
    Act.START: _l("Begonnen"),
    Act.DELIVER: _l("Geleverd"),
    Act.CONFIRM: _l("Bevestigd dat het klopt"),
    Act.CALL_OFF: _l("Afgezegd na de betaling"),
    Act.WITHDRAW: _l("Kon toch niet"),
    Act.ASK_AGAIN: _l("Opnieuw gevraagd, met een andere verdeling"),
    Act.DISSOLVE: _l("Doet niet meer mee"),
    Act.REFUND: _l("Geld teruggegeven"),
    Act.DISPUTE: _l("Betaling betwist bij de bank"),
    Act.DISPUTE_OVER: _l("Betwisting voorbij, de betaling blijft staan"),
    Act.DISPUTE_LOST: _l("De bank geeft het geld aan de koper"),
}
# How colleagues are asked for their part of a job, and what they say.
_SHARING = {PLACED, Act.ACCEPT, Act.DECLINE, Act.DISSOLVE}
BEGAN: dict[str, LazyString] = {
    LineState.ORDERED: _l("Besteld"),
    LineState.REQUESTED: _l("Aangevraagd"),
    LineState.OFFERED: _l("Aangeboden"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One step in words; `note` says who, and of what where there are several lines."""

    what: str
    note: str
    when: str


class Step(Protocol):
    """What this file reads of a step."""

    @property
    def act(self) -> str: ...  # noqa: D102

    @property
    def by(self) -> str: ...  # noqa: D102

    @property
    def line_id(self) -> int | None: ...  # noqa: D102

    @property
    def became(self) -> str: ...  # noqa: D102

    @property
    def cents(self) -> int | None: ...  # noqa: D102

    @property
    def at(self) -> dt.datetime: ...  # noqa: D102


def for_buyer(steps: Sequence[Step], order: Any) -> list[Told]:
    """Tell a buyer of her own order; the seller goes by the trade name."""
    sellers = {line.id: line.membership.trade_name for line in order.lines}
    shared = {line.id for line in order.lines if line.team_of_id is not None}
    steps = [one for one in steps if not _inside(one, shared)]

    def who(step: Step) -> str:
        if step.by == By.BUYER:
            return str(_("door jou"))
        name = sellers.get(step.line_id or 0) if step.by == By.MEMBER else None
        return str(_("door %(name)s", name=name)) if name else _other(step)

    return _tell(steps, order.lines, who)


def _inside(step: Step, shared: set[int]) -> bool:
    """Tell whether a step is how makers share a job: that is theirs, the buyer ordered one job."""
    return step.act == Act.ASK_AGAIN or (step.line_id in shared and step.act in _SHARING)


def for_member(steps: Sequence[Step], line: Any) -> list[Told]:
    """Tell a member of her own line."""

    def who(step: Step) -> str:
        sides = {By.MEMBER: _("door jou"), By.BUYER: _("door de koper")}
        return str(sides.get(By(step.by)) or _other(step))

    return _tell(steps, [line], who)


def for_desk(steps: Sequence[Any], order: Any) -> list[Told]:
    """Tell the cooperative, with the name of whoever made a step."""
    return _tell(steps, order.lines, _named)


def for_desk_line(steps: Iterable[Any], line: Any) -> list[Told]:
    """Tell the cooperative of one line and of the payment of its order."""
    return _tell([step for step in steps if step.line_id in {None, line.id}], [line], _named)


def _named(step: Any) -> str:
    if step.person is not None:
        return str(_("door %(name)s", name=step.person.name))
    return _other(step)


def _other(step: Step) -> str:
    """Name a side without a name."""
    sides = {
        By.BUYER: _("door de koper"),
        By.MEMBER: _("door de maker"),
        By.COORDINATOR: _("door de coöperatie"),
        By.BANK: _("door de bank gemeld"),
        By.CLOCK: _("vanzelf"),
    }
    return str(sides[By(step.by)])


def _tell(steps: Iterable[Any], lines: Sequence[Any], who: Callable[[Any], str]) -> list[Told]:
    titles = {line.id: line.title for line in lines} if len(lines) > 1 else {}
    told = []
    for step in steps:
        title = titles.get(step.line_id or 0)
        note = f"{title}, {who(step)}" if title else who(step)
        told.append(Told(_what(step), note, moment(step.at)))
    return told


def _what(step: Step) -> str:
    if step.act == PLACED:
        return str(BEGAN.get(step.became, BEGAN[LineState.ORDERED]))
    if step.act == MOVED:
        return str(_("Verzet naar %(when)s", when=moment(dt.datetime.fromisoformat(step.became))))
    words = str(WORDS[step.act])
    return f"{words}: {euro(step.cents)}" if step.cents else words
