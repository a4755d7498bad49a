"""Commands: flask --app wsgi GROUP COMMAND; one file per noun."""

from __future__ import annotations

import click


def groups() -> list[click.Command]:
    """Give every group of commands."""
    from marketplace.cli import ledger, people, places, serve, worker

    return [ledger.group, people.group, places.group, serve.command, worker.group]
