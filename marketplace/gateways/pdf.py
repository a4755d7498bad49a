"""Accessible documents: data and a template of our own in, a tagged PDF (PDF/UA-1) out. Nothing from outside."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any, Final

import typst

from marketplace.settings import ROOT

FOLDER = ROOT / "marketplace" / "templates" / "pdf"
STANDARD: Final = "ua-1"


def render(template: str, data: Mapping[str, Any], *, made_at: dt.datetime) -> bytes:
    """Give the PDF of a template (its name without ending) filled with plain JSON values.

    The standard refuses a document without title, language or order of headings: a TypstError. The same
    data and second give the same bytes.
    """
    made = typst.compile(
        FOLDER / f"{template}.typ",
        root=FOLDER,
        font_paths=[FOLDER],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        format="pdf",
        pdf_standards=STANDARD,
        timestamp=made_at.replace(microsecond=0),  # a PDF knows whole seconds
    )
    if not isinstance(made, bytes):
        raise TypeError("a template is one document")
    return made
