"""A link to pay says what it said when it was signed, or nothing at all."""

from __future__ import annotations

import datetime as dt

import pytest
from itsdangerous import Signer, URLSafeSerializer

from marketplace.gateways.paylinks import PayLink, PayLinks

SECRET = "only-for-tests-only-for-tests-only"
UNTIL = dt.datetime(2026, 1, 29, 10, 0, 0, 999_999, tzinfo=dt.UTC)
LINK = PayLink("order-id_of_16ch", "buyer-id_of_16ch", UNTIL)
LINKS = PayLinks(SECRET)
TOKEN = LINKS.make(LINK)


def test_a_link_is_read_as_it_was_made_and_never_lasts_longer():
    read = LINKS.read(TOKEN)
    assert (read.order, read.buyer) == (LINK.order, LINK.buyer)
    assert UNTIL - dt.timedelta(seconds=1) < read.until <= UNTIL


def test_the_same_link_has_the_same_token_and_every_other_link_another():
    others = [
        PayLink("order-id_of_17ch", LINK.buyer, UNTIL),
        PayLink(LINK.order, "buyer-id_of_17ch", UNTIL),
        PayLink(LINK.order, LINK.buyer, UNTIL + dt.timedelta(seconds=1)),
    ]
    assert LINKS.make(LINK) == TOKEN
    assert len({TOKEN, *map(LINKS.make, others)}) == 4


def test_no_sign_of_a_token_can_be_changed():
    # The last sign of 32 bytes in base64 carries two bits that say nothing.
    for at, sign in enumerate(TOKEN[:-1]):
        changed = TOKEN[:at] + ("A" if sign != "A" else "B") + TOKEN[at + 1 :]
        assert LINKS.read(changed) is None, at


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "x",
        TOKEN[:-2],
        TOKEN + "x",
        TOKEN.rpartition(".")[0],
        "é.ü.1.ø",
        "a.b.c.d",
        "." * 9,
    ],
)
def test_nonsense_is_nobodys_link(token):
    assert LINKS.read(token) is None


def test_another_house_and_another_purpose_sign_in_vain():
    said = TOKEN.rpartition(".")[0]
    assert PayLinks("another-secret-another-secret-another").read(TOKEN) is None
    assert LINKS.read(Signer(SECRET).sign(said).decode()) is None
    assert LINKS.read(URLSafeSerializer(SECRET, salt="cookie-session").dumps(said)) is None
