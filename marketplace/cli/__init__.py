"""Commands: flask --app wsgi GROUP COMMAND; one file per noun."""

from __future__ import annotations

import click


def groups() -> list[click.Command]:
    """Give every group of commands."""
    from marketplace.cli import (
        demo,
        earnings,
        ledger,
        people,
        places,
        rules,
        serve,
        statements,
        worker,
    )

    return [
        demo.group,
        earnings.group,
        ledger.group,
        people.group,
        places.group,
        rules.group,
        serve.command,
        statements.group,
        worker.group,
    ]
