"""The key in an address with which a list goes on."""

from __future__ import annotations

from marketplace.domain.errors import NotFound


def page_key(text: str | None, *, largest: int) -> int | None:
    """Read the key of a page, None for the first one; anything that no page gave is NotFound."""
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= largest):
        raise NotFound
    return int(text)
