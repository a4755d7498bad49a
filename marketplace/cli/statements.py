"""flask --app wsgi statements close --month 2026-01: make the statements of a month that ended."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup

group = AppGroup("statements", help="Monthly statements.")


@group.command("close", help="Make the statements of a month that ended; those that stand stay.")
@click.option("--month", "text", required=True, help="The month, as 2026-01.")
def close(text: str) -> None:
    """Close one month in batches; may be stopped and started again. Exit 1 when somebody was refused."""
    from marketplace import context
    from marketplace.domain.calendar import Month
    from marketplace.services.months import monthend

    try:
        month = Month.parse(text)
    except ValueError as fault:
        raise click.BadParameter(str(fault), param_hint="--month") from fault
    made, refused, cursor = 0, 0, None
    with context.transaction() as session:
        left = monthend.left(session, month=month)
    seen = sys.stderr.isatty()
    with click.progressbar(length=left, label=str(month), file=sys.stderr, hidden=not seen) as bar:
        while True:
            try:
                with context.transaction() as session:
                    done = monthend.close(session, month=month, now=context.now(), cursor=cursor)
            except monthend.MonthNotOver as fault:
                raise click.ClickException(f"{month} has not ended yet") from fault
            made, refused, cursor = made + done.made, refused + len(done.refused), done.cursor
            for reference, code in done.refused:
                click.echo(f"{reference}: {code}", err=True)
            if cursor is None:
                break
            bar.update(done.made + len(done.refused))
            if not seen and made + refused < left:
                click.echo(f"{month}: {made + refused} of {left}", err=True)
    click.echo(f"{month}: {made} statements made, {refused} refused")
    if refused:
        raise SystemExit(1)
