"""Explanations of every score that a league may declare, by the same code.

The draws of a score are made by other code, from drawn latents. What a regression explains is held
to them here: for measures, sources and the factor, with ratings, facets, errors that
respondents share, absent cells, and measures that do not apply.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from scipy.stats import norm

from openness.explain import explain_missing, explain_score, rank_by_source, worth
from openness.explain.at_unit import at_unit, new_cells
from openness.explain.field import Field, absent_cells, by_unit, open_field
from openness.explain.learn import effective_share
from openness.explain.predictive import PredictiveCell, cut_points
from openness.explain.stress import move_by_absent, shift, with_uncertain_levels
from openness.fitting import Fit, scale_of, scores, with_score
from openness.league import Score
from openness.measures import read_measures
from openness.model.cells import make_cells
from openness.model.conditional import at_units, of_source
from openness.model.identification import identify
from openness.model.joint_normal import regress
from openness.model.returns import SamplingError, typical_errors
from openness.model.tree import ascend, descend, group_shift, nodes
from openness.model.true_values import each_true_value
from openness.scoring import Scale, draw_score
from openness.standing import Standing, stand

from ..model.leagues import CATEGORIES, Example, make_league, simulate
from .conftest import made_fit

DRAWS = 1000

WITHIN = 5
"""Standard errors of a mean of draws."""

SINGLE = 1e-5
"""Draws of latents are kept in single precision."""

LOWER = {"direction": "lower_is_better"}
INDICATORS = (
    {"id": "q1", "family": "proportion", "domain": "survey", "facet": "f"},
    {"id": "q2", "family": "proportion", "domain": "survey", "facet": "f", **LOWER},
    {"id": "q3", "family": "proportion", "domain": "survey"},
    {"id": "events", "family": "count", "domain": "counts"},
    {"id": "exact_events", "family": "count", "domain": "counts", "likelihood": "exact", **LOWER},
    {"id": "safe", "family": "ordinal", "domain": "rating", "categories": CATEGORIES},
    {"id": "yes", "family": "binary", "domain": "rating", **LOWER},
    {"id": "graded", "family": "proportion", "domain": "rating"},
    {"id": "mean", "family": "score", "domain": "said", "respondent_sd": 2.0},
    {"id": "stars", "family": "ordinal", "domain": "starred", "categories": CATEGORIES},
)

SCORES = {
    "measures": Score(of="measures", weights="equal_sources"),
    "measures within types": Score(of="measures", weights="equal_measures", within_group=True),
    "latent ratings": Score(of="measures", weights="equal_measures", ratings="latent"),
    "nothing reweighted": Score(of="measures", weights="equal_sources", not_applicable="predict"),
    "uncertain weights": Score(of="measures", weights="equal_sources", weights_concentration=20.0),
    "sources": Score(of="sources", weights="equal_sources"),
    "sources within types": Score(of="sources", weights="equal_measures", within_group=True),
    "factor": Score(of="factor"),
    "factor within types": Score(of="factor", within_group=True),
}


@pytest.fixture(scope="module")
def example() -> Example:
    """Thirty units, a fifth of the cells empty; the counts, and q3, do not apply to some."""
    league = make_league(INDICATORS, error_correlation={"survey": 0.6})
    simulated = simulate(league, 30, seed=4, empty_share=0.2).simulated
    table = simulated.measures
    fifth = table["unit"].isin(sorted(table["unit"].unique())[::5])
    never = fifth & table["indicator"].isin(["events", "exact_events", "q3"])
    columns = ["value", "denominator", "se"]
    table = table.assign(
        status=table["status"].mask(never, "not_applicable"),
        **{name: table[name].mask(never) for name in columns if name in table},
    )
    measures = read_measures(table, simulated.units, league)
    cells = make_cells(league, measures)
    return Example(league, measures, cells, identify(league, cells), simulated)


@pytest.fixture(scope="module")
def fit(example):
    return made_fit(example, draws=DRAWS)


@pytest.fixture(scope="module", params=SCORES)
def standing(request, fit):
    score = SCORES[request.param]
    return stand(keep(fit, score), score=score, draft=True)


def keep(fit: Fit, score: Score, scale: Scale | None = None) -> Fit:
    """The fit with draws of another score, as a run keeps them."""
    if score.of == "factor":
        return with_score(fit, score)
    draws, scale = draw_score(
        score, fit.league, fit.measures, fit.posterior, fit.cells, fit.structure, seed=1,
        scale=scale,
    )  # fmt: skip
    drawn = draws.reshape(fit.posterior["factor"].shape)
    kept = fit.with_posterior(fit.posterior.assign(score=(("chain", "draw", "unit"), drawn)))
    constants = scale.to_dataset().assign_attrs(score=score.model_dump_json())
    kept.draws["score_scale"] = xr.DataTree(constants)
    return with_score(kept, score)


def test_lines_add_up_to_the_published_score(standing, example) -> None:
    kinds = set()
    for unit in example.cells.units[::5]:
        found = explain_score(standing, unit)
        draws = standing.score.sel(unit=unit)
        error = WITHIN * float(draws.std()) / np.sqrt(DRAWS)
        assert found.about["score"] == pytest.approx(found.table["contribution"].sum())
        assert found.about["score"] == pytest.approx(float(draws.mean()), abs=error)
        kinds |= set(found.table["kind"])
    score = standing.league.score
    by_category = score.of != "factor" and score.ratings == "category"
    assert ("predicted" in kinds) == by_category
    assert ("group" in kinds) == (not score.within_group)


def test_weights_are_those_of_the_unit(standing, example) -> None:
    of = standing.league.score.of
    for unit in example.cells.units[:6]:
        found = explain_score(standing, unit)
        table, missing = found.table, found.about["predicted_weight"]
        if of == "factor":
            assert table["weight"].isna().all()
            assert np.isnan(missing)
        elif of == "measures":
            own = table.loc[table["kind"] == "indicator", "weight"]
            assert own.sum() + missing == pytest.approx(1)


def drawn_again(example: Example, standing: Standing) -> Standing:
    """With other cells: the same parameters, and latents drawn with the same variates."""
    fit = keep(made_fit(example, draws=DRAWS), standing.league.score, scale_of(standing.fit))
    return replace(standing, fit=fit, score=scores(fit))


def put(example: Example, unit: int, k: int, value: float, error: SamplingError) -> Example:
    """The example with one Gaussian cell put in, or another in its place."""
    cells = example.cells
    grids = {
        "present": True,
        "value": value,
        "error_variance": error.error_variance,
        "common_error_loading": error.common_error_loading,
    }
    changed = {}
    for name, number in grids.items():
        changed[name] = getattr(cells, name).copy()
        changed[name][unit, k] = number
    return replace(example, cells=replace(cells, **changed))


def gaussian(example: Example, unit: int) -> np.ndarray:
    cells = example.cells
    return np.flatnonzero(cells.present[unit] & (cells.category[unit] < 0) & ~cells.exact[unit])


def test_a_cell_off_by_one_moves_its_own_line_and_the_score(standing, example) -> None:
    """Redrawn with the same variates, draws are linear in a Gaussian cell."""
    cells = example.cells
    # One that has all ratings, and shared errors in a facet: no absent category moves as well.
    unit = next(
        i for i in range(30) if (cells.category[i] >= 0).sum() == 3 and cells.present[i, :2].all()
    )
    name = cells.units[unit]
    before = explain_score(standing, name)
    for k in gaussian(example, unit):
        error = SamplingError(cells.error_variance[unit, k], cells.common_error_loading[unit, k])
        after = drawn_again(put(example, unit, k, cells.value[unit, k] + 1.0, error), standing)
        change = (after.score - standing.score).sel(unit=name).mean()
        table = explain_score(after, name).table
        step = (table["contribution"] - before.table["contribution"]).fillna(0)
        assert step.sum() == pytest.approx(float(change), abs=SINGLE)
        assert np.abs(step.drop(cells.indicators[k], errors="ignore")).max() < SINGLE


def lone_gaussian(field: Field) -> list[tuple[int, int]]:
    """Absent cells, to be Gaussian, in domains whose level is not sampled."""
    absent = absent_cells(field)
    plain = [k for k, i in enumerate(field.cells.indicators) if i in ("q1", "q3", "events")]
    chosen = absent[absent["indicator"].isin(plain)].drop_duplicates("indicator")
    return list(zip(chosen["unit"], chosen["indicator"], strict=True))


def test_what_a_value_would_do_is_what_it_does(standing, example) -> None:
    """The cell put in, latents and score drawn again by the same parameters and weights."""
    field = open_field(standing)
    typical = typical_errors(example.cells, example.measures)
    found = lone_gaussian(field)
    assert len(found) == 3
    for unit, k in found:
        (cell,) = at_unit(field, unit).absent([k], [typical[k]])
        value = PredictiveCell(cell, None).quantile(0.9)
        updated = PredictiveCell(cell, None).learn(value)
        after = drawn_again(put(example, unit, k, value, typical[k]), standing)
        draws = after.score.sel(unit=example.cells.units[unit]).to_numpy()
        effective = DRAWS * effective_share(updated.weights)
        came, expected = (
            np.average(draws, weights=updated.weights) for draws in (updated.score, draws)
        )
        sd = np.sqrt(np.average((draws - expected) ** 2, weights=updated.weights))
        sd_came = np.sqrt(np.average((updated.score - came) ** 2, weights=updated.weights))
        assert came == pytest.approx(expected, abs=WITHIN * sd * np.sqrt(2 / effective))
        assert sd_came == pytest.approx(sd, rel=WITHIN / np.sqrt(effective))


def test_what_a_category_would_do_is_what_it_does_where_it_was_drawn(standing, example) -> None:
    """Draws of the score in which the absent rating has the category, against weighted ones."""
    field, cells = open_field(standing), example.cells
    at = np.arange(DRAWS)
    k = cells.indicators.index("stars")
    (latents,) = each_true_value(
        standing.fit.posterior, cells, example.structure, [k], seed=1, at=at, n_draws=DRAWS
    )
    cuts = cut_points(field, k)
    unit = int(np.flatnonzero(cells.category[:, k] < 0)[0])
    drawn = (latents[:, [unit]] > cuts).sum(axis=1)
    (cell,) = at_unit(field, unit).absent([k], [SamplingError(0.0, 0.0)])
    for category in range(cuts.shape[1] + 1):
        own = field.score[drawn == category, unit]
        assert len(own) > 50
        updated = PredictiveCell(cell, cuts).learn(category)
        came = np.average(updated.score, weights=updated.weights)
        sd = np.sqrt(np.average((updated.score - came) ** 2, weights=updated.weights))
        error = WITHIN * own.std() / np.sqrt(len(own))
        assert came == pytest.approx(own.mean(), abs=error)
        assert sd == pytest.approx(own.std(), rel=WITHIN / np.sqrt(len(own)))


def test_a_shift_is_what_the_cells_would_do(standing, example) -> None:
    """All of a unit put in at once: their gains times what they are moved by.

    Levels that are sampled have the error with which their variance is that of their draws.
    """
    field = open_field(standing)
    typical = typical_errors(example.cells, example.measures)
    for unit, own in list(by_unit(absent_cells(field)))[:6]:
        here, errors = at_unit(field, unit), [typical[k] for k in own]
        moved = move_by_absent(here, own, errors)
        known, new = with_uncertain_levels(here), new_cells(field, own, errors)
        levels = known.indicator < 0
        found = regress(known.coefficients[..., levels], known).covariance
        np.testing.assert_allclose(
            np.diagonal(found, axis1=1, axis2=2).mean(axis=0),
            known.residual[:, levels].var(axis=0),
            rtol=0.25,  # exact for one level and one draw; with two, each tells of the other
        )
        own_error = np.array([error.error_variance for error in errors])
        alone = regress(new, known).covariance
        sd = np.sqrt(np.diagonal(alone, axis1=1, axis2=2) + own_error)
        distance = sd * [example.cells.definitions[k].sign for k in own]
        full = known._replace(
            coefficients=np.concatenate([known.coefficients, new], axis=2),
            error_variance=np.concatenate(
                [
                    np.broadcast_to(known.error_variance, known.residual.shape),
                    np.broadcast_to(own_error, sd.shape),
                ],
                axis=1,
            ),
            residual=np.concatenate([0 * known.residual, distance], axis=1),
        )
        expected = regress(here.coefficients, full).mean
        np.testing.assert_allclose(moved, expected, rtol=1e-6, atol=1e-9)


def test_every_verb_says_something_of_every_score(standing, example) -> None:
    unit = example.cells.units[0]
    assert explain_missing(standing, unit).table.loc[:, "predicted":].notna().any().any()
    sources = rank_by_source(standing, unit).table
    own = example.cells.domain[example.cells.present[0]]
    assert list(sources.index) == [example.cells.domains[m] for m in np.unique(own)]
    table = worth(standing).table
    assert np.isfinite(table["narrowing"]).all()
    assert table["narrowing"].mean() > 0
    ranks = shift(standing, [-1.0, 1.0]).parts["expected_rank"].dropna()
    assert (ranks[-1.0] - ranks[1.0]).abs().max() > 0.5


def test_by_one_source_alone_the_mean_is_what_the_tree_brings_down(standing, example) -> None:
    """E[x | cells of the survey] by `ascend` and `descend`, and then of every leaf."""
    cells, field = example.cells, open_field(standing)
    counted, of = field.counted, cells.domain
    survey = cells.domains.index("survey")
    unit = next(i for i in range(30) if cells.present[i, of == survey].all())
    node = nodes(of, cells.facet, len(cells.domains))
    total = np.zeros(DRAWS)
    for s, parameters in enumerate(field.given.each()):
        p, e = at_units(parameters, field.given.evidence, np.array([unit]))
        e = of_source(e, survey)
        up = ascend(p, e)
        level = descend(p, e, up, up.mean, up.variance)
        x, var_x = level.mean[0, node], level.variance[0, node]
        f = level.halo_mean[0, node] - level.halo_slope[0, node] * x
        expected = p.intercept[cells.group[unit]] + p.domain_loading * x
        w = p.uniqueness_sd**2 / (p.uniqueness_sd**2 + e.error_variance[0])
        left = e.value[0] - expected - e.common_error_loading[0] * f
        eta = expected + np.where(e.present[0], w * left, 0.0)
        sd = np.sqrt(p.domain_loading**2 * var_x + p.uniqueness_sd**2)
        shift = group_shift(
            field.given.group_level[s], field.given.group_effect[s], p.root_coherence
        )[cells.group[unit]]
        for j, (k, m) in enumerate(zip(counted.indicator, counted.domain, strict=True)):
            mean = eta[k] if k >= 0 else level.mean[0, m] + shift[m] if m >= 0 else up.mean[0]
            rating = counted.ratings.get(j)
            if rating is not None and rating.category_value is not None:
                below = norm.cdf(np.concatenate([[-np.inf], rating.cuts[s], [np.inf]]), mean, sd[k])
                mean = np.diff(below) @ rating.category_value
            off = mean - counted.usual[s, cells.group[unit], j]
            total[s] += counted.slopes(unit)[s, j] * off
    came = rank_by_source(standing, cells.units[unit]).table.loc["survey"]
    expected = (total + counted.typical(unit)).mean()
    error = WITHIN * came["score_sd"] / np.sqrt(DRAWS)
    assert came["score_mean"] == pytest.approx(expected, abs=error)
