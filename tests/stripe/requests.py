"""Reads a request as Stripe does, and refuses what Stripe's own published schema refuses."""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

DATA = Path(__file__).resolve().parent.parent / "data" / "stripe_schemas.json"


class Unknown(Exception):
    """No such endpoint in the published document that we extracted."""


class Wrong(Exception):
    """The schema refuses the request; the text says where."""


@functools.cache
def document() -> dict[str, Any]:
    return json.loads(DATA.read_text("utf-8"))


@functools.cache
def _endpoints() -> list[tuple[str, re.Pattern[str], str]]:
    found = []
    for name in document()["requests"]:
        verb, path = name.split(" ")
        pattern = re.compile(re.sub(r"\{\w+\}", "([^/]+)", path))
        found.append((verb, pattern, name))
    return found


def endpoint(verb: str, path: str) -> tuple[str, tuple[str, ...]]:
    """The name of the endpoint, and what stands in its path."""
    for known, pattern, name in _endpoints():
        match = pattern.fullmatch(path)
        if known == verb and match:
            return name, match.groups()
    raise Unknown(f"{verb} {path}")


def read(name: str, text: str) -> dict[str, Any]:
    """The parameters with their types; Wrong when the schema refuses them."""
    import jsonschema

    schema = document()["requests"][name]
    given = _typed(_nested(text), schema)
    fault = jsonschema.Draft4Validator(schema).iter_errors(given)
    for one in fault:
        raise Wrong(f"{'.'.join(map(str, one.absolute_path)) or 'request'}: {one.message[:200]}")
    return given


def _nested(text: str) -> dict[str, Any]:
    """a[b][0][c]=1 as dicts; lists come later, where the schema knows them."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text)):
        steps = re.findall(r"[^\[\]]+", name)
        place = found
        for step in steps[:-1]:
            place = place.setdefault(step, {})
        place[steps[-1]] = value
    return found


def _typed(value: Any, schema: dict[str, Any]) -> Any:
    """Read the text of a form as the schema's types, where it can be read so."""
    options = schema.get("anyOf")
    if options:
        fitting = [
            one
            for one in options
            if (one.get("type") in {"object", "array"}) is isinstance(value, dict)
        ]
        return _typed(value, fitting[0]) if fitting else value
    kind = schema.get("type")
    if kind == "array" and isinstance(value, dict):
        keys = sorted(value, key=lambda key: int(key) if key.isdigit() else 0)
        return [_typed(value[key], schema.get("items", {})) for key in keys]
    if kind == "object" and isinstance(value, dict):
        named = schema.get("properties", {})
        return {key: _typed(one, named.get(key, {})) for key, one in value.items()}
    if kind == "integer" and isinstance(value, str) and re.fullmatch(r"-?\d+", value):
        return int(value)
    if kind == "boolean" and value in {"true", "false"}:
        return value == "true"
    return value
