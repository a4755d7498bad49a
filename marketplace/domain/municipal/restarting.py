"""Whether the months of exemption n may begin anew with a new agreement: the municipality's choice decides."""

from __future__ import annotations

from marketplace.domain.errors import Refused

NEVER = "none"


class FewerMonths(Refused):
    """The agreement says fewer months than were counted, and here the months do not begin anew."""

    code = "agreement_months_fewer"


class RestartDecisionNeeded(Refused):
    """Where the months may begin anew, they do so by a decision of the municipality, which is named."""

    code = "agreement_restart_decision"


def check(stated: int, *, counted: int, choice: str, reference: str | None) -> bool:
    """Tell whether the months begin anew; refuse fewer months than were counted where that cannot be.

    `stated` is what the agreement says was used before it, `counted` what the statements so far gave, and
    `choice` the municipality's (`n_restart`).
    """
    if stated >= counted:
        return False
    if choice == NEVER:
        raise FewerMonths(counted=counted)
    if not reference:
        raise RestartDecisionNeeded(counted=counted)
    return True
