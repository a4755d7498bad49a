"""Questions about a line of a statement: which lines there are, by when an answer comes, and what is refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from marketplace.domain.errors import Refused

ANSWER_DAYS = 5
# Not about a line that stands there, but about one that does not.
MISSING = "missing"
_SATURDAY = 5


class AlreadyAsked(Refused):
    """About this line a question is open already."""

    code = "question_open"


class AlreadyAnswered(Refused):
    """Somebody answered this question before."""

    code = "question_answered"


def codes_in(outcome: Mapping[str, Any]) -> list[str]:
    """Give the codes of all lines of a version: its steps and the lines of its assessment, by place."""
    steps = [step_code(place) for place in range(len(outcome["steps"]))]
    lines = [line_code(place) for place in range(len(outcome["assessment"]["lines"]))]
    return [*steps, *lines, MISSING]


def step_code(place: int) -> str:
    """Give the code of the step at a place (from 0)."""
    return f"step-{place}"


def line_code(place: int) -> str:
    """Give the code of the assessment's line at a place (from 0)."""
    return f"line-{place}"


def due_on(asked_on: dt.date) -> dt.date:
    """Give the last day for an answer: five working days later. Monday to Friday count, holidays too."""
    day, left = asked_on, ANSWER_DAYS
    while left:
        day += dt.timedelta(days=1)
        left -= day.weekday() < _SATURDAY
    return day


def may_ask(line: str, open_lines: Iterable[str]) -> None:
    """Refuse a second question about a line while the first waits."""
    if line in set(open_lines):
        raise AlreadyAsked


def may_answer(answered_at: dt.datetime | None) -> None:
    """Refuse a second answer."""
    if answered_at is not None:
        raise AlreadyAnswered
