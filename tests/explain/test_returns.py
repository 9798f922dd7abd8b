"""Explanations of a run in which not returning says something of the unit."""

import numpy as np
import pytest

from openness.explain import explain_missing, explain_score, worth
from openness.explain.at_unit import at_unit
from openness.explain.contributions import RETURNS
from openness.explain.field import absent_cells, open_field
from openness.explain.predictive import PredictiveCell, cut_points
from openness.fitting import with_score
from openness.league import Score
from openness.model.returns import typical_errors
from openness.standing import rank, stand

from ..model.leagues import make_league, simulate
from .conftest import DRAWS, made_fit

WITHIN = 5
"""Standard errors of the mean of drawn scores."""

INDICATORS = [
    *({"id": f"a{k}", "family": "proportion", "domain": "a"} for k in range(2)),
    *({"id": f"b{k}", "family": "count", "domain": "b"} for k in range(2)),
    {"id": "c", "family": "score", "domain": "c", "respondent_sd": 2.0},
]


@pytest.fixture(scope="module")
def example():
    """Every third unit did not return source b; the slope is 1."""
    league = make_league(INDICATORS, selection={"slope": 1.0})
    return simulate(league, 30, seed=5, keep_back="b")


SCORES = (
    Score(),
    Score(of="measures", weights="equal_sources"),
    Score(of="sources", weights="equal_sources", within_group=True),
)


@pytest.fixture(scope="module", params=SCORES, ids=lambda score: score.of)
def fit(request, example):
    assert example.cells.collections == ("b",)
    return with_score(made_fit(example), request.param)


def test_what_was_returned_has_a_line_and_the_lines_add_up(example, fit) -> None:
    standing = stand(fit)
    ranking = rank(standing).table
    for unit, made in zip(example.cells.units, example.cells.returned[:, 0], strict=True):
        found = explain_score(standing, unit)
        table = found.table
        error = WITHIN * ranking.loc[unit, "score_sd"] / np.sqrt(DRAWS)
        score = ranking.loc[unit, "score_mean"]
        assert found.about["score"] == pytest.approx(score, abs=error)
        assert np.sign(table.loc["returns", "contribution"]) == made
        # Without the line the sum would be elsewhere, at least for those that did not return.
        rest = table["contribution"].drop("returns").sum()
        assert made > 0 or abs(rest - score) > error


def test_the_line_has_its_own_kind(example, fit) -> None:
    line = explain_score(stand(fit), example.cells.units[0]).table.loc["returns"]
    assert (line["kind"], line["label"]) == ("returns", RETURNS)


def test_what_a_return_may_teach_is_nothing_on_average(example, fit) -> None:
    """Over its predictive, the mean of what the score would be is the score: three nodes."""
    field = open_field(stand(fit))
    absent = absent_cells(field)
    typical = typical_errors(field.cells, fit.measures)
    off = []
    for i, k in zip(absent["unit"], absent["indicator"], strict=True):
        (cell,) = at_unit(field, i).absent([k], [typical[k]])
        predicted = PredictiveCell(cell, cut_points(field, k))
        expected = 0.0
        for value, chance in zip(*predicted.possible(), strict=True):
            updated = predicted.learn(float(value))
            expected += chance * np.average(updated.score, weights=updated.weights)
        now = field.score[:, i]
        off.append((expected - now.mean()) / now.std())
    # Draws of one unit are moved, not made anew, so that little of their error is left: the more,
    # the more of the score the cell settles. With the distribution of z that knows no returns it
    # is 0.065 for the factor.
    assert np.abs(off).max() < (0.01 if fit.league.score.of == "factor" else 1 / np.sqrt(DRAWS))


def test_worth_and_missing_agree(fit) -> None:
    standing = stand(fit)
    table = worth(standing).table
    unit = table.index[0][0]
    own = explain_missing(standing, unit).table["narrowing"].sort_index()
    np.testing.assert_array_equal(table.loc[unit, "narrowing"].sort_index(), own)
