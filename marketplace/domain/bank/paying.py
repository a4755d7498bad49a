"""Payments that we send: why a proposal or a release is refused."""

from __future__ import annotations

from marketplace.domain.errors import Refused


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
