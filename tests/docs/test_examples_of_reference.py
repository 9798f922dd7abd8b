"""Every public object has an example, and it does what it says."""

from __future__ import annotations

import doctest
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from openness.league import League
from openness.measures import Measures

from .reference import INDEX, Name, assigned, blocks, names_of

NAMES = names_of(INDEX)
EVIDENCE, FIT = blocks()
FIRST_LINE = "fit = openness.fit(league, measures, seed=1)\n"
PARSER = doctest.DocTestParser()


def needs_a_fit(name: Name) -> bool:
    words = {word for line in PARSER.get_examples(name.examples) for word in names_in(line.source)}
    return bool(words & assigned(FIT))


def names_in(source: str) -> set[str]:
    return set(compile(source, "example", "exec").co_names)


def cases() -> list[Any]:
    marks = {True: pytest.mark.sampling, False: ()}
    return [pytest.param(name, id=name.full, marks=marks[needs_a_fit(name)]) for name in NAMES]


@pytest.fixture(scope="module")
def evidence() -> dict[str, Any]:
    place: dict[str, Any] = {}
    exec(compile(EVIDENCE, "reference", "exec"), place)
    return place


@pytest.fixture
def place_of(
    evidence: dict[str, Any], request: pytest.FixtureRequest
) -> Callable[[Name], dict[str, Any]]:
    def place(name: Name) -> dict[str, Any]:
        fresh = dict(evidence)
        if needs_a_fit(name):
            # The fit of all tests is of the same league and tables, with the same seed.
            fresh["fit"] = request.getfixturevalue("small_fit")
            exec(FIT.removeprefix(FIRST_LINE), fresh)
        return fresh

    return place


@pytest.mark.parametrize("name", cases())
def test_the_example_of(
    name: Name,
    place_of: Callable[[Name], dict[str, Any]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert name.examples, f"{name.full} needs a section `Examples`: see CONTRIBUTING.md"
    monkeypatch.chdir(tmp_path)
    case = PARSER.get_doctest(name.examples, place_of(name), name.full, None, 0)
    said: list[str] = []
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    done = doctest.DocTestRunner(optionflags=flags).run(case, out=said.append)
    assert done.attempted
    assert not done.failed, "".join(said)


def test_the_examples_begin_with_the_league_of_the_tests(
    evidence: dict[str, Any], small_league: League, small_measures: Measures
) -> None:
    """So that the fit of the tests is theirs."""
    assert evidence["league"] == small_league
    pd.testing.assert_frame_equal(evidence["measures"].cells, small_measures.cells)
    pd.testing.assert_frame_equal(evidence["measures"].units, small_measures.units)
    assert FIT.startswith(FIRST_LINE)


def test_what_needs_a_fit_is_recognised() -> None:
    class Made:
        examples = ">>> openness.rank(fit)\n"

    assert needs_a_fit(Made())  # type: ignore[arg-type]
    Made.examples = ">>> openness.load_fit('fit')\n"
    assert not needs_a_fit(Made())  # type: ignore[arg-type]
