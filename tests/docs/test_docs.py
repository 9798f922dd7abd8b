"""What the documents say has to be true: commands, names, links, parts read off the code."""

import ast
import importlib
import importlib.util
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from typer.main import get_command

import openness
from openness.cli import app
from openness.demo import LEAGUE_SEED

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    page
    for folder in (ROOT, ROOT / "docs", ROOT / "models")
    for page in (folder.glob("*.md") if folder != ROOT / "docs" else folder.rglob("*.md"))
    if "_build" not in page.parts
)
COMMAND_PAGES = [ROOT / "README.md", ROOT / "docs/tutorials/learning-from-mistakes.md"]
HOW_TO_PAGES = sorted(set((ROOT / "docs/how-to").glob("*.md")) - {ROOT / "docs/how-to/index.md"})


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def blocks(page: Path, language: str) -> list[str]:
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"^```{re.escape(language)}\n(.*?)^```", text, flags=re.M | re.S)


def commands(page: Path) -> list[list[str]]:
    """Words of every `openness ...` line in the shell blocks of a page."""
    lines = [line for block in blocks(page, "sh") for line in block.splitlines()]
    words = [shlex.split(line, comments=True) for line in lines]
    return [line[1:] for line in words if line and line[0].endswith("openness")]


def python_blocks(page: Path) -> list[str]:
    cells = blocks(page, "{code-cell} python")
    # A cell may begin with options: `:tags: [remove-stderr]`, or some YAML between dashes.
    options = r"\A---\n(?s:.*?)\n---\n|^:.*\n"
    return blocks(page, "python") + [re.sub(options, "", cell, flags=re.M) for cell in cells]


@pytest.fixture
def demo_tables(tmp_path: Path) -> Path:
    """Folder with `demo/measures.csv` and `demo/units.csv`, as the demo leaves them."""
    simulated = openness.league_of_2016(LEAGUE_SEED)
    (tmp_path / "demo").mkdir()
    simulated.measures.to_csv(tmp_path / "demo/measures.csv", index=False)
    simulated.units.to_csv(tmp_path / "demo/units.csv", index=False)
    return tmp_path


@pytest.mark.parametrize("page", COMMAND_PAGES, ids=name_of)
def test_every_command_can_be_typed(page: Path) -> None:
    """Parsing refuses an unknown command or option, and a needed one that is missing."""
    assert [words[0] for words in commands(page)] == ["check", "fit", "rank"]
    assert_can_be_typed(commands(page))


@pytest.mark.parametrize("page", HOW_TO_PAGES, ids=name_of)
def test_every_command_of_a_how_to_can_be_typed(page: Path) -> None:
    assert_can_be_typed(commands(page))


def assert_can_be_typed(lines: list[list[str]]) -> None:
    program = get_command(app)
    for name, *arguments in lines:
        parsed = program.commands[name].make_context(name, list(arguments)).params
        league = parsed.get("league")
        assert league is None or league in openness.shipped_leagues()


def test_the_commands_of_an_explanation_can_be_typed() -> None:
    program = get_command(app)
    found = commands(ROOT / "docs/explanation/missing-returns.md")
    assert {words[0] for words in found} == {"worth", "explain"}
    for name, *arguments in found:
        program.commands[name].make_context(name, list(arguments))


def test_a_mistyped_command_would_be_noticed() -> None:
    check = get_command(app).commands["check"]
    with pytest.raises(Exception, match="--leage"):
        check.make_context("check", ["m.csv", "--units", "u.csv", "--leage", "x"])


def test_the_check_of_the_readme_runs(demo_tables: Path) -> None:
    words = next(words for words in commands(ROOT / "README.md") if words[0] == "check")
    done = subprocess.run(
        [sys.executable, "-c", "from openness.cli import main; main()", *words],
        cwd=demo_tables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Cells of each indicator by status" in done.stdout


@pytest.mark.sampling
@pytest.mark.long
@pytest.mark.parametrize("page", COMMAND_PAGES, ids=name_of)
def test_the_commands_of_a_page_run(page: Path, demo_tables: Path) -> None:
    for words in commands(page):
        subprocess.run(
            [sys.executable, "-c", "from openness.cli import main; main()", *words],
            cwd=demo_tables,
            check=True,
        )
    assert (demo_tables / "demo/again/ranking.csv").is_file()


@pytest.mark.sampling
@pytest.mark.long
@pytest.mark.parametrize("page", COMMAND_PAGES, ids=name_of)
def test_the_python_of_a_page_runs(page: Path, demo_tables: Path) -> None:
    for code in blocks(page, "python"):
        subprocess.run([sys.executable, "-c", code], cwd=demo_tables, check=True)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_the_python_of_a_page_names_what_exists(
    page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    for code in python_blocks(page):
        for node in ast.walk(ast.parse(code)):
            match node:
                case ast.Attribute(value=ast.Name(id="openness"), attr=attr):
                    assert hasattr(openness, attr), f"{name_of(page)}: openness.{attr}"
                case ast.ImportFrom(module=str(module), names=names):
                    imported = importlib.import_module(module)
                    assert all(hasattr(imported, alias.name) for alias in names)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    for target in links(page):
        assert (page.parent / target).exists(), f"{name_of(page)} links to {target}"


def links(page: Path) -> Iterator[str]:
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"\w+:", target) and not target.startswith("#"):
            yield target.split("#")[0]


def test_some_links_are_looked_at() -> None:
    assert "docs/explanation/model.md" in set(links(ROOT / "README.md"))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_make_target_of_a_page_exists(page: Path) -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), flags=re.M))
    text = page.read_text(encoding="utf-8")
    named = re.findall(r"^ {4}make (\w+)", text, flags=re.M) + re.findall(r"`make (\w+)`", text)
    assert set(named) <= targets


def test_every_status_is_in_the_reference() -> None:
    from openness.measures import STATUSES

    text = (ROOT / "docs/reference/files.md").read_text(encoding="utf-8")
    assert [status for status in STATUSES if f"`{status}`" not in text] == []


@pytest.mark.parametrize("page", ["docs/reference/files.md", "docs/how-to/statuses.md"])
def test_every_status_stands_beside_its_symbol(page: str) -> None:
    from openness.measures import SYMBOLS

    rows = [line for line in (ROOT / page).read_text(encoding="utf-8").splitlines() if "|" in line]
    for status, symbol in SYMBOLS.items():
        (row,) = (row for row in rows if f"| `{status}` |" in row)
        assert f"| `{symbol}` |" in row


@pytest.fixture(scope="module")
def from_code() -> ModuleType:
    spec = importlib.util.spec_from_file_location("from_code", ROOT / "docs/from_code.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["from_code"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_every_part_that_a_page_asks_for_is_made(from_code: ModuleType) -> None:
    asked = {
        part
        for page in PAGES
        for part in re.findall("<!-- from code: (.+?) -->", page.read_text(encoding="utf-8"))
    }
    assert asked == set(from_code.PARTS)


def test_the_command_reference_has_every_option(from_code: ModuleType) -> None:
    text = from_code.commands()
    for name, command in get_command(app).commands.items():
        section = text.partition(f"## `openness {name}`")[2].partition("\n## ")[0]
        for parameter in command.params:
            for spelling in parameter.opts:
                shown = spelling if spelling.startswith("--") else spelling.upper()
                assert spelling == "--help" or f"`{shown}" in section


def test_the_table_of_priors_has_the_defaults(from_code: ModuleType) -> None:
    from openness.league import Priors

    assert f"| `shift_scale` | {Priors().shift_scale:g} |" in from_code.priors()
    assert all(f"`{name}`" in from_code.priors() for name in Priors.model_fields)
