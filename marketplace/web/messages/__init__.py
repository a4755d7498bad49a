"""Every refusal has a sentence: from the code of a refusal to words in the reader's language."""

from __future__ import annotations

from typing import Any

from flask_babel import LazyString

from marketplace.domain.errors import Forbidden, NotFound, Refused
from marketplace.web.messages import (
    asking,
    banking,
    books,
    complaints,
    doors,
    exemptions,
    house,
    listings,
    orders,
    people,
    reviews,
    rules,
    statements,
    talk,
    work,
)

SENTENCES: dict[str, LazyString] = {
    **house.SENTENCES,
    **people.SENTENCES,
    **listings.SENTENCES,
    **orders.SENTENCES,
    **asking.SENTENCES,
    **work.SENTENCES,
    **talk.SENTENCES,
    **reviews.SENTENCES,
    **complaints.SENTENCES,
    **books.SENTENCES,
    **doors.SENTENCES,
    **banking.SENTENCES,
    **statements.SENTENCES,
    **rules.SENTENCES,
    **exemptions.SENTENCES,
}


def sentence(fault: Refused | NotFound | Forbidden) -> str:
    """Give the sentence of a refusal, filled with its facts."""
    facts: dict[str, Any] = getattr(fault, "facts", {})
    text = str(SENTENCES[fault.code])
    return text % facts if facts else text
