"""Photos that not everybody may see: given by the view that checked who asks, always as WebP."""

from __future__ import annotations

from flask import Response

from marketplace import context
from marketplace.domain.errors import NotFound


def private_photo(name: str) -> Response:
    """Give a stored photo to show in the page; NotFound where its file is gone."""
    try:
        content = context.gateways().storage.fetch(name)
    except FileNotFoundError:
        raise NotFound from None
    answer = Response(content, mimetype="image/webp")
    answer.headers["Content-Disposition"] = "inline"
    return answer
