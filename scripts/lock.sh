#!/usr/bin/env bash
# Pins the dependencies of pyproject.toml, with hashes and without any registry's address.
set -euo pipefail
cd "$(dirname "$0")/.."
pin() { .venv/bin/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate "$@"; }
pin pyproject.toml --output-file requirements.lock
pin pyproject.toml --group test --group check -c requirements.lock --output-file requirements-dev.lock
pin - --output-file requirements-uv.lock <<<"uv"
