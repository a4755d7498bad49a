"""The code that a banking app reads (EPC QR): account, name, amount and reference, as a picture of lines."""

from __future__ import annotations

import io
from decimal import Decimal

from segno import helpers


def epc(*, name: str, iban: str, cents: int, reference: str) -> str:
    """Give an SVG that stands in a page as it is: no styles of its own, five pixels a module."""
    made = helpers.make_epc_qr(
        name=name, iban=iban, amount=Decimal(cents) / 100, reference=reference
    )
    out = io.BytesIO()
    made.save(
        out,
        kind="svg",
        xmldecl=False,
        svgns=False,
        scale=5,
        border=4,
        dark="#000",
        light="#fff",
        svgclass="sm-qr",
        lineclass=None,
    )
    return out.getvalue().decode()
