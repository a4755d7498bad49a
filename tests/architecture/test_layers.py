"""The import contracts of pyproject.toml hold, and each of them catches what is planted against it."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.sources import PACKAGE, ROOT, imports, name_of, python_files, tree

PLANTS = {
    "Layers: imports only point downwards": {
        "marketplace/models/planted.py": "from marketplace.services import planted",
        "marketplace/services/planted.py": "",
    },
    "The rules are plain Python": {"marketplace/domain/planted.py": "import sqlalchemy"},
    "Services do not know the web": {"marketplace/services/planted.py": "import flask"},
    "The web does not touch tables": {
        "marketplace/web/planted.py": "from marketplace.models.base import Base"
    },
    "Stripe is spoken in one file": {"marketplace/services/planted.py": "import stripe"},
    "No cycles anywhere": {
        "marketplace/services/planted.py": "from marketplace.services import planted_too",
        "marketplace/services/planted_too.py": "from marketplace.services import planted",
    },
}
START = "from importlinter.cli import lint_imports_command as go; go()"
CLOCKS = {"now", "today", "utcnow", "fromtimestamp"}


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", START, "--config", "pyproject.toml", "--no-cache", "--no-logo"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def broken(output: str) -> set[str]:
    return set(re.findall(r"^(.+?) BROKEN", output, flags=re.MULTILINE))


@pytest.fixture
def copy_of_the_package(tmp_path):
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    unneeded = shutil.ignore_patterns("static", "templates", "rules", "__pycache__")
    shutil.copytree(PACKAGE, tmp_path / "marketplace", ignore=unneeded)
    return tmp_path


def test_every_contract_holds():
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_contract_has_a_plant():
    configuration = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    assert {contract["name"] for contract in configuration["contracts"]} == set(PLANTS)


@pytest.mark.parametrize("contract", PLANTS)
def test_a_planted_import_breaks_its_contract(copy_of_the_package, contract):
    for name, line in PLANTS[contract].items():
        (copy_of_the_package / name).write_text(line + "\n")
    done = lint_imports(copy_of_the_package)
    assert done.returncode != 0
    assert contract in broken(done.stdout), done.stdout + done.stderr


def test_the_rules_import_the_standard_library_and_each_other_only():
    allowed = sys.stdlib_module_names | {"marketplace"}
    foreign = [
        f"{name_of(path)}: {module}"
        for path in python_files("marketplace/domain")
        for module, _name in imports(path)
        if module.split(".")[0] not in allowed
    ]
    assert foreign == []


def test_the_rules_ask_no_clock_and_open_no_file():
    asked = [
        f"{name_of(path)}:{node.lineno}"
        for path in python_files("marketplace/domain")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS)
            or (isinstance(node.func, ast.Name) and node.func.id in {"open", "print", "input"})
        )
    ]
    assert asked == []


def test_services_ask_no_clock():
    asked = [
        f"{name_of(path)}:{node.lineno}"
        for path in python_files("marketplace/services")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"now", "today", "utcnow"}
    ]
    assert asked == []


def test_services_flush_and_never_commit():
    ending = [
        f"{name_of(path)}:{node.lineno} {node.func.attr}"
        for path in python_files("marketplace/services")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"commit", "rollback"}
    ]
    assert ending == []


def test_only_the_context_uses_flask_g():
    users = [
        name_of(path)
        for path in python_files("marketplace")
        if ("flask", "g") in set(imports(path)) and path != PACKAGE / "context.py"
    ]
    assert users == []
