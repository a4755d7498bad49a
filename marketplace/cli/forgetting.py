"""What the worker forgets once a day, a batch at a time: each gives how much went, 0 when nothing is left.

What is kept and for how long stands in docs/privacy.md.
"""

from __future__ import annotations

from marketplace import context
from marketplace.services import maillog
from marketplace.services.asking import forgetting
from marketplace.services.complaints import clocks
from marketplace.services.talk import reviews as written


def reviews() -> int:
    """Delete reviews that are too old."""
    with context.transaction() as session:
        return written.forget(session, now=context.parts().clock())


def complaints() -> int:
    """Delete complaints that were closed long ago, with their photos."""
    storage = context.gateways().storage
    with context.transaction() as session:
        return clocks.forget(session, storage=storage, now=context.parts().clock())


def requests() -> int:
    """Delete what buyers asked for and what is long over, with photos and the texts of its offers."""
    storage, kept_days = context.gateways().storage, context.settings().requests_kept_days
    with context.transaction() as session:
        return forgetting.forget(
            session, storage=storage, kept_days=kept_days, now=context.parts().clock()
        )


def mails() -> int:
    """Forget what is not needed any more of mails that left or failed."""
    with context.transaction() as session:
        return maillog.forget(session, now=context.parts().clock())
