"""Orders to pay (pain.001.001.09) and the bank's answer to them (pain.002)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree
from sepaxml import SepaTransfer

from marketplace.domain.bank.banking import BankFileTooLarge, BankFileUnreadable
from marketplace.gateways.bankfiles.xml import each, local, parse, text

SCHEMA = "pain.001.001.09"
LARGEST = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment: who gets how much, under which reference of ours."""

    name: str
    iban: str
    cents: int
    end_to_end: str
    text: str


def order_to_pay(
    *,
    message_id: str,
    name: str,
    iban: str,
    payments: Sequence[Payment],
    execute_on: dt.date,
    made_at: dt.datetime,
) -> bytes:
    """Give the file for the bank; the library checks it against the published schema.

    The same message id at each download, so that a bank that gets it twice knows it.
    """
    config: dict[str, Any] = {"name": name, "IBAN": iban, "batch": True, "currency": "EUR"}
    transfer = SepaTransfer(config, schema=SCHEMA, clean=True)
    for one in payments:
        transfer.add_payment(
            {
                "name": one.name,
                "IBAN": one.iban,
                "amount": one.cents,
                "execution_date": execute_on,
                "description": one.text,
                "endtoend_id": one.end_to_end,
            }
        )
    return _same_each_time(transfer.export(validate=True), message_id, made_at)


def _same_each_time(made: bytes, message_id: str, made_at: dt.datetime) -> bytes:
    """Put our own ids and moment in place of the library's random ones."""
    root = parse(made)
    for element in root.iter():
        if local(element) == "MsgId":
            element.text = message_id
        elif local(element) == "PmtInfId":
            element.text = f"{message_id}-1"
        elif local(element) == "CreDtTm":
            element.text = made_at.strftime("%Y-%m-%dT%H:%M:%S")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def read_answer(content: bytes) -> tuple[str, str, dict[str, tuple[str, str]]]:
    """Give (message id, status of the whole, (status, reason) by our reference) of a pain.002."""
    if len(content) > LARGEST:
        raise BankFileTooLarge
    root = parse(content)
    if "pain.002" not in (etree.QName(root).namespace or ""):
        raise BankFileUnreadable
    groups = each(root, "CstmrPmtStsRpt/OrgnlGrpInfAndSts")
    if len(groups) != 1:
        raise BankFileUnreadable
    whole = text(groups[0], "GrpSts", 4)
    reason = text(groups[0], "StsRsnInf/Rsn/Cd", 4)
    answers: dict[str, tuple[str, str]] = {"": (whole, reason)}
    for part in each(root, "CstmrPmtStsRpt/OrgnlPmtInfAndSts"):
        for one in each(part, "TxInfAndSts"):
            answers[text(one, "OrgnlEndToEndId", 35)] = (
                text(one, "TxSts", 4),
                text(one, "StsRsnInf/Rsn/Cd", 4),
            )
    return text(groups[0], "OrgnlMsgId", 35), whole, answers
