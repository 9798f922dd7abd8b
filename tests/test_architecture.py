"""ARCHITECTURE.md says which rooms there are and what each may import. It has to be true."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "openness"


def table_under(heading: str) -> dict[str, set[str]]:
    """Rooms of the table with this heading, and the names in the last cell of each row."""
    lines = iter((ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").splitlines())
    assert any(line == heading for line in lines), f"no table with the heading {heading}"
    next(lines)
    rows = {}
    for line in lines:
        if not line.startswith("|"):
            break
        cells = line.strip("|").split("|")
        path = re.findall("`(.+?)`", cells[0])[0]
        rows[path.removeprefix("openness/").rstrip("/")] = set(re.findall("`(.+?)`", cells[-1]))
    return rows


ROOMS = table_under("| folder | what lives there | may import |")
KEPT_OUT = table_under("| folder | never imports |")


def rooms_on_disk() -> set[str]:
    folders = {path.relative_to(PACKAGE).parts[0] for path in PACKAGE.rglob("*/*.py")}
    return folders | {path.name for path in PACKAGE.glob("*.py")}


def sources(room: str) -> list[Path]:
    return [PACKAGE / room] if room.endswith(".py") else sorted((PACKAGE / room).rglob("*.py"))


def imported_modules(source: Path) -> Iterator[str]:
    """Full names of what a file imports, wherever in the file it does so."""
    package = ["openness", *source.relative_to(PACKAGE).parts[:-1]]
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) + 1 - node.level] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            if module == "openness":
                yield from (f"openness.{alias.name}" for alias in node.names)
            else:
                yield module


def test_every_room_has_a_row_and_every_row_a_room() -> None:
    assert set(ROOMS) == rooms_on_disk()


def test_rows_name_rooms_that_exist() -> None:
    names = {room.removesuffix(".py") for room in ROOMS}
    for room, allowed in ROOMS.items():
        assert allowed <= names, room
    assert set(KEPT_OUT) <= set(ROOMS)


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_imports_between_rooms(room: str) -> None:
    for source in sources(room):
        for module in imported_modules(source):
            if not module.startswith("openness."):
                continue
            other = module.split(".")[1]
            # `from openness import load_league` would go through the façade, which knows all.
            assert other in ROOMS[room] | {room}, f"{source.relative_to(ROOT)} imports {module}"


@pytest.mark.parametrize("room", sorted(KEPT_OUT))
def test_libraries_kept_out(room: str) -> None:
    for source in sources(room):
        used = {module.split(".")[0] for module in imported_modules(source)}
        assert not used & KEPT_OUT[room], source.relative_to(ROOT)


@pytest.mark.parametrize("room", ["standing", "explain", "comparing", "naive"])
def test_what_follows_a_fit_does_not_wait_for_pymc(room: str) -> None:
    check = f"import sys, openness.{room}; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert not set(run.stdout.split()) & {"arviz", "pymc", "pytensor"}


@pytest.mark.parametrize("statement", ["import openness", "import openness.cli"])
def test_importing_loads_nothing_heavy(statement: str) -> None:
    check = f"import sys; {statement}; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert not set(run.stdout.split()) & {"arviz", "matplotlib", "numba", "pymc", "pytensor"}
