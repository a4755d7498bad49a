"""What a month has above the norm, where the municipality takes it to the months that are left of the year."""

from __future__ import annotations

from marketplace.domain.earnings.assessment import Assessment
from marketplace.domain.earnings.case import Case

CARRIED = "carry_to_remaining_months_of_calendar_year"


def left_over(answer: Assessment, case: Case, surplus: str) -> int:
    """Give what is above the norm after the exemption, in cents, to be taken over by the next month.

    `surplus` is the municipality's choice. What was taken over before and did not fit goes on.
    """
    if surplus != CARRIED:
        return 0
    counted = answer.set_off_cents + case.carried_cents + case.other_income_cents
    return max(0, counted - answer.norm_cents)
