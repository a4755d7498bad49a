# A newcomer needs two of these: make run, make test.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
WORKERS ?= 2
TESTS ?= tests
export PORT ?= 8000

.PHONY: help setup dev run test faults check lint coverage bench screens translations lock clean

help: ## what can be asked for
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: ## the environment in .venv, as requirements.lock pins it
	@scripts/setup.sh runtime

dev: ## the same, with the tools for tests and checks
	@scripts/setup.sh dev

run: setup ## the market with a year of life in it, on http://localhost:8000 (PORT=... for another)
	@exec $(BIN)/flask --app wsgi serve

test: dev ## every test, on SQLite and PostgreSQL, in a real browser (TESTS=tests/domain for some)
	@scripts/test_needs.sh
	@$(BIN)/python -m pytest -n $(WORKERS) $(TESTS)

faults: dev ## two hundred kills while two thousand orders get through, on both databases (FAULTS="--seed 4" for more; half an hour)
	@$(BIN)/python -m tests.faults $(FAULTS)

check: lint coverage test ## what .ci/run runs: every check, the coverage of the rules, then every test

lint: dev ## the checks that start nothing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/deptry .
	$(BIN)/djlint --lint --quiet marketplace/templates
	$(BIN)/bandit --quiet --severity-level medium --recursive --configfile pyproject.toml marketplace wsgi.py
	$(BIN)/python scripts/catalogues.py check

# The seed is fixed, so that the same tree has the same coverage each time.
coverage: dev ## every line and branch of the rules (marketplace/domain) under their own tests, or a failure
	@$(BIN)/python -m pytest -p pytest_cov --hypothesis-seed=0 tests/domain tests/rules \
		--cov=marketplace/domain --cov-branch --cov-fail-under=100 --cov-report=term-missing:skip-covered

bench: dev ## CPU beside floors, as ratios (PARTS=pages,orders for some of them; takes long)
	@$(BIN)/python -m tests.bench

screens: dev ## take the README's screenshots again, into docs/screens/
	@scripts/test_needs.sh
	@KEEP_SCREENS=1 $(BIN)/python -m pytest tests/browser -m screens

translations: dev ## gather new sentences into translations/*/LC_MESSAGES/messages.po
	@$(BIN)/python scripts/catalogues.py update

lock: dev ## pin the dependencies of pyproject.toml again
	@scripts/lock.sh

clean: ## throw away what can be made again (not var/, where your market lives)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
	find translations -name '*.mo' -delete
