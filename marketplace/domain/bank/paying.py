"""Payments that we send: what each kind pays, how their batch is named, and why something is refused."""

from __future__ import annotations

import datetime as dt
import re

from marketplace.domain.errors import Refused

# The account that falls when the bank carried a payment out, by its kind.
PAYS = {
    "earnings": "payable_to_member",
    "receipts": "receipts_payable",
    "surplus": "unmatched_receipts",
    "refund": "refunds_payable",
    "supplier": "payable_to_supplier",
    "municipality": "payable_to_municipality",
}
# How it is booked, where it has no row of its own beside the payment.
BOOKED_AS = {
    "surplus": "surplus_repaid",
    "refund": "refund_settled",
    "supplier": "supplier_paid",
    "municipality": "municipality_paid",
}
ACTIVE = ("waiting", "sent", "accepted")
ON_THE_WAY = ("sent", "accepted")
# The bank's words for an account that cannot take the money: another one is asked for.
ACCOUNT_FAULTS = frozenset({"AC01", "AC03", "AC04", "AC06", "AC07", "AC13", "AC14", "BE04", "MD07"})
_BATCH = re.compile(r"SM\d{8}-(\d{1,18})(?:-1)?")


def message_id(batch_id: int, proposed_on: dt.date) -> str:
    """Give a batch's name at the bank: letters and digits that SEPA knows."""
    return f"SM{proposed_on:%Y%m%d}-{batch_id}"


def batch_in(reference: str) -> int | None:
    """Give the id of the batch that a reference of the bank names, or None."""
    found = _BATCH.fullmatch(reference)
    return int(found[1]) if found else None


class NothingProposed(Refused):
    """No payment was chosen, or what was chosen is not payable any more."""

    code = "batch_nothing"


class AccountMissing(Refused):
    """Somebody in the proposal has no account number yet."""

    code = "batch_account_missing"


class SecondPersonNeeded(Refused):
    """Who proposed may not release."""

    code = "batch_second_person"


class BatchStepNotAllowed(Refused):
    """The batch does not stand where this step begins (any more)."""

    code = "batch_step_not_allowed"


class SharePending(Refused):
    """What a member would get is pending again: the payment of her work is disputed."""

    code = "batch_share_pending"


class WrongIban(Refused):
    """The account number does not exist."""

    code = "batch_wrong_iban"


class AnswerOfAnother(Refused):
    """The bank's answer is about another batch."""

    code = "batch_answer_of_another"


class RefundUnderWay(Refused):
    """This money is on its way to the buyer already."""

    code = "refund_under_way"


class NotEnoughCash(Refused):
    """There is less cash in the box than has to be given."""

    code = "cash_not_enough"
