#!/usr/bin/env bash
# Finds what the tests need beside .venv, or gets it; else stops with the one command that helps.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }

has_postgresql() { .venv/bin/python -c 'from tests.postgres import programs; programs()' 2>/dev/null; }
has_browser() { .venv/bin/python -m tests.chromium >/dev/null 2>&1; }

packages=()
[[ -n ${TEST_POSTGRES_URL:-} ]] || has_postgresql || packages+=(postgresql)
has_browser || packages+=(chromium fonts-dejavu-core)
((${#packages[@]})) || exit 0

as_root=(sudo)
[[ $EUID -eq 0 ]] && as_root=()
help="sudo apt-get install -y ${packages[*]}"
if grep -qi '^ID=ubuntu' /etc/os-release 2>/dev/null; then
    # Ubuntu's chromium is a snap, which no test can drive; Playwright brings one that it can
    help=${help/chromium fonts-dejavu-core/fonts-dejavu-core}
    help+=" && .venv/bin/playwright install --with-deps chromium"
fi

if command -v apt-get >/dev/null && { [[ $EUID -eq 0 ]] || sudo -n true 2>/dev/null; }; then
    say "Getting ${packages[*]}"
    "${as_root[@]}" apt-get update -qq || true
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null || true
fi
if { [[ -n ${TEST_POSTGRES_URL:-} ]] || has_postgresql; } && has_browser; then
    exit 0
fi
say "The tests need ${packages[*]}, and they could not be found or got. This helps:"
say "    $help"
exit 1
