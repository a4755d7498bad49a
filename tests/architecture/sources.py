"""The project's own files, read once for the tests in this folder."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "marketplace"


def name_of(path: Path) -> str:
    """Give a path as it stands in the repository."""
    return str(path.relative_to(ROOT))


def python_files(folder: str) -> list[Path]:
    """Give the Python files of a folder, sorted."""
    return sorted(path for path in (ROOT / folder).rglob("*.py") if path.is_file())


def templates() -> list[Path]:
    """Give the templates, sorted."""
    return sorted((PACKAGE / "templates").rglob("*.html"))


@cache
def tree(path: Path) -> ast.Module:
    """Give the syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imports(path: Path) -> Iterator[tuple[str, str | None]]:
    """Give what a file imports: (module, None) or (module, name)."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", alias.name) for alias in node.names)


@cache
def tracked_files() -> tuple[Path, ...]:
    """Give every file that git keeps; another owner of the folder is no reason to refuse."""
    done = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    names = done.stdout.decode().split("\0")
    return tuple(ROOT / name for name in names if name and (ROOT / name).is_file())
