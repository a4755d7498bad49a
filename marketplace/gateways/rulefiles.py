"""The rules as files: TOML read into the rulebook and the municipal profiles, once per process."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from marketplace.domain.earnings.profile import (
    MunicipalProfile,
    ProfileKey,
    build_profile,
    profile_faults,
    profile_keys,
    unsupported_in,
)
from marketplace.domain.earnings.rulebook import Rulebook

RULES = Path(__file__).parent.parent / "rules"
_LISTS = ("parameters", "rules", "pending", "identities")
_TABLES = ("meta", "sources", "profile_keys")
_MUNICIPALITY_KEYS = ("code", "name", "demo")
_MUNICIPALITY_TABLES = ("municipality", "profile", "profile_from")
LATER = "profile_from"


class RuleFileFault(Exception):
    """A rule file is wrong; the text names file, line and what is allowed. It stops the start."""


@dataclass(frozen=True, slots=True)
class Municipality:
    """One municipality's own file: its code, name, whether it is made up, and its choices.

    `later` are changes of these choices, each from the first of a month on, in order of time.
    """

    code: str
    name: str
    demo: bool
    profile: MunicipalProfile
    later: tuple[tuple[dt.date, MunicipalProfile], ...] = ()

    def on(self, day: dt.date) -> MunicipalProfile:
        """Give the choices that hold on a day."""
        begun = [profile for since, profile in self.later if since <= day]
        return begun[-1] if begun else self.profile


@cache
def load_rulebook(folder: Path = RULES) -> Rulebook:
    """Give the national rulebook; a file that cannot be read is a RuleFileFault."""
    data = _national(folder)
    try:
        return Rulebook.build(data, rules_hash=rules_hash(folder))
    except (KeyError, TypeError, ValueError) as fault:
        raise RuleFileFault(f"{folder}: a rule lacks or misspells {fault}") from fault


@cache
def load_profile_keys(folder: Path = RULES) -> dict[str, ProfileKey]:
    """Give what a municipality may choose, with defaults and allowed values."""
    return profile_keys(_national(folder)["profile_keys"])


@cache
def load_municipalities(folder: Path = RULES) -> dict[str, Municipality]:
    """Give every municipality by code; an unknown key or value is a RuleFileFault with file and line."""
    keys = load_profile_keys(folder)
    found = [
        _municipality(path, keys) for path in sorted((folder / "municipalities").glob("*.toml"))
    ]
    return {one.code: one for one in found}


@cache
def default_profile(folder: Path = RULES) -> MunicipalProfile:
    """Give the profile of a municipality that chose nothing."""
    return build_profile({}, load_profile_keys(folder))


def rules_hash(folder: Path = RULES) -> str:
    """Give the SHA-256 of the national files, one after another in name order."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.toml")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _national(folder: Path) -> dict[str, Any]:
    data: dict[str, Any] = {name: [] for name in _LISTS} | {name: {} for name in _TABLES}
    for path in sorted(folder.glob("*.toml")):
        for name, part in _read(path).items():
            if name in _LISTS:
                data[name] += part
            elif name in _TABLES:
                data[name] |= part
            else:
                raise RuleFileFault(_at(path, name, f"unknown table {name!r}", (*_LISTS, *_TABLES)))
    return data


def _municipality(path: Path, keys: Mapping[str, ProfileKey]) -> Municipality:
    data = _read(path)
    about = data.get("municipality", {})
    for table in data:
        if table not in _MUNICIPALITY_TABLES:
            raise RuleFileFault(_at(path, table, f"unknown table {table!r}", _MUNICIPALITY_TABLES))
    for name in about:
        if name not in _MUNICIPALITY_KEYS:
            raise RuleFileFault(_at(path, name, f"unknown key {name!r}", _MUNICIPALITY_KEYS))
    if about.get("code") != path.stem or not isinstance(about.get("name"), str):
        raise RuleFileFault(
            _at(path, "code", "a name and the code of the file are needed", (path.stem,))
        )
    values = data.get("profile", {})
    profile = _checked(path, values, keys)
    return Municipality(
        about["code"],
        about["name"],
        bool(about.get("demo")),
        profile,
        tuple(_later(path, values, data.get(LATER, []), keys)),
    )


def _later(
    path: Path,
    values: Mapping[str, Any],
    changes: Sequence[Mapping[str, Any]],
    keys: Mapping[str, ProfileKey],
) -> Iterator[tuple[dt.date, MunicipalProfile]]:
    """Give what each change leaves, on top of what held before it; a day out of order is a fault."""
    before = dt.date.min
    for place, change in enumerate(changes):
        since = change.get("valid_from")
        if type(since) is not dt.date or since.day != 1 or since <= before:
            what = "valid_from: the first of a month, later than the one before"
            raise RuleFileFault(_at(path, "valid_from", what, ("2027-01-01",), change=place))
        own = {name: value for name, value in change.items() if name != "valid_from"}
        profile = _checked(path, own, keys, change=place, under=values)
        before, values = since, {**values, **own}
        yield since, profile


def _checked(
    path: Path,
    values: Mapping[str, Any],
    keys: Mapping[str, ProfileKey],
    *,
    change: int | None = None,
    under: Mapping[str, Any] | None = None,
) -> MunicipalProfile:
    for fault in profile_faults(values, keys) or unsupported_in(values, keys):
        key = fault.place.rpartition(".")[2]
        what = _FAULTS[fault.code].format(place=fault.place)
        raise RuleFileFault(_at(path, key, what, fault.allowed, change=change))
    return build_profile({**(under or {}), **values}, keys)


_FAULTS = {
    "unknown_key": "unknown key '{place}'",
    "bad_value": "{place}: wrong value",
    "unsupported": "{place}: the rules know this value, but this program does not support it",
}


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise RuleFileFault(f"{path}: {fault}") from fault


def _at(
    path: Path, key: str, what: str, allowed: tuple[str, ...], *, change: int | None = None
) -> str:
    """Give file:line: what; allowed: ... The line is the first on which the key stands.

    `change` is the place of a table of later choices: the key is looked for from there on.
    """
    stands = re.compile(rf"(^|[\s{{\[.]){re.escape(key)}\s*(=|\])")
    lines = path.read_text(encoding="utf-8").splitlines()
    heads = [n for n, line in enumerate(lines, 1) if line.strip() == f"[[{LATER}]]"]
    first = 1 if change is None else heads[change]
    found = (n for n, line in enumerate(lines, 1) if n >= first and stands.search(line))
    number = next(found, first)
    return f"{path}:{number}: {what}; allowed: {', '.join(allowed)}"
