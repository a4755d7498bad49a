"""Jobs that a team shares, as each side sees them: the buyer one job, a member her own part of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from marketplace.domain.orders import ENDED, LineState
from marketplace.services.trade.teamwork.teamlines import may_share

_AS_ONE = frozenset({LineState.REQUESTED, LineState.ORDERED, LineState.ACCEPTED})


@dataclass(frozen=True, slots=True)
class Job:
    """One job of an order: the first line, and all lines that go on (at least the first)."""

    first: Any
    live: tuple[Any, ...]

    @property
    def together(self) -> bool:
        """Whether more than one member does it."""
        return len(self.live) > 1

    @property
    def cents(self) -> int:
        """The price of the whole job."""
        return sum(line.gross_cents for line in self.live)

    @property
    def as_one(self) -> bool:
        """Whether nobody did her part yet, so that all of it stands at the same place."""
        return all(LineState(line.state) in _AS_ONE for line in self.live)

    @property
    def head(self) -> Any:
        """The line that tells where the whole stands: one that waits for an answer before the others."""
        waiting = [line for line in self.live if line.state == LineState.REQUESTED]
        return waiting[0] if waiting else self.first


@dataclass(frozen=True, slots=True)
class Jobs:
    """The jobs of one order."""

    all: tuple[Job, ...]

    @property
    def heads(self) -> list[Any]:
        """The lines whose standing tells about the order: of a job as a whole one, else of each member."""
        return [line for line, _job in self.cards]

    @property
    def cards(self) -> list[tuple[Any, Job]]:
        """What a buyer sees as one: a job that begins, and later the part of each member."""
        return [
            (line, job)
            for job in self.all
            for line in ([job.head] if job.as_one else list(job.live))
        ]

    @property
    def lines(self) -> list[Any]:
        """All lines of all jobs."""
        return [line for job in self.all for line in job.live]


def jobs_of(lines: Sequence[Any]) -> Jobs:
    """Give the jobs of an order's lines; a part of somebody who does not take part is left out."""
    firsts = [line for line in lines if line.team_of_id is None]
    return Jobs(tuple(Job(first, _live(lines, first)) for first in firsts))


def _live(lines: Sequence[Any], first: Any) -> tuple[Any, ...]:
    parts = (line for line in lines if line.team_of_id == first.id)
    return (first, *(line for line in parts if LineState(line.state) not in ENDED))


@dataclass(frozen=True, slots=True)
class Team:
    """What a member sees of the team of her line; `fell_through`: it was tried, and nobody is left."""

    first: Any
    live: tuple[Any, ...]
    fell_through: bool
    may_share: bool

    @property
    def together(self) -> bool:
        """Whether more than one member does it."""
        return len(self.live) > 1

    @property
    def cents(self) -> int:
        """The price of the whole job."""
        return sum(line.gross_cents for line in self.live)


def of(team: Sequence[Any], line: Any) -> Team:
    """Give the team of a line (its lines, the first one first) for the member of the line."""
    live = _live(team, team[0])
    mine = line.id in {one.id for one in live}
    return Team(
        first=team[0],
        live=live if mine else (),
        fell_through=len(team) > 1 and len(live) == 1,
        may_share=may_share(line.order, team, line),
    )
