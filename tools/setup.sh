#!/bin/sh
# Make `.venv` from requirements.lock and install this project in it, editable.
#
# Every package, the build backend and uv included, is checked against the hashes in the lock.
# `.venv/.complete` is written last, so an interrupted run is never taken for a finished one, and
# `.venv/.installing` stays behind it, so that the next run starts afresh.
# No index is named here: pip's and uv's own configuration decide where packages come from.
set -eu
cd "$(dirname "$0")/.."

# An interpreter counts only if it runs and is new enough: version managers put names on PATH
# that fail when called. PyMC does not support Python 3.15 yet.
supported() {
    "$1" -c 'import sys; sys.exit(not (3, 12) <= sys.version_info[:2] < (3, 15))' >/dev/null 2>&1
}

find_python() {
    for name in ${PYTHON:-python3.13 python3.12 python3.14 python3 python}; do
        if supported "$name"; then
            echo "$name"
            return
        fi
    done
    echo "No Python 3.12, 3.13 or 3.14 found (tried: ${PYTHON:-python3.13 python3.12 python3.14 python3 python})." >&2
    echo "Install one, or name it: make PYTHON=/path/to/python3.13" >&2
    return 1
}

usable() {
    [ ! -e .venv/.installing ] && supported .venv/bin/python &&
        .venv/bin/python -m pip --version >/dev/null 2>&1
}

rm -f .venv/.complete
if ! usable; then
    python=$(find_python)
    echo "Setting up .venv with $("$python" --version)"
    if ! "$python" -m venv --clear .venv; then
        echo "$python cannot make virtual environments; some systems package that part" >&2
        echo "separately (python3-venv). Install it, or: make PYTHON=/path/to/another/python" >&2
        exit 1
    fi
fi

touch .venv/.installing
export PIP_DISABLE_PIP_VERSION_CHECK=1
. tools/package-index.sh

# The lock's own entry for uv, with its hashes, from its name to the first line that ends it.
sed -n '/^uv==/,/[^\\]$/p' requirements.lock >.venv/uv.lock
echo "Installing $(grep -c '^[a-z]' requirements.lock) locked packages"
.venv/bin/python -m pip install -q --no-deps --require-hashes -r .venv/uv.lock
if ! .venv/bin/uv pip install -q --compile-bytecode --python .venv/bin/python --require-hashes -r requirements.lock; then
    echo "uv could not install them; trying pip, which is slower" >&2
    .venv/bin/python -m pip install -q --no-deps --require-hashes -r requirements.lock
fi
# hatchling and editables are in the lock, so that the build fetches nothing.
.venv/bin/python -m pip install -q --no-deps --no-build-isolation --no-index -e .
rm .venv/.installing
touch .venv/.complete
