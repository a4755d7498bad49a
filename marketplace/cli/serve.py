"""The whole house in one command: migrated, in demo mode filled, with its worker and its web server."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from types import FrameType

import click
from flask.cli import with_appcontext

from marketplace.settings import ROOT

PATIENCE = 10.0


@click.command("serve", help="Start the market here: database, worker and web server.")
@with_appcontext
def command() -> None:
    """Prepare and run until stopped; exit 1 when the port is taken or a part dies."""
    from marketplace import context
    from marketplace.gateways import schema

    settings = context.settings()
    _need_port(settings.port)
    schema.upgrade(settings.database)
    if settings.demo:
        _fill()
    click.echo(f"\nScharrelmarkt: {settings.base_url}")
    click.echo("Stop with Ctrl-C.\n")
    raise SystemExit(_run(_parts(settings.port)))


def _need_port(port: int) -> None:
    """Say in one sentence that a port is taken, and what to do."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            click.echo(
                f"Port {port} is taken by another program: choose another one, for example"
                f" PORT={port % 65535 + 1} make run.",
                err=True,
            )
            raise SystemExit(1) from None


def _fill() -> None:
    """Load the demo into an empty database, and say who can sign in."""
    from marketplace.cli import demo

    demo.load_if_empty()
    click.echo("Inloggen in de demo:")
    demo.print_signins()


def _parts(port: int) -> list[list[str]]:
    """Give the commands of the children: the worker and gunicorn, both of this Python."""
    flask = [sys.executable, "-m", "flask", "--app", "wsgi", "worker", "run"]
    gunicorn = [sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{port}"]
    threads = ["--worker-class", "gthread", "--workers", "2", "--threads", "4"]
    quiet = ["--log-level", "warning", "--graceful-timeout", "5", "--no-control-socket"]
    return [flask, gunicorn + threads + quiet]


def _run(commands: list[list[str]]) -> int:
    """Run the children until a signal comes or one of them dies, then end them all."""
    stopping = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    # A session of their own: Ctrl-C in the terminal reaches us alone, and we end them in order.
    children = [
        subprocess.Popen(command, cwd=ROOT, start_new_session=True)  # noqa: S603 our own commands # nosec B603
        for command in commands
    ]
    while not stopping and all(child.poll() is None for child in children):
        time.sleep(0.2)
    _end(children)
    if stopping:
        return 0
    click.echo("A part of the market stopped, so the rest stops too.", err=True)
    return 1


def _end(children: list[subprocess.Popen[bytes]]) -> None:
    """Ask each child to end; who does not within PATIENCE seconds is ended."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + PATIENCE
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
