"""Files of people (pictures, receipts): stored outside the web root under names that we choose."""

from __future__ import annotations

import re
import secrets
from pathlib import Path
from typing import Protocol

_NAME = re.compile(r"[a-z]+/[A-Za-z0-9_-]{8,40}\.(webp|pdf)")


class Storage(Protocol):
    """Keeps bytes under a name that it makes up."""

    def keep(self, shelf: str, ending: str, content: bytes) -> str:
        """Store and give the name, like "pictures/x7Qd...webp"."""
        ...

    def keep_beside(self, name: str, mark: str, content: bytes) -> str:
        """Store a second form of a kept file, like "pictures/x7Qd...-small.webp", and give its name."""
        ...

    def fetch(self, name: str) -> bytes:
        """Give the bytes; FileNotFoundError for an unknown or strange name."""
        ...

    def forget(self, name: str) -> None:
        """Take a kept file away; one that is gone already is no fault."""
        ...


def beside(name: str, mark: str) -> str:
    """Give the name of the second form of a kept file."""
    stem, ending = name.rsplit(".", 1)
    return f"{stem}-{mark}.{ending}"


class FolderStorage:
    """A folder on this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, shelf: str, ending: str, content: bytes) -> str:
        """Write to a part file first, so that a killed process leaves no half picture."""
        name = f"{shelf}/{secrets.token_urlsafe(16)}.{ending}"
        self._write(name, content)
        return name

    def keep_beside(self, name: str, mark: str, content: bytes) -> str:
        """Write a file whose name follows from the first one's, so that no row needs to hold it."""
        second = beside(name, mark)
        self._write(second, content)
        return second

    def _write(self, name: str, content: bytes) -> None:
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".part")
        draft.write_bytes(content)
        draft.replace(path)

    def fetch(self, name: str) -> bytes:
        """Read one file."""
        return self._path(name).read_bytes()

    def forget(self, name: str) -> None:
        """Remove one file."""
        self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise FileNotFoundError(name)
        return self._folder / name
