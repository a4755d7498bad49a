"""A PostgreSQL of the drill's own, as safe as it comes, that can be stopped in `immediate` mode."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from sqlalchemy import make_url

from tests import postgres

# What PostgreSQL does by itself: a commit that was answered is kept. Only the addresses are ours.
SETTINGS = {"listen_addresses": "127.0.0.1", "max_connections": "100", "shared_buffers": "64MB"}


class Cluster:
    """One data folder with its server."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="scharrelmarkt-drill-pg-", dir=_memory()))
        owner = postgres._owner()
        if owner is not None:
            shutil.chown(self._folder, owner.pw_uid, owner.pw_gid)
        self._bin = postgres._within_reach(postgres.programs(), self._folder, owner)
        self._port = postgres._free_port()
        self._run("initdb", *postgres.INITDB)
        self.start()
        server = postgres.Server(self._url("postgres"))
        server.create("market")
        server.close()

    @property
    def url(self) -> str:
        return self._url("market")

    def _url(self, name: str) -> str:
        address = f"postgresql+psycopg://tests@127.0.0.1:{self._port}/{name}"
        return make_url(address).render_as_string(hide_password=False)

    def start(self) -> None:
        """Start, after a crash too: PostgreSQL then reads its own log again."""
        given = SETTINGS | {
            "port": str(self._port),
            "unix_socket_directories": str(self._folder),
        }
        options = " ".join(f"-c {name}={value}" for name, value in given.items())
        log = str(self._folder / "log")
        self._run("pg_ctl", "-l", log, "-o", options, "-w", "start")

    def stop_immediately(self) -> None:
        """Every process of the server ends at once, without a checkpoint, whatever was going on."""
        self._run("pg_ctl", "-m", "immediate", "-w", "stop")

    def remove(self) -> None:
        """Stop, and throw the data away."""
        self.stop_immediately()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._bin / program), "-D", str(self._folder / "data"), *arguments]
        postgres._as_ordinary_user(command)


def _memory() -> str | None:
    return postgres._fast_folder()
