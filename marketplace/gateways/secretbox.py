"""Keeps account numbers unreadable in the database: encrypted with the newest key, read with any."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class WrongKey(Exception):
    """What is kept cannot be read with the keys of this installation."""


class SecretBox:
    """Seals short texts. The first key seals; the older ones still open."""

    def __init__(self, keys: list[str]) -> None:
        self._box = MultiFernet([Fernet(_key(one)) for one in keys])

    def seal(self, text: str) -> str:
        """Give the sealed text; nothing stays nothing."""
        return self._box.encrypt(text.encode()).decode() if text else ""

    def open(self, sealed: str | None) -> str:
        """Give the text again; raises WrongKey."""
        if not sealed:
            return ""
        try:
            return self._box.decrypt(sealed.encode()).decode()
        except InvalidToken as fault:
            raise WrongKey from fault


def _key(secret: str) -> bytes:
    """Fernet wants 32 bytes; a secret is any long text."""
    return base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest())
