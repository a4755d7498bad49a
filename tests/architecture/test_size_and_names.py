"""A file can be read in one sitting, a function in one look, and a name says what is inside."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

from tests.architecture.sources import PACKAGE, name_of, python_files, tree

FILE, FUNCTION, TEST_FILE, FOLDER = 300, 40, 400, 30
EMPTY_WORDS = {"util", "utils", "helper", "helpers", "common", "misc", "base_utils", "tools"}


def too_long_files(paths: list[Path], limit: int) -> list[str]:
    counted = ((path, path.read_text(encoding="utf-8").count("\n")) for path in paths)
    return [f"{path.name}: {lines} lines" for path, lines in counted if lines > limit]


def too_long_functions(path: Path) -> list[str]:
    functions = (
        node
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    lengths = ((node, (node.end_lineno or 0) - node.lineno + 1) for node in functions)
    return [
        f"{path.name}:{node.lineno} {node.name}: {length} lines"
        for node, length in lengths
        if length > FUNCTION
    ]


def test_a_file_of_the_package_stays_under_its_limit():
    assert too_long_files(python_files("marketplace"), FILE) == []


def test_a_file_of_the_tests_stays_under_its_limit():
    assert too_long_files(python_files("tests"), TEST_FILE) == []


def test_a_function_of_the_package_stays_under_its_limit():
    found = [fault for path in python_files("marketplace") for fault in too_long_functions(path)]
    assert found == []


def test_a_long_file_and_a_long_function_are_found(tmp_path):
    planted = tmp_path / "planted.py"
    planted.write_text("def long():\n" + "    pass\n" * 320)
    assert too_long_files([planted], FILE) == ["planted.py: 321 lines"]
    assert too_long_functions(planted) == ["planted.py:1 long: 321 lines"]


def test_no_name_says_nothing():
    paths = [*python_files("marketplace"), *python_files("tests"), *python_files("scripts")]
    assert [name_of(path) for path in paths if EMPTY_WORDS & {path.stem, path.parent.name}] == []


def test_a_crowded_folder_is_split_by_noun():
    crowd = Counter(path.parent for path in python_files("marketplace"))
    assert [name_of(folder) for folder, files in crowd.items() if files > FOLDER] == []


@pytest.mark.parametrize("package", ["", "domain", "services", "models", "web", "cli", "gateways"])
def test_importing_a_package_starts_nothing(package):
    body = tree(PACKAGE / package / "__init__.py").body
    allowed = ast.ImportFrom | ast.FunctionDef | ast.Import
    told = [node for node in body if not isinstance(node, ast.Expr | allowed)]
    assert told == [] or package == "cli"
