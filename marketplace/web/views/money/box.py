"""The box that seals account numbers, with the keys of this installation."""

from __future__ import annotations

from marketplace import context
from marketplace.gateways.secretbox import SecretBox


def secretbox() -> SecretBox:
    """Give the box of the running installation."""
    return SecretBox(context.settings().keys)
