"""A dispute only goes on, ends once, and each of its entries moves the money where it went."""

from __future__ import annotations

import pytest

from marketplace.domain import disputes
from marketplace.domain.disputes import OVER, DisputeState, is_news, takes_evidence
from marketplace.domain.ledger import Entry, refund_returned


@pytest.mark.parametrize(
    ("stands", "told", "news"),
    [
        ("warning", "needs_response", True),
        ("needs_response", "needs_response", True),
        ("needs_response", "warning", False),
        ("under_review", "needs_response", False),
        ("under_review", "lost", True),
        ("won", "won", True),
        ("won", "lost", False),
        ("lost", "under_review", False),
        ("warning_closed", "needs_response", False),
    ],
)
def test_a_word_that_came_late_is_no_news(stands, told, news):
    assert is_news(DisputeState(stands), DisputeState(told)) is news


def test_our_side_is_asked_for_until_it_was_handed_in():
    asked = {one for one in DisputeState if takes_evidence(one)}
    assert asked == {DisputeState.WARNING, DisputeState.NEEDS_RESPONSE}
    assert not asked & OVER


def sides(entry: Entry) -> tuple[str, str, int]:
    """Debit, credit and cents of an entry of two lines."""
    debit, credit = entry.lines
    return debit.account_code, credit.account_code, entry.total("debit")


@pytest.mark.parametrize(
    ("entry", "must"),
    [
        (disputes.held(amount_cents=5), ("dispute_held", "provider_clearing", 5)),
        (disputes.won(amount_cents=5), ("provider_clearing", "dispute_held", 5)),
        (disputes.lost(amount_cents=5), ("losses", "dispute_held", 5)),
        (
            disputes.covered(amount_cents=5, owed="refunds_payable", out_of="losses"),
            ("refunds_payable", "losses", 5),
        ),
        (disputes.fee_back(fee_cents=5), ("provider_clearing", "provider_fees", 5)),
        (
            refund_returned(amount_cents=5, into="provider_clearing"),
            ("provider_clearing", "refunds_payable", 5),
        ),
    ],
)
def test_money_goes_where_the_entry_says(entry, must):
    assert sides(entry) == must
