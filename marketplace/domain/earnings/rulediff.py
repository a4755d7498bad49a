"""What two rulebooks say differently: values with the days between which they differ, and provisions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from marketplace.domain.earnings.rulebook import Parameter, Rulebook

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ValueChange:
    """A stretch in which a value differs; both days inclusive, `until` None: open; no value is None."""

    id: str
    since: dt.date
    until: dt.date | None
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A field of a provision or a pending law that differs; one that is not there is None."""

    id: str
    field: str
    before: str | None
    after: str | None


def value_changes(old: Rulebook, new: Rulebook) -> list[ValueChange]:
    """Give every stretch in which a parameter has another value, by id and day."""
    return [
        change
        for key in sorted({*old.parameters, *new.parameters})
        for change in _stretches(key, old.parameters.get(key), new.parameters.get(key))
    ]


def rule_changes(old: Rulebook, new: Rulebook) -> list[RuleChange]:
    """Give every field of a provision or pending law that differs, by id and field."""
    before = {**_provisions(old.rules), **_provisions(old.pending)}
    after = {**_provisions(new.rules), **_provisions(new.pending)}
    return [
        RuleChange(key, name, was.get(name), becomes.get(name))
        for key in sorted({*before, *after})
        for was, becomes in [(before.get(key, {}), after.get(key, {}))]
        for name in sorted({*was, *becomes})
        if was.get(name) != becomes.get(name)
    ]


def _stretches(key: str, old: Parameter | None, new: Parameter | None) -> Iterator[ValueChange]:
    """Go through the days on which either begins or ends, and join what differs in the same way."""
    days = sorted({*_boundaries(old), *_boundaries(new)})
    open_change: ValueChange | None = None
    for since, following in zip(days, [*days[1:], None], strict=True):
        until = None if following is None else following - ONE_DAY
        before, after = _at(old, since), _at(new, since)
        if open_change and (open_change.before, open_change.after) == (before, after):
            open_change = ValueChange(key, open_change.since, until, before, after)
            continue
        if open_change:
            yield open_change
        open_change = None if before == after else ValueChange(key, since, until, before, after)
    if open_change:
        yield open_change


def _boundaries(parameter: Parameter | None) -> Iterator[dt.date]:
    for value in parameter.values if parameter else ():
        yield value.valid_from
        if value.valid_to is not None:
            yield value.valid_to + ONE_DAY


def _at(parameter: Parameter | None, on: dt.date) -> str | None:
    values = parameter.values if parameter else ()
    return next((one.value for one in values if one.holds_on(on)), None)


def _provisions(found: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Give the fields that are filled in, as text."""
    return {
        key: {name: str(value) for name, value in asdict(rule).items() if value not in (None, ())}
        for key, rule in found.items()
    }
