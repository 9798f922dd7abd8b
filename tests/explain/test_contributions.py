"""What each source adds to a score: the sum is the score."""

from dataclasses import replace

import numpy as np
import pytest

from openness.explain import explain_score, rank_by_source
from openness.explain.field import open_field
from openness.league import Score
from openness.model.conditional import conditional_on
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
    within = example.league.model_copy(update={"score": Score(within_group=True)})
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


FAMILIES = (
    {"family": "proportion"},
    {"family": "score", "respondent_sd": 2.0},
    {"family": "count"},
)


@pytest.fixture(scope="module")
def several():
    """Three sources of three measures each, none of them ordered."""
    indicators = [
        {"id": f"{d}{k}", "domain": d, **family}
        for d in ("a", "b", "c")
        for k, family in enumerate(FAMILIES)
    ]
    return simulate(make_league(indicators, error_correlation={"a": 0.4}), 24, seed=8)


def test_the_law_of_openness_is_that_of_the_cells_of_one_source(several) -> None:
    """By the covariance matrix of the cells and z."""
    fit = made_fit(several, draws=400)
    standing = stand(fit)
    field = open_field(standing)
    cells = several.cells
    conditional = conditional_on(fit.posterior, cells, several.structure)
    group = field.score - field.z
    for unit in (0, 13):
        table = rank_by_source(standing, cells.units[unit]).table
        assert list(table.index) == ["a", "b", "c"]
        for m, row in zip(range(3), table.itertuples(), strict=True):
            own = np.flatnonzero(cells.present[unit] & (cells.domain == m))
            mean, variance = [], []
            for p in conditional.each():
                c, t = p.domain_loading[own], cells.common_error_loading[unit, own]
                lam, gam = c * p.root_coherence[m], c * p.root_rest[m]
                noise = np.diag(p.uniqueness_sd[own] ** 2 + cells.error_variance[unit, own])
                usual = p.intercept[cells.group[unit], own] + lam * p.factor_mean[unit]
                v = noise + np.outer(lam, lam) + np.outer(gam, gam) + np.outer(t, t)
                weight = np.linalg.solve(v, lam)
                mean.append(weight @ (cells.value[unit, own] - usual))
                variance.append(1 - weight @ lam)
            expected = np.array(mean) + group[:, unit]
            sd = np.sqrt(np.mean(variance) + expected.var())
            assert row.score_mean == pytest.approx(expected.mean(), abs=WITHIN * sd / 20)
            assert row.score_sd == pytest.approx(sd, rel=WITHIN / np.sqrt(800))


def test_more_sources_say_more(standing) -> None:
    """The spread by one source is that of the score or wider, but for Monte Carlo error."""
    ranking = rank(standing).table
    for unit in ranking.index[::7]:
        table = rank_by_source(standing, unit).table
        assert (table["score_sd"] > 0.9 * ranking.loc[unit, "score_sd"]).all()
        assert (table["rank_lower"] <= table["rank_median"]).all()
        assert (table["rank_median"] <= table["rank_upper"]).all()
