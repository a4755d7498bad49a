"""What tests do in a browser without JavaScript: fill in forms, read mails, sign in."""

from __future__ import annotations

import re
from html import unescape

from marketplace.gateways.passwords import hasher
from marketplace.services import mailsending
from marketplace.services.people import operators, registration
from marketplace.web import mailfiles

PASSWORD = "groene-laarzen-92"


def token_of(client, path: str) -> str:
    """Give the form's token as the page at `path` has it."""
    page = client.get(path).get_data(as_text=True)
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found, f"no form on {path}"
    return found[1]


def send(client, path: str, *, seen_at: str | None = None, **fields):
    """Fill in the form of the page at `path` (or of another page, `seen_at`) and send it."""
    return client.post(path, data={"csrf_token": token_of(client, seen_at or path), **fields})


def words(response) -> str:
    """Give the page as text, without tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.get_data(as_text=True))).split())


def mails(app):
    """Send what waits and give all mails so far, newest first."""
    from marketplace import context

    with app.app_context():
        mailsending.send_waiting(
            context.transaction,
            context.gateways().mail,
            base_url="",
            now=context.now(),
            files=mailfiles.files_of,
            links=mailfiles.links_of,
        )
        return context.gateways().mail.newest(50)


def link_in(mail, start: str) -> str:
    """Give the path in a mail that begins so."""
    found = re.search(rf"(?m)^({re.escape(start)}\S*)\r?$", mail.text)
    assert found, mail.text
    return found[1]


def add_person(app, email="anna@example.nl", name="Anna", password=PASSWORD) -> int:
    from marketplace import context

    with app.app_context(), context.transaction() as session:
        person = registration.new_person(
            session,
            name=name,
            email=email,
            locale="nl",
            now=context.now(),
            password_hash=hasher("cheap").hash(password),
        )
        session.flush()
        return person.id


def add_operator(app, email="beheer@example.nl", name="Bo") -> int:
    from marketplace import context

    with app.app_context(), context.transaction() as session:
        return operators.create_operator(
            session,
            email=email,
            name=name,
            password=PASSWORD,
            passwords=hasher("cheap"),
            now=context.now(),
        )


def sign_in(client, email="anna@example.nl", password=PASSWORD, **fields):
    return send(client, "/inloggen", email=email, password=password, **fields)
