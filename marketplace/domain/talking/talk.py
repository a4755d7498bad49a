"""Who talks on a line of an order, from which side, and how much. The refusals stand here too."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import ClassVar

from marketplace.domain.errors import Refused

LONGEST_TEXT = 2000
MOST_PER_HOUR = 20
HOUR = dt.timedelta(hours=1)
BETWEEN_MAILS = dt.timedelta(minutes=30)


class Side(StrEnum):
    """From which side somebody speaks."""

    BUYER = "buyer"
    MEMBER = "member"
    COOPERATIVE = "cooperative"


class TooManyMessages(Refused):
    """Somebody wrote MOST_PER_HOUR messages within the last hour."""

    code: ClassVar[str] = "too_many_messages"


class EmptyMessage(Refused):
    """A message without words and without a photo."""

    code: ClassVar[str] = "empty_message"


class MessageTooLong(Refused):
    """A message of more than LONGEST_TEXT signs."""

    code: ClassVar[str] = "message_too_long"


def check_text(text: str, *, photo: bool) -> None:
    """Refuse a message that says nothing, or too much."""
    if not text and not photo:
        raise EmptyMessage
    if len(text) > LONGEST_TEXT:
        raise MessageTooLong(most=LONGEST_TEXT)


def check_pace(written: int) -> None:
    """Refuse one message more for who wrote this many in the last hour."""
    if written >= MOST_PER_HOUR:
        raise TooManyMessages(most=MOST_PER_HOUR)


def mail_due(last: dt.datetime | None, now: dt.datetime) -> dt.datetime | None:
    """Say when the next mail about a talk may leave; None where one is waiting already.

    `last` is when the previous one left, or will leave. So every message is told about, and
    nobody gets more than one mail per talk in half an hour.
    """
    if last is None:
        return now
    if last > now:
        return None
    return max(now, last + BETWEEN_MAILS)
