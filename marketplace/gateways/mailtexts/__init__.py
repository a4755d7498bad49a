"""Every mail has its text here: from the kind of a mail to subject and body; one file per noun."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marketplace.gateways.mailtexts import (
    asking,
    bank,
    complaints,
    doors,
    invoices,
    orders,
    people,
    statements,
    talk,
)
from marketplace.gateways.mailtexts.base import MailText, compose

TEXTS: dict[str, MailText] = {
    **asking.TEXTS,
    **bank.TEXTS,
    **complaints.TEXTS,
    **doors.TEXTS,
    **invoices.TEXTS,
    **orders.TEXTS,
    **people.TEXTS,
    **statements.TEXTS,
    **talk.TEXTS,
}


def render(kind: str, locale: str, facts: Mapping[str, Any], base_url: str) -> tuple[str, str]:
    """Give (subject, body) of a mail in the reader's language; KeyError for an unknown kind or a missing fact."""
    return compose(TEXTS[kind], locale=locale, facts=facts, base_url=base_url)
