"""A statement: its states, what freezes it, and the difference that a later booking makes."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from marketplace.domain.calendar import Month, day_in_amsterdam
from marketplace.domain.errors import Refused

STATES = ("ready", "confirmed", "signed_off")
DUE_DAY = 10
REMIND_DAYS = 3


class AlreadyConfirmed(Refused):
    """The member confirmed this statement before; it stands as it was sent."""

    code = "statement_already_confirmed"


class Changed(Refused):
    """The month was computed anew since the page was opened; look again, then confirm."""

    code = "statement_changed"


class NotConfirmed(Refused):
    """The member has not confirmed this statement, so there is nothing to sign off."""

    code = "statement_not_confirmed"


class AlreadySignedOff(Refused):
    """The municipality signed this statement off before."""

    code = "statement_already_signed_off"


class PeriodRuns(Refused):
    """The municipality asks per quarter or year, and this one has not ended: the figures are provisional."""

    code = "statement_period_runs"


def may_confirm(state: str, *, newest: int, seen: int, runs: bool = False) -> None:
    """Refuse to confirm what is confirmed, what the member did not see, and what is sent with later months."""
    if state == "ready" and runs:
        raise PeriodRuns
    if state != "ready":
        raise AlreadyConfirmed
    if newest != seen:
        raise Changed


def may_sign_off(state: str) -> None:
    """Refuse to sign off what the member did not confirm, or what was signed off."""
    if state == "ready":
        raise NotConfirmed
    if state == "signed_off":
        raise AlreadySignedOff


MONTHS_OF = {"monthly": 1, "quarterly": 3, "yearly": 12}


@lru_cache(maxsize=64)
def due_on(month: Month, frequency: str = "monthly") -> dt.date:
    """Give the last day for confirming: the tenth after the month, quarter or year, as the municipality asks."""
    length = MONTHS_OF[frequency]
    last = month.shift(length - 1 - (month.number - 1) % length)
    return last.shift(1).first.replace(day=DUE_DAY)


def sent_from(month: Month, due: dt.date, today: dt.date) -> dt.date | None:
    """Give the day from which a month is sent with the others of its quarter or year; None when it is now."""
    first = due.replace(day=1)
    return first if today < first and not closes_period(month, due) else None


def closes_period(month: Month, due: dt.date) -> bool:
    """Tell whether a month is the last of the period that is sent by a day."""
    return month == Month.of(due).shift(-1)


def is_nil(inputs: Mapping[str, Any], outcome: Mapping[str, Any]) -> bool:
    """Tell whether nothing was earned or spent in the month and nothing is corrected."""
    nothing = not inputs["jobs"] and not inputs["costs"]
    return nothing and not outcome["corrections"]


def path_of(public_id: str, *, nil: bool) -> str:
    """Give the page that a mail leads to: all lines, or for a nil month one button."""
    return f"/werk/opgaven/{public_id}/niets" if nil else f"/werk/opgaven/{public_id}"


def hours_of(quarters: int | None) -> str:
    """Write quarters of an hour as hours with a comma, as Dutch spreadsheets read them; "" for not told."""
    return "" if quarters is None else f"{quarters / 4:.2f}".replace(".", ",")


def may_change_hours(state: str) -> None:
    """Refuse other hours once the member confirmed."""
    if state != "ready":
        raise AlreadyConfirmed


def has_ended(month: Month, now: dt.datetime) -> bool:
    """Tell whether a month is over in Amsterdam."""
    return day_in_amsterdam(now) > month.last


def canonical(value: Any) -> str:
    """Write plain JSON values in one way only: keys sorted, no spaces, letters as they are."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(
    inputs: Mapping[str, Any],
    outcome: Mapping[str, Any],
    rules_hash: str,
    worked_quarters: int | None = None,
) -> str:
    """Give the SHA-256 over all that a statement says; the proof that it stands as it was sent.

    Hours (in quarters) count when the member gave them.
    """
    whole: dict[str, Any] = {"inputs": inputs, "outcome": outcome, "rules_hash": rules_hash}
    if worked_quarters is not None:
        whole["worked_quarters"] = worked_quarters
    return hashlib.sha256(canonical(whole).encode()).hexdigest()


# What a correction tells: figures of the outcome, in cents.
COMPARED = (
    "turnover_cents",
    "income_cents",
    "exempt_cents",
    "set_off_cents",
    "benefit_cents",
    "premium_cents",
    "municipality_cents",
    "member_cents",
)


@dataclass(frozen=True, slots=True)
class Correction:
    """The difference between what a month said and what it says now, in cents by figure."""

    month: str
    from_version: int
    to_version: int
    reason: str
    differences: Mapping[str, int]

    def as_dict(self) -> dict[str, Any]:
        """Give it as plain JSON values."""
        return {
            "month": self.month,
            "from_version": self.from_version,
            "to_version": self.to_version,
            "reason": self.reason,
            "differences": dict(self.differences),
        }


def difference(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    """Give each compared figure's change; what did not change is left out."""
    # A version from before premiums were kept has no figure for it: then there was none.
    changes = {name: after.get(name, 0) - before.get(name, 0) for name in COMPARED}
    return {name: cents for name, cents in changes.items() if cents}
