"""Reads a statement file of any kind that is known here; what is wrong is refused before anything is kept."""

from __future__ import annotations

from marketplace.domain.bank.banking import (
    BankFileTooLarge,
    BankFileUnreadable,
    BankStatement,
    check,
)
from marketplace.gateways.bankfiles import camt, columns, swift

LARGEST = 4 * 1024 * 1024


def read(content: bytes) -> list[BankStatement]:
    """Give the statements of a file, each checked; raises a Refused that says what is wrong."""
    if len(content) > LARGEST:
        raise BankFileTooLarge
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:400]
    if not start or b"\x00" in content:
        raise BankFileUnreadable
    if start.startswith(b"<"):
        found = camt.read(content)
    elif b":20:" in start or start.startswith((b"{1:", b":940:")):
        found = swift.read(content)
    else:
        found = columns.read(content)
    if not found:
        raise BankFileUnreadable
    for statement in found:
        check(statement)
    return found
