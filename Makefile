# Everything a visitor needs. The first target that is asked for sets up `.venv` by itself;
# the only things it expects are Python 3.12 to 3.14, make, and a package index.
#
#   make PYTHON=/path/to/python demo     to choose the interpreter

PYTHON ?=
BIN := .venv/bin
READY := .venv/.complete

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint format docs bench lock floors wheel clean distclean

help:
	@echo "make setup   make .venv from requirements.lock; every other target does so by itself"
	@echo "make demo    simulate a league of 230 trusts, fit it, rank it; results in demo/"
	@echo "make test    lint, type-check and run the tests"
	@echo "make lint    ruff and mypy only"
	@echo "make format  let ruff rewrite the sources"
	@echo "make docs    build the documentation into docs/_build/html"
	@echo "make bench   run the measured comparisons"
	@echo "make lock    resolve the dependencies again and rewrite requirements.lock"
	@echo "make floors  run the quick tests with every dependency at its floor"
	@echo "make wheel   build dist/ and see that the wheel works"
	@echo "make clean   remove what was built; 'make distclean' also removes .venv"

setup: $(READY)

$(READY): requirements.lock pyproject.toml tools/setup.sh tools/package-index.sh
	@PYTHON="$(PYTHON)" sh tools/setup.sh

demo: $(READY)
	$(BIN)/openness demo --out demo

test: lint
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy openness

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(READY)
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs docs/_build/html
	@echo "docs/_build/html/index.html"

bench: $(READY)
	@set -e; for file in tests/benchmarks/bench_*.py; do \
	    echo "== $$file"; $(BIN)/python "$$file"; \
	done

# The lock holds no address of any index; tools/package-index.sh says how one is chosen.
lock: $(READY)
	. tools/package-index.sh; $(BIN)/uv pip compile pyproject.toml --all-extras --group dev --universal --python-version 3.12 \
	    --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -q \
	    -o requirements.lock

floors: $(READY)
	@PYTHON="$(PYTHON)" sh tools/floors.sh

wheel: $(READY)
	@sh tools/wheel.sh

clean:
	rm -rf build dist demo docs/_build docs/reference/generated
	rm -rf .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find openness tests examples docs -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean
	rm -rf .venv .floors
