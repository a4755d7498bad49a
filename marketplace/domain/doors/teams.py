"""One job of several members: shares that add up to the cent. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from marketplace.domain.errors import Refused
from marketplace.domain.money import split_by_largest_remainder

MOST_MEMBERS = 6
LARGEST_WEIGHT = 99_900


class WrongTeam(Refused):
    """A team has two to MOST_MEMBERS different members, and none of them is the buyer."""

    code = "team_wrong_members"


class SharesDoNotAddUp(Refused):
    """The amounts are not the price; `cents` is how much is missing, below zero what is too much."""

    code = "team_shares_do_not_add_up"


class ShareTooSmall(Refused):
    """Somebody would work for nothing."""

    code = "team_share_too_small"


class BeingPaid(Refused):
    """The buyer is paying the price as it stands."""

    code = "team_being_paid"


class NotToBeShared(Refused):
    """Only a service that nobody paid yet, and that is not shared already, can be shared."""

    code = "team_not_to_be_shared"


class TeamAppointment(Refused):
    """An appointment of a team is not moved by one of them alone."""

    code = "team_appointment"


def by_weight(cents: int, weights: Sequence[int]) -> list[int]:
    """Give everybody's share of a price by whole weights; the parts add up. Raises ShareTooSmall."""
    if not all(0 < weight <= LARGEST_WEIGHT for weight in weights):
        raise ShareTooSmall
    return checked(cents, split_by_largest_remainder(cents, weights))


def checked(cents: int, shares: Sequence[int]) -> list[int]:
    """Give the shares when they add up to the price and each is something.

    Raises WrongTeam, ShareTooSmall, SharesDoNotAddUp.
    """
    if not 2 <= len(shares) <= MOST_MEMBERS:
        raise WrongTeam(most=MOST_MEMBERS)
    if min(shares) <= 0:
        raise ShareTooSmall
    if sum(shares) != cents:
        raise SharesDoNotAddUp(cents=cents - sum(shares))
    return list(shares)
