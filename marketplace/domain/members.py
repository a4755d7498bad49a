"""Members: from trial to leaving, and the reference that stands for them in exports."""

from __future__ import annotations

from collections.abc import Mapping

from marketplace.domain.errors import Refused

STATUSES = ("invited", "trial", "member", "paused", "left")
# Who left may come back; whoever was invited comes in with the invitation.
STEPS: Mapping[str, frozenset[str]] = {
    "invited": frozenset({"trial", "left"}),
    "trial": frozenset({"member", "paused", "left"}),
    "member": frozenset({"paused", "left"}),
    "paused": frozenset({"trial", "member", "left"}),
    "left": frozenset({"trial"}),
}


class StatusStepNotAllowed(Refused):
    """From this status one does not go to that one."""

    code = "member_status_step"


class AlreadyMember(Refused):
    """Somebody with this address is a member of this cooperative already."""

    code = "member_already"


def check_step(before: str, after: str) -> None:
    """Refuse a change of status that is not in the table."""
    if after not in STEPS.get(before, frozenset()):
        raise StatusStepNotAllowed


def next_reference(prefix: str, last: str | None) -> str:
    """Give the reference after `last` ("W-0007"); it names nobody and is never used again."""
    number = int(last.rpartition("-")[2]) + 1 if last else 1
    return f"{prefix}-{number:04d}"
