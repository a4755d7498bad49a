"""A bank that somebody else wrote, listening on this machine: what we send must be good in its eyes."""

from __future__ import annotations

import json
import re
import threading
import urllib.error
import urllib.request

import mockbank
import pytest

from tests.banking.papers import OWN


class Bank:
    """A bank that somebody else wrote, listening on this machine."""

    def __init__(self, server) -> None:
        self.base = f"http://127.0.0.1:{server.server_address[1]}"

    def ask(self, method: str, path: str, body: bytes | None = None):
        return json.loads(self.read(method, path, body))

    def read(self, method: str, path: str, body: bytes | None = None) -> str:
        request = urllib.request.Request(self.base + path, data=body, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as fault:
            return fault.read().decode()

    def messages(self, kind: str) -> list[bytes]:
        found = self.ask("GET", f"/_mock/mailbox?type={kind}&leave")
        return [one["body"].encode() for one in found]

    def statements(self, *, days: int = 3) -> list[bytes]:
        """Let days pass; what the bank tells of our own account since the last time, and nobody else's."""
        self.ask("POST", f"/_mock/advance?days={days}")
        told = self.ask("GET", "/_mock/mailbox?type=camt.053")
        bodies = [one["body"] for one in told]
        return [one.encode() for one in bodies if f"<IBAN>{OWN}</IBAN>" in one.split("<Ntry>")[0]]

    def account(self, **fields) -> None:
        values = {"id": "own", "iban": OWN, "currency": "EUR", "balance": 1_000_000} | fields
        told = self.ask("POST", "/_mock/accounts", json.dumps(values).encode())
        assert told.get("iban") == OWN, told


@pytest.fixture
def bank():
    server = mockbank.make_server(
        mockbank.Config(port=0, quiet=True, timezone="UTC", clock="2026-01-15T09:00")
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Bank(server)
    server.shutdown()
    thread.join()
    server.server_close()


def as_one_sum(statement: bytes) -> bytes:
    """The same statement as a bank writes it that books a batch as one sum (BtchBookg): no details."""
    whole = statement.decode()
    debits = [one for one in re.findall(r"<Ntry>.*?</Ntry>", whole, re.DOTALL) if ">DBIT<" in one]
    if not debits:
        return statement
    cents = sum(round(float(re.search(r"<Amt[^>]*>([\d.]+)<", one)[1]) * 100) for one in debits)
    name = re.search(r"<PmtInfId>(.*?)</PmtInfId>", debits[0])[1]
    sum_of_all = re.sub(r"(<Amt[^>]*>)[\d.]+<", rf"\g<1>{cents / 100:.2f}<", debits[0], count=1)
    sum_of_all = re.sub(
        r"<NtryDtls>.*</NtryDtls>",
        f"<NtryDtls><Btch><PmtInfId>{name}</PmtInfId><NbOfTxs>{len(debits)}</NbOfTxs></Btch></NtryDtls>",
        sum_of_all,
        flags=re.DOTALL,
    )
    for one in debits[1:]:
        whole = whole.replace(one, "")
    return whole.replace(debits[0], sum_of_all).encode()
