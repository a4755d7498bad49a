"""Tables for a spreadsheet: semicolons as Dutch programs read them, and no cell that runs as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

# What makes a spreadsheet see a formula; a tab or line break in front would hide it.
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def cell(value: str | int) -> str | int:
    """Give a cell as it is safe: text that would be a formula gets a quote in front, numbers stay numbers."""
    if isinstance(value, str) and value.startswith(_STARTS_FORMULA):
        return f"'{value}"
    return value


def answer(rows: Iterable[Sequence[str | int]], name: str) -> Response:
    """Give rows as a CSV file in UTF-8 to be saved under a name."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    for row in rows:
        writer.writerow([cell(value) for value in row])
    response = Response(text.getvalue().encode(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
