"""The market on loopback, for a browser: a threaded server on a database of its own, with its own day."""

from __future__ import annotations

import dataclasses
import datetime as dt
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from werkzeug.serving import make_server

from marketplace.app import create_app, embedded_gateways
from marketplace.gateways.jobs import Silent
from marketplace.settings import Settings
from tests.conftest import NOW

if TYPE_CHECKING:
    from flask import Flask


class Day:
    """A clock that stands still until a test moves it; the browser keeps the real one."""

    def __init__(self, instant: dt.datetime = NOW) -> None:
        self.instant = instant

    def __call__(self) -> dt.datetime:
        return self.instant

    def pass_by(self, **span: float) -> None:
        """Let time go by: `day.pass_by(days=3)`."""
        self.instant += dt.timedelta(**span)


@dataclasses.dataclass(frozen=True)
class Site:
    """A running market."""

    app: Flask
    day: Day
    url: str

    def at(self, path: str) -> str:
        """Give the full address of a page."""
        return self.url + path


@contextmanager
def serve(database_url: str, var_dir: Path) -> Iterator[Site]:
    """Serve a migrated database until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        url = f"http://localhost:{door.getsockname()[1]}"
        settings = Settings.for_tests(
            database_url=database_url, var_dir=var_dir, public_url=url, mode="demo"
        )
        gateways = dataclasses.replace(embedded_gateways(settings), jobs=Silent())
        day = Day()
        app = create_app(settings, gateways, day)
        server = make_server("127.0.0.1", 0, app, threaded=True, fd=door.fileno())
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield Site(app=app, day=day, url=url)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
            app.extensions["marketplace"].database.engine.dispose()
