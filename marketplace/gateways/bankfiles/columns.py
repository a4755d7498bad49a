"""CSV as two Dutch banks write it: ING and Rabobank, told apart by the names of their columns."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re

from marketplace.domain.bank.banking import (
    BankFileCurrency,
    BankFileLineWrong,
    BankFileUnreadable,
    BankStatement,
    StatementLine,
)

_ING = {"Datum", "Naam / Omschrijving", "Rekening", "Tegenrekening", "Af Bij", "Bedrag (EUR)"}
_RABO = {"IBAN/BBAN", "Munt", "Volgnr", "Datum", "Bedrag", "Tegenrekening IBAN/BBAN"}
_AMOUNT = re.compile(r"([+-]?)(\d{1,10}),(\d{2})")
Row = dict[str, str]


def read(content: bytes) -> list[BankStatement]:
    """Give one statement for each account in the file; a CSV carries no balances that are used."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise BankFileUnreadable from fault
    head = text.partition("\n")[0]
    reader = csv.DictReader(
        io.StringIO(text), delimiter=";" if head.count(";") > head.count(",") else ",", strict=True
    )
    try:
        names = set(reader.fieldnames or ())
    except csv.Error as fault:
        raise BankFileUnreadable from fault
    if not (names >= _ING or names >= _RABO):
        raise BankFileUnreadable
    take = _ing if names >= _ING else _rabobank
    lines: dict[str, list[StatementLine]] = {}
    try:
        for number, row in enumerate(reader, 1):
            iban, line = _taken(take, row, number)
            lines.setdefault(iban, []).append(line)
    except csv.Error as fault:
        raise BankFileUnreadable from fault
    return [
        BankStatement(iban, "csv", max(one.booked_on for one in found), tuple(found))
        for iban, found in lines.items()
    ]


def _taken(take: object, row: Row, number: int) -> tuple[str, StatementLine]:
    if None in row or None in row.values() or not callable(take):
        raise BankFileLineWrong(line=number)
    try:
        found: tuple[str, StatementLine] = take(row)
    except ValueError as fault:
        raise BankFileLineWrong(line=number) from fault
    return found


def _ing(row: Row) -> tuple[str, StatementLine]:
    side = {"Af": -1, "Bij": 1}.get(row["Af Bij"])
    if side is None:
        raise ValueError("money goes out (Af) or comes in (Bij)")
    day = row["Datum"].replace("-", "")
    return row["Rekening"].replace(" ", ""), StatementLine(
        booked_on=dt.date(int(day[:4]), int(day[4:6]), int(day[6:])),
        cents=side * _cents(row["Bedrag (EUR)"]),
        counter_name=row["Naam / Omschrijving"][:140],
        counter_iban=row["Tegenrekening"].replace(" ", "")[:34],
        end_to_end=_after("Kenmerk: ", row.get("Mededelingen") or ""),
        text=(row.get("Mededelingen") or "")[:500],
    )


def _rabobank(row: Row) -> tuple[str, StatementLine]:
    if row["Munt"] != "EUR":
        raise BankFileCurrency
    texts = (
        row.get(name) or "" for name in ("Betalingskenmerk", "Omschrijving-1", "Omschrijving-2")
    )
    return row["IBAN/BBAN"].replace(" ", ""), StatementLine(
        booked_on=dt.date.fromisoformat(row["Datum"]),
        cents=_cents(row["Bedrag"]),
        bank_reference=row["Volgnr"][:35],
        end_to_end=(row.get("Transactiereferentie") or "")[:35],
        counter_name=(row.get("Naam tegenpartij") or "")[:140],
        counter_iban=row["Tegenrekening IBAN/BBAN"].replace(" ", "")[:34],
        text=" ".join(one for one in texts if one)[:500],
    )


def _after(mark: str, text: str) -> str:
    found = re.search(rf"{mark}(\S+)", text)
    return found[1][:35] if found else ""


def _cents(typed: str) -> int:
    match = _AMOUNT.fullmatch(typed.strip())
    if match is None:
        raise ValueError("an amount has a comma and two decimals")
    cents = int(match[2]) * 100 + int(match[3])
    return -cents if match[1] == "-" else cents
