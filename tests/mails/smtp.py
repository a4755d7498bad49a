"""A mail server on a real socket: takes mails, or answers with the number that a test asks for."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Post:
    """What the server took, and what it answers: from a command ("MAIL", "RCPT", ".") to another answer."""

    port: int = 0
    taken: list[bytes] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.say("220 post.example.nl")
        while line := self.rfile.readline():
            word = line.split()[0].upper().decode() if line.split() else ""
            if word == "QUIT":
                self.say("221 bye")
                return
            if word == "DATA":
                self.say("354 go on")
                self.take()
            else:
                self.say(self.post.answers.get(word, "250 ok"))

    def take(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        answer = self.post.answers.get(".", "250 taken")
        if answer.startswith("2"):
            self.post.taken.append(b"".join(lines))
        self.say(answer)

    @property
    def post(self) -> Post:
        return self.server.post

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def open_post() -> Iterator[Post]:
    """Start a server on a free port of this machine, and stop it afterwards."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Talk) as server:
        server.daemon_threads = True
        server.post = Post(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server.post
        finally:
            server.shutdown()
            thread.join(10)
