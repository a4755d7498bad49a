#!/usr/bin/env bash
# Makes .venv and fills it exactly as a lock says: setup.sh runtime | dev.
# Does nothing when that was done before; the dev environment also serves `make run`.
set -euo pipefail
cd "$(dirname "$0")/.."
profile=${1:?runtime or dev}
stamp=.venv/.synced

say() { printf '%s\n' "$*" >&2; }

find_python() {
    local name
    for name in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if command -v "$name" >/dev/null &&
            "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s' "$name"
            return
        fi
    done
    say "Python 3.11 or newer is needed: sudo apt-get install -y python3 python3-venv"
    exit 1
}

make_venv() {
    local python
    python=$(find_python)
    say "Making .venv with $("$python" --version)"
    if ! "$python" -m venv --clear .venv >.venv.log 2>&1; then
        rm -rf .venv
        say "$(tail -3 .venv.log)"
        say "Python's venv is needed: sudo apt-get install -y python3-venv"
        rm -f .venv.log
        exit 1
    fi
    rm -f .venv.log
}

compile_catalogues() {
    local po
    for po in translations/*/LC_MESSAGES/*.po; do
        if [[ -e $po && ! ${po%.po}.mo -nt $po ]]; then
            .venv/bin/pybabel --quiet compile --directory translations
            return
        fi
    done
}

wanted() { # what the stamp says after this profile was synced
    printf '%s %s' "$1" "$(cat requirements.lock requirements-dev.lock requirements-uv.lock | sha256sum | cut -c1-16)"
}

done_before() {
    [[ -x .venv/bin/python && -f $stamp ]] || return 1
    [[ $(<"$stamp") == "$(wanted dev)" ]] && return 0
    [[ $profile == runtime && $(<"$stamp") == "$(wanted runtime)" ]]
}

if ! done_before; then
    .venv/bin/python -c 'import pip' 2>/dev/null || make_venv
    .venv/bin/python -m pip --disable-pip-version-check install --quiet \
        --require-hashes --only-binary :all: -r requirements-uv.lock
    lock=requirements.lock
    [[ $profile == dev ]] && lock=requirements-dev.lock
    say "Installing what $lock pins"
    VIRTUAL_ENV=$PWD/.venv .venv/bin/uv pip sync --quiet --require-hashes "$lock"
    wanted "$profile" >"$stamp"
fi
compile_catalogues
