"""flask --app wsgi people: the first operator of an installation, and encrypted facts under a new key."""

from __future__ import annotations

import getpass
import sys

import click
from flask.cli import AppGroup
from flask_babel import force_locale

from marketplace import context
from marketplace.domain.errors import Refused
from marketplace.gateways.passwords import hasher
from marketplace.services import encryption
from marketplace.services.people import operators
from marketplace.web.messages import sentence

group = AppGroup("people", help="People of this installation.")


@group.command("create-operator")
@click.option("--email", required=True, help="The address to sign in with.")
@click.option("--name", required=True, help="How the operator is called.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def create_operator(email: str, name: str, password_stdin: bool) -> None:  # noqa: FBT001 click gives flags so
    """Make somebody operator; an account that exists keeps its password."""
    if "@" not in email or not 1 <= len(name.strip()) <= 80:
        click.echo("Give an e-mail address and a name of at most 80 characters.", err=True)
        sys.exit(2)
    password = (
        sys.stdin.readline().rstrip("\r\n") if password_stdin else getpass.getpass("Password: ")
    )
    try:
        with context.transaction() as session:
            operators.create_operator(
                session,
                email=email,
                name=name.strip(),
                password=password,
                passwords=hasher(context.settings().argon2_cost),
                now=context.now(),
            )
    except Refused as refusal:
        with force_locale("nl"):
            click.echo(sentence(refusal), err=True)
        sys.exit(1)
    click.echo(f"{email} is operator now and can sign in at {context.settings().base_url}/inloggen")


@group.command("encrypt-anew")
def encrypt_anew() -> None:
    """Write what is encrypted with the newest of DATA_KEYS; the older ones may go afterwards.

    Tells each batch; once the older keys are gone, run it again for the marks. Stopped half-way, a second
    run goes on where the first one was.
    """
    written, unreadable = 0, 0
    for column in encryption.columns():
        name, done, last = f"{column.table.name}.{column.name}", 0, 0
        while True:
            with context.transaction() as session:
                batch = encryption.write_anew(session, column, after=last)
            done += batch.written
            for key in batch.unreadable:
                click.echo(f"{name} of row {key}: none of DATA_KEYS opens it", err=True)
            unreadable += len(batch.unreadable)
            click.echo(f"{name}: {done} written")
            if batch.last is None:
                break
            last = batch.last
        written += done
    click.echo(f"{written} values are written with the newest key")
    if unreadable:
        click.echo(f"{unreadable} values stay as they were: keep the older keys", err=True)
        sys.exit(1)
    _mark_anew()


def _mark_anew() -> None:
    """Make the marks anew by which an encrypted number is found; they go with the oldest key."""
    for column, mark in encryption.marks():
        done = 0
        last: int | None = 0
        while last is not None:
            with context.transaction() as session:
                made, last = encryption.mark_anew(session, column, mark, after=last)
            done += made
        click.echo(f"{mark.table.name}.{mark.name}: {done} marked")
