"""The code cells of a page run, one after the other, as they do when the page is built."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
CELL = re.compile(r"^```\{code-cell\} python\n(.*?)^```", flags=re.M | re.S)
OPTIONS = re.compile(r"\A(?::[^\n]*\n)+|\A---\n.*?^---\n", flags=re.M | re.S)


def cells(page: Path) -> list[str]:
    return [OPTIONS.sub("", cell) for cell in CELL.findall(page.read_text(encoding="utf-8"))]


# `tests/naive/test_how_to.py` runs the page that enters methods, and takes them out again.
ELSEWHERE = DOCS / "how-to" / "other-methods.md"
PAGES = [page for page in sorted(DOCS.rglob("*.md")) if cells(page) and page != ELSEWHERE]


def test_some_pages_have_cells() -> None:
    assert DOCS / "tutorials" / "learning-from-mistakes.md" in PAGES


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_cells_of_a_page_run(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(DOCS)
    monkeypatch.syspath_prepend(str(DOCS))
    names: dict[str, object] = {}
    for cell in cells(page):
        exec(compile(cell, page.name, "exec"), names)
