#!/bin/sh
# Build dist/, and see that the wheel works away from the sources. Nothing is uploaded.
set -eu
cd "$(dirname "$0")/.."
rm -rf dist build/wheel
.venv/bin/hatchling build
.venv/bin/python -m pip install -q --no-deps --no-index --target build/wheel dist/openness-*.whl
cd build/wheel
PYTHONPATH=. ../../.venv/bin/python - <<'CHECK'
from pathlib import Path

import openness

assert Path(openness.__file__).is_relative_to(Path.cwd()), openness.__file__
for name in openness.shipped_leagues():
    openness.load_league(name)
print(f"openness {openness.__version__} with {', '.join(openness.shipped_leagues())}")
CHECK
