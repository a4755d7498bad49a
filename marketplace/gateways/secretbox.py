"""Values that nobody may read in the database: encrypted with the newest key, read with any of them."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class NoKey(RuntimeError):
    """No key opens this value: DATA_KEYS lacks the one that it was written with."""


class SecretBox:
    """Fernet (AES-128-CBC with HMAC-SHA-256) with rotating keys, the newest first."""

    def __init__(self, keys: Sequence[str]) -> None:
        boxes = [Fernet(key) for key in keys]
        self._keys = MultiFernet(boxes) if boxes else None
        self._newest = boxes[0] if boxes else None
        self._oldest = keys[-1].encode("ascii") if keys else b""

    def seal(self, text: str) -> str:
        """Encrypt a text with the newest key; nothing stays nothing. Raises NoKey where there is none."""
        if not text:
            return ""
        return self._all().encrypt(text.encode()).decode("ascii")

    def open(self, sealed: str | None) -> str:
        """Decrypt what any of the keys sealed; raises NoKey."""
        if not sealed:
            return ""
        try:
            return self._all().decrypt(sealed.encode("ascii")).decode()
        except InvalidToken as fault:
            raise NoKey from fault

    def mark(self, text: str) -> str:
        """Give a mark that is the same for the same text, and tells nothing without the key. Raises NoKey.

        Made with the oldest key, so that a new one in front leaves all marks as they are.
        """
        self._all()
        return hmac.new(self._oldest, text.encode(), hashlib.sha256).hexdigest()

    def is_newest(self, sealed: str) -> bool:
        """Tell whether the newest key sealed it; nothing needs no key."""
        if not sealed:
            return True
        if self._newest is None:
            raise NoKey
        try:
            self._newest.decrypt(sealed.encode("ascii"))
        except InvalidToken:
            return False
        return True

    def _all(self) -> MultiFernet:
        if self._keys is None:
            raise NoKey
        return self._keys
