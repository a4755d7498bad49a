"""Addresses inside the house. Those without a value are built once: a page holds twenty of them."""

from __future__ import annotations

from typing import Any

from flask import current_app, has_request_context, request, url_for

_KEY = "marketplace.addresses"
_AROUND = "marketplace.addresses_around"
_MARK = "0000-public-id-0000"


def address(endpoint: str, **values: Any) -> str:
    """Give what Flask's url_for gives; remembered where the endpoint alone says it."""
    if values or endpoint.startswith(".") or not has_request_context():
        return url_for(endpoint, **values)
    kept: dict[tuple[str, str], str] = current_app.extensions.setdefault(_KEY, {})
    key = (request.script_root, endpoint)
    found = kept.get(key)
    if found is None:
        found = kept[key] = url_for(endpoint)
    return found


def address_of(endpoint: str, name: str, public_id: str) -> str:
    """Give the address of one thing in a list, by its public id, which holds nothing that must be quoted."""
    kept: dict[tuple[str, str], list[str]] = current_app.extensions.setdefault(_AROUND, {})
    key = (request.script_root, endpoint)
    around = kept.get(key)
    if around is None:
        mark: dict[str, Any] = {name: _MARK}
        around = kept[key] = url_for(endpoint, **mark).split(_MARK)
    return public_id.join(around)
