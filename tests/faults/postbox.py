"""A mail server that takes everything and writes down what it got; now and then it hangs up after the work."""

from __future__ import annotations

import hashlib
import json
import socketserver
import sys
from email import policy
from email.parser import BytesParser
from pathlib import Path

HANGS_UP = 173  # one in so many mails is taken, and the line goes dead before the yes


class _Handler(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        self._say("220 postbox")
        for line in self.rfile:
            verb = line[:4].upper()
            if verb == b"DATA":
                self._say("354 go on")
                if not self.server.keep(self._read()):
                    return
            elif verb == b"QUIT":
                self._say("221 bye")
                return
            self._say("250 ok")

    def _read(self) -> bytes:
        taken = []
        for line in self.rfile:
            if line == b".\r\n":
                return b"".join(taken)
            taken.append(line[1:] if line.startswith(b"..") else line)
        return b""  # hung up half-way: nothing was handed over

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int, path: Path) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self._out = path.open("a", encoding="utf-8")
        self._count = 0

    def handle_error(self, request: object, client_address: object) -> None:
        """Who was killed hung up half-way: nothing was handed over."""

    def keep(self, raw: bytes) -> bool:
        """Write down who got what under which Message-ID; False when the yes is not said."""
        if not raw:
            return False
        mail = BytesParser(policy=policy.default).parsebytes(raw)
        body = mail.get_body(("plain",))
        said = f"{mail['To']}\n{mail['Subject']}\n{body.get_content() if body else ''}"
        known = {
            "id": str(mail["Message-ID"]).strip("<>").split("@")[0],
            "text": hashlib.sha256(said.encode()).hexdigest(),
            "subject": str(mail["Subject"]),
        }
        self._out.write(json.dumps(known) + "\n")
        self._out.flush()
        self._count += 1
        return self._count % HANGS_UP != 0


if __name__ == "__main__":
    _Server(int(sys.argv[1]), Path(sys.argv[2])).serve_forever(poll_interval=0.05)
