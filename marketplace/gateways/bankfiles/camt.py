"""camt.053: the bank's statement in XML. A booking of many payments is taken apart into its details."""

from __future__ import annotations

import datetime as dt
import re

from lxml import etree

from marketplace.domain.bank.banking import (
    BankFileCurrency,
    BankFileLineWrong,
    BankFileUnreadable,
    BankStatement,
    StatementLine,
)
from marketplace.gateways.bankfiles.xml import each, first, local, parse, text

_AMOUNT = re.compile(r"(\d{1,12})(?:\.(\d{1,2})0*)?")


def read(content: bytes) -> list[BankStatement]:
    """Give the statements of a document."""
    root = parse(content)
    if local(root) != "Document" or "camt.053" not in (etree.QName(root).namespace or ""):
        raise BankFileUnreadable
    return [_statement(one) for one in each(root, "BkToCstmrStmt/Stmt")]


def _statement(stmt: etree._Element) -> BankStatement:
    lines: list[StatementLine] = []
    for number, entry in enumerate(each(stmt, "Ntry"), 1):
        try:
            lines += _lines(entry)
        except (ValueError, TypeError) as fault:
            raise BankFileLineWrong(line=number) from fault
    balances = {text(one, "Tp/CdOrPrtry/Cd"): one for one in each(stmt, "Bal")}
    opening, closing = balances.get("OPBD", balances.get("PRCD")), balances.get("CLBD")
    try:
        closed_on = _day(closing if closing is not None else stmt, "Dt") or dt.date.fromisoformat(
            text(stmt, "CreDtTm")[:10]
        )
        return BankStatement(
            iban=text(stmt, "Acct/Id/IBAN").replace(" ", ""),
            number=text(stmt, "Id", 35),
            closed_on=closed_on,
            lines=tuple(lines),
            opening_cents=None if opening is None else _signed(opening),
            closing_cents=None if closing is None else _signed(closing),
        )
    except ValueError as fault:
        raise BankFileUnreadable from fault


def _lines(entry: etree._Element) -> list[StatementLine]:
    """Give the lines of one booking: its details where they add up to it, else the booking itself."""
    if text(entry, "Sts/Cd") not in {"", "BOOK"} and text(entry, "Sts") != "BOOK":
        return []
    total = _signed(entry)
    day = _day(entry, "BookgDt") or _day(entry, "ValDt")
    if day is None:
        raise ValueError("a booking has a day")
    details = each(entry, "NtryDtls/TxDtls")
    if len(details) > 1:
        parts = [_detail_cents(one, total) for one in details]
        if None not in parts and sum(part or 0 for part in parts) == total:
            return [
                _line(entry, one, part or 0, day) for one, part in zip(details, parts, strict=True)
            ]
    return [_line(entry, details[0] if len(details) == 1 else entry, total, day)]


def _line(entry: etree._Element, detail: etree._Element, cents: int, day: dt.date) -> StatementLine:
    """The other side is the debtor of what came in, and the creditor of what went out or came back."""
    code = text(detail, "RtrInf/Rsn/Cd", 4)
    side = "Dbtr" if cents > 0 and not code else "Cdtr"
    structured = text(detail, "RmtInf/Strd/CdtrRefInf/Ref", 35)
    free = " ".join(" ".join((one.text or "").split()) for one in each(detail, "RmtInf/Ustrd"))
    return StatementLine(
        booked_on=day,
        cents=cents,
        bank_reference=text(detail, "Refs/AcctSvcrRef", 35) or text(entry, "AcctSvcrRef", 35),
        end_to_end=_end_to_end(entry, detail),
        counter_name=text(detail, f"RltdPties/{side}/Pty/Nm")
        or text(detail, f"RltdPties/{side}/Nm"),
        counter_iban=text(detail, f"RltdPties/{side}Acct/Id/IBAN", 34).replace(" ", ""),
        text=" ".join(part for part in (structured, free) if part)[:500]
        or text(entry, "AddtlNtryInf", 500),
        return_code=code,
    )


def _end_to_end(entry: etree._Element, detail: etree._Element) -> str:
    """Give our own reference; a batch that was booked as one sum carries that of the batch."""
    found = text(detail, "Refs/EndToEndId", 35)
    if found and found != "NOTPROVIDED":
        return found
    return (
        text(entry, "NtryDtls/Btch/PmtInfId", 35)
        or text(entry, "NtryDtls/Btch/MsgId", 35)
        or text(detail, "Refs/PmtInfId", 35)
    )


def _detail_cents(detail: etree._Element, total: int) -> int | None:
    amount = first(detail, "Amt")
    if amount is None:
        amount = first(detail, "AmtDtls/TxAmt/Amt")
    if amount is None:
        return None
    cents = _cents(amount)
    return cents if total > 0 else -cents


def _signed(element: etree._Element) -> int:
    amount = first(element, "Amt")
    if amount is None:
        raise ValueError("an amount is missing")
    side = text(element, "CdtDbtInd")
    if side not in {"CRDT", "DBIT"}:
        raise ValueError("an amount says its side")
    return _cents(amount) if side == "CRDT" else -_cents(amount)


def _cents(amount: etree._Element) -> int:
    if amount.get("Ccy") != "EUR":
        raise BankFileCurrency
    match = _AMOUNT.fullmatch((amount.text or "").strip())
    if match is None:
        raise ValueError("an amount is digits and a dot")
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


def _day(element: etree._Element, path: str) -> dt.date | None:
    found = text(element, f"{path}/Dt") or text(element, f"{path}/DtTm")
    return dt.date.fromisoformat(found[:10]) if found else None
