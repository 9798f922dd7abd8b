#!/bin/sh
# Run the quick tests with every declared dependency at its floor, in an environment of its own.
#
# A floor that does not pass is raised in pyproject.toml. What the dependencies need themselves is
# the newest that they allow. The oldest Python is taken, because old versions have no wheels for
# new ones.
set -eu
cd "$(dirname "$0")/.."

python=${PYTHON:-}
for name in python3.12 .venv/bin/python; do
    if [ -z "$python" ] && "$name" --version >/dev/null 2>&1; then python=$name; fi
done

. tools/package-index.sh
uv="env UV_PYTHON_DOWNLOADS=never .venv/bin/uv"
$uv venv --quiet --clear --python "$python" .floors
$uv pip install --quiet --python .floors/bin/python --resolution lowest-direct \
    --group test --group docs -e ".[study]"
echo "$(.floors/bin/python --version), every dependency at its floor"
.floors/bin/python -m pytest -q -p no:cacheprovider -m "not sampling and not long"
