"""Mail that leaves: a protocol, files in a folder as embedded default, SMTP as the real thing."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Protocol, cast
from urllib.parse import unquote, urlsplit


class MailAway(Exception):
    """The mail server did not take it; try again later."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail; `kind` is its type, like "text/calendar"; `says` are its parameters."""

    name: str
    kind: str
    content: bytes
    says: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail in plain text, and the same as HTML where it is given.

    `id` is our own row's id; a repeat overwrites and never doubles.
    """

    id: str
    to: str
    subject: str
    text: str
    html: str = ""
    attachments: tuple[Attachment, ...] = ()


class MailGateway(Protocol):
    """Takes a mail or raises MailAway."""

    def send(self, mail: Mail) -> None:
        """Hand one mail over."""
        ...


def as_message(mail: Mail, sender: str) -> EmailMessage:
    """Give the mail as a message with headers."""
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = sender
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Message-ID"] = f"<{mail.id}@scharrelmarkt>"
    message.set_content(mail.text)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    for one in mail.attachments:
        main, sub = one.kind.split("/", 1)
        message.add_attachment(
            one.content, maintype=main, subtype=sub, filename=one.name, params=dict(one.says)
        )
    return message


class FileMail:
    """Writes each mail as a file; the demo shows them on a page."""

    def __init__(self, folder: Path, sender: str) -> None:
        self._folder = folder
        self._sender = sender

    def send(self, mail: Mail) -> None:
        """Write one file; the name is the id, so a repeat changes nothing."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{mail.id}.eml"
        draft = path.with_suffix(".part")
        draft.write_bytes(as_message(mail, self._sender).as_bytes())
        draft.replace(path)

    def newest(self, count: int) -> list[Mail]:
        """Give the newest mails, newest first."""
        paths = sorted(self._folder.glob("*.eml"), key=lambda p: p.stat().st_mtime_ns, reverse=True)
        return [_read(path) for path in paths[:count]]


class SmtpMail:
    """Sends through the server of SMTP_URL, with TLS when the server offers it."""

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        self._host = parts.hostname or "localhost"
        self._port = parts.port or 587
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        self._sender = sender

    def send(self, mail: Mail) -> None:
        """Send one mail; any fault of the server is MailAway."""
        try:
            with smtplib.SMTP(self._host, self._port, timeout=20) as server:
                if server.has_extn("starttls"):
                    server.starttls()
                if self._user:
                    server.login(self._user, self._password)
                server.send_message(as_message(mail, self._sender))
        except (OSError, smtplib.SMTPException) as fault:
            raise MailAway(_said(fault)) from fault


def _said(fault: Exception) -> str:
    """Name a fault with the number that the server gave; never its words, for they hold addresses."""
    codes = []
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _words in fault.recipients.values()]
    elif isinstance(fault, smtplib.SMTPResponseException):
        codes = [fault.smtp_code]
    return " ".join([type(fault).__name__, *(str(code) for code in codes)])


def _read(path: Path) -> Mail:
    """Read a mail back from its file."""
    message = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
    body = message.get_body(("plain",))
    text = body.get_content() if body else ""
    files = tuple(
        Attachment(
            part.get_filename() or "",
            part.get_content_type(),
            cast("bytes", part.get_payload(decode=True)),
        )
        for part in message.iter_attachments()
    )
    return Mail(path.stem, str(message["To"]), str(message["Subject"]), text, attachments=files)
