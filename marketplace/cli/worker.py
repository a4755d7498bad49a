"""The worker: sends mails and does what the clock asks. It may be killed at any moment."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext


@click.group("worker", help="Mails, sweeps and the month's end.")
def group() -> None:
    """Hold the commands of the worker."""


@group.command("tick", help="Do once what waits, and say what was done.")
@with_appcontext
def tick_once() -> None:
    """Do every step once; exit 1 when one failed."""
    from marketplace.cli import ticks

    done = ticks.tick(ticks.steps())
    for name, count in done.items():
        click.echo(f"{name}: {'failed' if count is None else count}")
    if None in done.values():
        raise SystemExit(1)


@group.command("run", help="Work until stopped: at each bell and each minute.")
@with_appcontext
def run() -> None:
    """Run huey with our tick; one fresh application context for each."""
    from marketplace import context
    from marketplace.cli import ticks
    from marketplace.gateways.jobs import HueyJobs

    jobs = context.gateways().jobs
    if not isinstance(jobs, HueyJobs):
        raise click.ClickException("this application was made without a job runner")
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 Flask's documented way

    steps = ticks.steps()

    def work() -> None:
        with app.app_context():
            ticks.tick(steps)

    click.echo("The worker runs. Stop it with Ctrl-C.")
    jobs.run(work)
