"""When a review may be written, when everybody sees it, and when it is forgotten. The refusals stand here too."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from marketplace.domain.errors import Refused

SCORES = (1, 2, 3, 4, 5)
LONGEST_REVIEW = 1000
QUIET = dt.timedelta(hours=48)
KEPT = dt.timedelta(days=3 * 365)
# What everybody can see in the text itself. Whether it is true is no reason: the member answers that.
HIDE_REASONS = ("insult", "hateful", "personal", "off_topic", "advert", "on_request")


class ReviewTooEarly(Refused):
    """The line is not confirmed (yet)."""

    code: ClassVar[str] = "review_too_early"


class ReviewedAlready(Refused):
    """A line gets one review."""

    code: ClassVar[str] = "reviewed_already"


def published_at(written_at: dt.datetime) -> dt.datetime:
    """Say from when everybody sees a review: the member can answer first."""
    return written_at + QUIET


def forgotten_before(now: dt.datetime) -> dt.datetime:
    """Say before when a review must have been written to be forgotten now."""
    return now - KEPT
