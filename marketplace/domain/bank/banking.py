"""What the bank tells: lines of a statement as plain values, and why a file of the bank is refused."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from marketplace.domain.errors import Refused

# How long an order waits for money that is sent by hand.
TRANSFER_WAIT = dt.timedelta(days=14)
LARGEST_CENTS = 99_999_999_999
MOST_LINES = 20_000


class BankFileTooLarge(Refused):
    """The file has more bytes or more lines than a statement of the bank ever has."""

    code = "bank_file_too_large"


class BankFileUnreadable(Refused):
    """The file is none of the kinds that are read here, or it is broken."""

    code = "bank_file_unreadable"


class BankFileForbidden(Refused):
    """The file carries definitions of its own (a DTD); no bank sends that."""

    code = "bank_file_forbidden"


class BankFileLineWrong(Refused):
    """One line cannot be read; `line` says which, counted from one."""

    code = "bank_file_line_wrong"


class BankFileCurrency(Refused):
    """The account is not in euros."""

    code = "bank_file_currency"


class BankFileSums(Refused):
    """Opening balance and lines do not make the closing balance: lines are missing."""

    code = "bank_file_sums"


class BankFileOfAnother(Refused):
    """The statement is of another account than the cooperative's."""

    code = "bank_file_of_another"


class NoAccountYet(Refused):
    """The cooperative has not told its own bank account yet."""

    code = "bank_no_account"


class LineIsUsed(Refused):
    """This line of the bank has its place already."""

    code = "bank_line_used"


class AmountsDiffer(Refused):
    """The amounts are not the same, so they do not belong together."""

    code = "bank_amounts_differ"


class OrderTakesNoMoney(Refused):
    """The order does not wait for money (any more): what came can be paid back."""

    code = "bank_order_takes_none"


class NoSuchSettlement(Refused):
    """The books know no payout of the provider of this amount that is still open."""

    code = "bank_no_settlement"


class WrongDirection(Refused):
    """Money that came in is no payment that we made, and the other way round."""

    code = "bank_wrong_direction"


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One line of the bank: above zero came in, below zero went out.

    `return_code` is why a payment of ours came back. It is no part of what makes a line itself.
    """

    booked_on: dt.date
    cents: int
    bank_reference: str = ""
    end_to_end: str = ""
    counter_name: str = ""
    counter_iban: str = ""
    text: str = ""
    return_code: str = ""


@dataclass(frozen=True, slots=True)
class BankStatement:
    """One statement of one account; balances where the kind of file has them."""

    iban: str
    number: str
    closed_on: dt.date
    lines: tuple[StatementLine, ...]
    opening_cents: int | None = None
    closing_cents: int | None = None


def check(statement: BankStatement) -> None:
    """Refuse a statement whose balances and lines do not add up, or that has too many lines."""
    if len(statement.lines) > MOST_LINES:
        raise BankFileTooLarge
    for number, line in enumerate(statement.lines, 1):
        if line.cents == 0 or abs(line.cents) > LARGEST_CENTS:
            raise BankFileLineWrong(line=number)
    if statement.opening_cents is None or statement.closing_cents is None:
        return
    if statement.opening_cents + sum(line.cents for line in statement.lines) != (
        statement.closing_cents
    ):
        raise BankFileSums


def fingerprints(iban: str, lines: Iterable[StatementLine]) -> list[str]:
    """Give what makes each line itself, also in another file of the same bank that overlaps this one.

    Two lines that are alike in everything are told apart by their place among those of that day.
    """
    seen: Counter[str] = Counter()
    found = []
    for line in lines:
        parts = (
            iban,
            line.booked_on.isoformat(),
            str(line.cents),
            line.bank_reference,
            line.end_to_end,
            line.counter_iban,
            line.text,
        )
        alike = "\x1f".join(parts)
        seen[alike] += 1
        found.append(hashlib.sha256(f"{alike}\x1f{seen[alike]}".encode()).hexdigest())
    return found
