"""How far a ranking rests on what was assumed, and how far the three scores agree."""

import pytest

import openness
from openness.fitting import with_score
from openness.league import Score


@pytest.fixture(scope="module")
def standing(small_fit):
    score = Score(of="measures", weights="equal_measures")
    return openness.stand(with_score(small_fit, score), draft=True)


def test_each_assumption_that_there_is_has_a_row(standing):
    table = openness.sensitivity(standing).table
    weights = table.loc["weights"]
    # Two measures in either source: to weigh sources alike is to weigh measures alike.
    assert weights.loc["equal sources", "furthest_move"] == 0
    assert weights.loc["equal sources", "rank_correlation"] == pytest.approx(1)
    assert table.loc[("weights", "Dirichlet with concentration 50"), "rank_correlation"] > 0.9
    assert "ratings" not in table.index.get_level_values("assumption")
    types = table.loc["sd between types"]
    assert (types["effective_draws"] <= standing.score.sizes["sample"]).all()
    assert set(table["unit"]) <= set(standing.units.index)


def test_the_prior_that_the_fit_has_moves_nobody(standing):
    same = openness.sensitivity(standing).table.loc[("sd between types", "half-normal(1)")]
    assert same["furthest_move"] == 0
    assert same["effective_draws"] == pytest.approx(standing.score.sizes["sample"], rel=1e-3)


def test_three_scores_of_the_same_units(standing):
    found = openness.compare_scores(standing)
    assert next(iter(found.about["scores"])) == "measures"
    assert (found.summary["rank_correlation"] > 0.7).all()
    own = openness.rank(standing).table["expected_rank"]
    assert found.table["expected_rank_measures"].equals(own.reindex(found.table.index).rename(
        "expected_rank_measures"))  # fmt: skip
    assert found.table["furthest_move"].dropna().is_monotonic_decreasing
