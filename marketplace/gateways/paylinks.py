"""Links to pay without signing in: signed for one order of one buyer, until a moment; nothing is stored."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

from itsdangerous import BadSignature, Signer


@dataclass(frozen=True, slots=True)
class PayLink:
    """What a link says: the public ids of order and buyer, and until when (UTC) it lets pay."""

    order: str
    buyer: str
    until: dt.datetime


class PayLinks:
    """Makes and reads the links of one installation; its secret key signs them for this purpose only."""

    def __init__(self, secret: str) -> None:
        self._signer = Signer(
            secret, salt="pay-link", key_derivation="hmac", digest_method=hashlib.sha256
        )

    def make(self, link: PayLink) -> str:
        """Give the token of a link; the same link has the same token. Parts of a second are cut off."""
        said = f"{link.order}.{link.buyer}.{int(link.until.timestamp())}"
        return self._signer.sign(said).decode()

    def read(self, token: str) -> PayLink | None:
        """Give what a token says, also after its end; None when we did not sign it."""
        try:
            order, buyer, until = self._signer.unsign(token).decode().split(".")
        except BadSignature:
            return None
        return PayLink(order, buyer, dt.datetime.fromtimestamp(int(until), dt.UTC))
