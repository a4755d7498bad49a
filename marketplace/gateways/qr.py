"""The code that a banking app reads (EPC QR): account, name, amount and reference, as a picture of lines."""

from __future__ import annotations

import io
from decimal import Decimal

from segno import helpers


def epc(*, name: str, iban: str, cents: int, reference: str, in_page: bool = True) -> str:
    """Give an SVG without styles of its own, five pixels a module; on paper it carries its own namespace."""
    made = helpers.make_epc_qr(
        name=name, iban=iban, amount=Decimal(cents) / 100, reference=reference
    )
    out = io.BytesIO()
    made.save(
        out,
        kind="svg",
        xmldecl=False,
        svgns=not in_page,
        scale=5,
        border=4,
        dark="#000",
        light="#fff",
        svgclass="sm-qr",
        lineclass=None,
    )
    return out.getvalue().decode()
