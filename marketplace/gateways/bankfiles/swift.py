"""MT940: the bank's statement as SWIFT writes it, read by the mt-940 library."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import mt940

from marketplace.domain.bank.banking import (
    BankFileCurrency,
    BankFileLineWrong,
    BankFileUnreadable,
    BankStatement,
    StatementLine,
)

_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_FIELD = re.compile(r"/(EREF|IBAN|NAME|REMI|BENM|ORDP|CNTP|MARF|CSID|TRTP|BIC|EndToEndId)/")


def read(content: bytes) -> list[BankStatement]:
    """Give the statements of a file; it is plain ASCII or UTF-8."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise BankFileUnreadable from fault
    parts = re.split(r"(?m)^(?=:20:)", text.replace("\r\n", "\n"))
    return [_statement(part) for part in parts if part.startswith(":20:")]


def _statement(text: str) -> BankStatement:
    try:
        found: Any = mt940.models.Transactions(processors=None)
        found.parse(text)
    except Exception as fault:
        raise BankFileUnreadable from fault
    data = found.data
    opening, closing = data.get("final_opening_balance"), data.get("final_closing_balance")
    written = len(re.findall(r"(?m)^:61:", text))
    if opening is None or closing is None or len(found) != written:
        raise BankFileUnreadable
    iban = _IBAN.search(
        str(data.get("account_identification", "")).replace(" ", "").removesuffix("EUR")
    )
    return BankStatement(
        iban=iban.group() if iban else "",
        number=str(data.get("statement_number") or data.get("transaction_reference") or "")[:35],
        closed_on=_day(closing.date),
        lines=tuple(_line(one.data, number) for number, one in enumerate(found, 1)),
        opening_cents=_cents(opening.amount),
        closing_cents=_cents(closing.amount),
    )


def _line(data: dict[str, Any], number: int) -> StatementLine:
    try:
        details = " ".join(str(data.get("transaction_details") or "").split("\n"))
        fields = _fields(details)
        other = fields.get("CNTP", "").split("/")
        bank_reference = str(data.get("bank_reference") or "")
        iban = fields.get("IBAN") or next((one for one in other if _IBAN.fullmatch(one)), "")
        return StatementLine(
            booked_on=_day(data.get("entry_date") or data["date"]),
            cents=_cents(data["amount"]),
            bank_reference="" if bank_reference == "NONREF" else bank_reference[:35],
            end_to_end=_reference(fields),
            counter_name=(fields.get("NAME") or (other[2] if len(other) > 2 else ""))[:140],
            counter_iban=iban[:34],
            text=(fields.get("REMI") or details)[:500],
        )
    except (KeyError, ValueError, AttributeError) as fault:
        raise BankFileLineWrong(line=number) from fault


def _reference(fields: dict[str, str]) -> str:
    found = fields.get("EREF") or fields.get("EndToEndId") or ""
    return "" if found == "NOTPROVIDED" else found[:35]


def _fields(details: str) -> dict[str, str]:
    """Give the parts of the details by their marks, as Dutch banks write them: /EREF/.../REMI/..."""
    pieces = _FIELD.split(details)
    return {
        name: value.strip(" /")
        for name, value in zip(pieces[1::2], pieces[2::2], strict=True)
        if value.strip(" /")
    }


def _cents(amount: Any) -> int:
    if amount.currency not in {None, "EUR"}:
        raise BankFileCurrency
    cents = Decimal(amount.amount) * 100
    if cents != int(cents):
        raise ValueError("an amount has at most two decimals")
    return int(cents)


def _day(found: Any) -> dt.date:
    return dt.date(found.year, found.month, found.day)
