"""A draft is asked for in one place, and cannot lose its mark afterwards."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

import openness
from openness import explain, sugar
from openness.errors import GateFailed, InvalidInput
from openness.explain import stress as stress_module
from openness.explain.stress import shift
from openness.fitting import Fit
from openness.result import Result
from openness.standing import Standing, stand

from ..explain.conftest import made_fit
from ..model.leagues import make_league, simulate

PACKAGE = Path(openness.__file__).parent
VERBS = sorted(name for name, home in openness._HOMES.items() if home == "openness.sugar")


@pytest.fixture(scope="module")
def drafted() -> Fit:
    """Two sources of two measures each, so that every verb has something to say."""
    measures = [
        {"id": f"{domain}{number}", "family": "score", "domain": domain, "respondent_sd": 2.0}
        for domain in ("survey", "board")
        for number in (1, 2)
    ]
    example = simulate(make_league(measures), 12, seed=3, empty_share=0.2, keep_back="board")
    return made_fit(example, draws=200, passed=False)


def arguments(verb, fit: Fit) -> dict[str, str]:
    """Codes of units for those parameters of a verb that have no default."""
    codes = iter(fit.measures.units.index)
    _, *others = inspect.signature(verb).parameters.values()
    return {p.name: next(codes) for p in others if p.default is inspect.Parameter.empty}


def parameters_called(name: str) -> Iterator[tuple[str, str]]:
    for source in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
                if name in [argument.arg for argument in given]:
                    yield source.relative_to(PACKAGE).as_posix(), getattr(node, "name", "lambda")


def test_a_draft_is_a_parameter_of_one_function() -> None:
    found = list(parameters_called("draft"))
    commands = [place for place in found if place[0].startswith("cli/")]
    assert len(commands) <= 1, commands
    assert [place for place in found if place not in commands] == [
        ("standing/standing.py", "stand")
    ]


def test_there_are_verbs_to_try() -> None:
    assert {"bands", "explain_score", "grades", "rank", "tied_with", "verdict", "worth"} <= {*VERBS}


@pytest.mark.parametrize("name", VERBS)
def test_no_verb_takes_a_fit_that_did_not_pass(drafted: Fit, name: str) -> None:
    verb = getattr(openness, name)
    assert not {"draft", "scope", "prob"} & {*inspect.signature(verb).parameters}
    with pytest.raises(GateFailed, match="did not pass the gate"):
        verb(drafted, **arguments(verb, drafted))


@pytest.mark.parametrize("name", VERBS)
def test_every_table_of_every_verb_says_draft(drafted: Fit, name: str) -> None:
    verb = getattr(openness, name)
    assert_marked(verb(stand(drafted, draft=True), **arguments(verb, drafted)))


def test_verbs_that_take_longer_say_draft(drafted: Fit, monkeypatch) -> None:
    def again(fit: Fit, slopes: list[float], *, progress: bool) -> Iterator[tuple[float, Fit]]:
        yield from ((slope, fit) for slope in slopes)

    monkeypatch.setattr(stress_module, "refit_over_slopes", again)
    standing = stand(drafted, draft=True)
    moved = stress_module.stress(standing, [1.0])
    assert_marked(moved)
    assert set(moved.parts) == {"bands", "expected_rank", "gate"}
    assert_marked(shift(standing, [1.0]))
    assert_marked(explain.rank_by_source(standing, drafted.measures.units.index[0]))


def assert_marked(result: Result) -> None:
    assert result.is_draft
    tables = {"table": result.table, "summary": result.summary, **result.parts}
    for part, table in tables.items():
        if isinstance(table, pd.DataFrame):
            assert table.columns[0] == "draft", part
            assert (table["draft"] == "DRAFT").all(), part
    assert repr(result).startswith("<DRAFT: ")
    assert result._repr_html_().startswith("<p><strong>DRAFT</strong></p>")


def test_what_passed_has_no_mark(drafted: Fit, make_fit) -> None:
    result = openness.rank(make_fit())
    assert not result.is_draft
    assert "draft" not in result.table
    assert "DRAFT" not in repr(result) + result._repr_html_()


@pytest.mark.parametrize("name", VERBS)
def test_a_verb_keeps_its_signature_and_its_documentation(name: str) -> None:
    verb = getattr(openness, name)
    strict = verb.__wrapped__
    assert verb.__doc__ == strict.__doc__
    ours, theirs = (list(inspect.signature(f).parameters.values()) for f in (verb, strict))
    assert ours[1:] == theirs[1:]
    assert theirs[0].name == "standing"


def test_a_verb_of_a_fit_is_that_of_its_standing(make_fit) -> None:
    fit = make_fit()
    short, long = openness.bands(fit, set_prob=0.8), openness.bands(stand(fit), set_prob=0.8)
    pd.testing.assert_frame_equal(short.table, long.table)
    assert isinstance(short.standing, Standing)


def test_what_is_neither_a_fit_nor_a_standing_is_refused(make_fit) -> None:
    with pytest.raises(InvalidInput, match=r"evidence: type: str; a Standing, or a Fit\. Make one"):
        sugar.rank("demo/run")
    with pytest.raises(InvalidInput, match="evidence: type: Result"):
        openness.bands(openness.rank(make_fit()))
