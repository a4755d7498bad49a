"""A mail as a simple page: the same words as its plain text, with every sign escaped and links to follow."""

from __future__ import annotations

import re
from html import escape

_LINK = re.compile(r"https?://[^\s<>\"']+")
_PAGE = """<!doctype html>
<html lang="{locale}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{subject}</title>
<style>body{{max-width:36rem;margin:0 auto;padding:1.5rem;font:1.0625rem/1.6 sans-serif}}</style>
</head>
<body>
{paragraphs}
</body>
</html>
"""


def page_of(subject: str, text: str, *, locale: str) -> str:
    """Give the HTML of a mail: a paragraph for each block of its text."""
    blocks = [block for block in text.strip().split("\n\n") if block.strip()]
    paragraphs = "\n".join(f"<p>{_lines(block)}</p>" for block in blocks)
    return _PAGE.format(
        locale=escape(locale, quote=True), subject=escape(subject), paragraphs=paragraphs
    )


def _lines(block: str) -> str:
    return "<br>\n".join(_linked(line) for line in block.splitlines())


def _linked(line: str) -> str:
    """Escape a line, and make its addresses links."""
    parts, at = [], 0
    for match in _LINK.finditer(line):
        address = escape(match[0], quote=True)
        parts += [escape(line[at : match.start()]), f'<a href="{address}">{address}</a>']
        at = match.end()
    return "".join([*parts, escape(line[at:])])
