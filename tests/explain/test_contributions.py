"""What each source adds to a score: the sum is the score."""

from dataclasses import replace

import numpy as np
import pytest

from openness.explain import explain_score
from openness.standing import rank, stand

from ..model.leagues import CATEGORIES, make_league, simulate
from .conftest import DRAWS, made_fit

WITHIN = 5
"""Standard errors of the mean of drawn scores, which the sum does not have."""


def test_lines_add_up_to_the_published_score(standing):
    ranking = rank(standing).table
    for unit, row in ranking.iloc[::5].iterrows():
        found = explain_score(standing, unit)
        table = found.table
        assert found.about["score"] == pytest.approx(table["contribution"].sum())
        error = WITHIN * row["score_sd"] / np.sqrt(DRAWS)
        assert found.about["score"] == pytest.approx(row["score_mean"], abs=error)


def test_lines_are_the_present_cells_and_the_group(standing, example):
    cells = example.cells
    for i in range(5):
        table = explain_score(standing, cells.units[i]).table
        direct = cells.present[i] & (cells.domain != cells.domains.index("rating"))
        expected = {cells.indicators[k] for k in np.flatnonzero(direct)} | {"group"}
        if (cells.present[i] & ~direct).any():
            expected.add("rating")
        assert set(table.index) == expected
        assert table.index[-1] == "group"
        assert table["contribution"].iloc[:-1].abs().is_monotonic_decreasing


def test_scores_within_groups_have_no_line_for_the_group(example, fit):
    within = example.league.model_copy(update={"score": "within_group"})
    table = explain_score(stand(replace(fit, league=within)), example.cells.units[0]).table
    assert "group" not in table.index
    assert set(table["kind"]) <= {"indicator", "domain"}


def test_a_domain_that_is_openness_speaks_alone():
    ratings = [
        {"id": name, "family": "ordinal", "domain": "rating", "categories": CATEGORIES}
        for name in ("safe", "caring")
    ]
    example = simulate(make_league(ratings, groups=["all"]), 30, seed=2)
    fit = made_fit(example, draws=400)
    unit = example.cells.units[0]
    table = explain_score(stand(fit), unit).table
    assert list(table[table["kind"] != "group"].index) == ["rating"]
    level = fit.posterior["level"].isel(sampled_level=0).mean()
    assert table.loc["rating", "contribution"] == pytest.approx(float(level))
