"""Families are asked, and never for their name; one can be added without touching the package."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import openness
from openness.errors import OpennessError
from openness.families import FAMILIES, Family, register, those_with

PACKAGE = Path(openness.__file__).parent
SHIPPED = ["proportion", "count", "score", "ordinal", "binary"]


def test_every_shipped_family_is_registered_under_its_name() -> None:
    assert list(FAMILIES)[: len(SHIPPED)] == SHIPPED
    assert [FAMILIES[name].name for name in SHIPPED] == SHIPPED


def test_a_name_of_the_package_cannot_be_taken() -> None:
    before = FAMILIES["count"]
    with pytest.raises(OpennessError, match="'count' is a family of the package; these names"):
        register(type("Mine", (Family,), {"name": "count"}))
    assert FAMILIES["count"] is before


def test_those_with_a_setting_are_named_in_words() -> None:
    assert those_with("respondent_sd") == "scores"
    assert those_with("design_effect") == "proportions, counts and scores"


def compared_with_a_name(source: str) -> Iterator[str]:
    """Comparisons of something called `family` with the name of one."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Compare | ast.Match | ast.Call):
            parts = node.cases if isinstance(node, ast.Match) else list(ast.iter_child_nodes(node))
            inside = [inner for part in parts for inner in ast.walk(part)]
            subject = ast.unparse(node.subject if isinstance(node, ast.Match) else node)
            names = {inner.value for inner in inside if isinstance(inner, ast.Constant)}
            if isinstance(node, ast.Call) and not subject.split("(")[0].endswith((".isin", ".eq")):
                continue
            if (".family" in subject or "['family']" in subject) and names & set(SHIPPED):
                yield subject


@pytest.mark.parametrize(
    "code",
    [
        'indicator.family == "count"',
        'indicator.family not in ("ordinal", "binary")',
        'table["family"].isin(["proportion"])',
        'table["family"].eq("count").any()',
        'match indicator.family:\n    case "score":\n        pass',
    ],
)
def test_a_question_for_a_name_is_noticed(code: str) -> None:
    assert list(compared_with_a_name(code))


def test_nobody_asks_a_family_for_its_name() -> None:
    found = [
        f"{path.relative_to(PACKAGE)}: {what}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for what in compared_with_a_name(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_a_league_is_read_without_what_a_model_needs() -> None:
    """Names are known without any import; a family is imported where a definition names it."""
    check = (
        "import sys, openness.league\n"
        "assert 'numpy' not in sys.modules\n"
        "openness.league.load_league('openness-2024')\n"
        "print(*sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert not set(run.stdout.split()) & {"pandas", "scipy.stats", "pymc", "pytensor", "numba"}
