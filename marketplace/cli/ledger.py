"""flask --app wsgi ledger check: proves the books, or says what is wrong with them."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup

from marketplace import context

group = AppGroup("ledger", help="The books of all cooperatives.")


@group.command("check")
def check() -> None:
    """Recompute the books and compare; prints each fault and ends with 1, or says that they are clean."""
    from marketplace.services import ledgercheck

    with context.parts().database.session(writes=False) as session:
        ledgercheck.look_at_one_moment(session)
        faults = ledgercheck.check(session)
        counts = ledgercheck.counts(session)
    for fault in faults:
        click.echo(str(fault))
    if faults:
        click.echo(f"ledger check: {len(faults)} faults", err=True)
        sys.exit(1)
    click.echo(
        f"ledger check: clean; {counts.cooperatives} cooperatives, "
        f"{counts.entries} entries, {counts.postings} postings"
    )
