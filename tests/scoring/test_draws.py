"""Draws of a declared score, and what of them a unit's own cells settle."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

import openness
from openness.errors import InvalidRun
from openness.fitting import reliability, scale_of, scores, with_score
from openness.league import Score
from openness.scoring import Scale, category_values, draw_score

EQUAL = Score(of="measures", weights="equal_measures")


def test_a_score_of_measures_is_the_mean_of_standardised_true_values(small_fit):
    fit = with_score(small_fit, EQUAL)
    eta = openness.true_values(fit).stack(sample=("chain", "draw")).transpose("sample", ...)
    mean, sd = eta.mean("unit").mean("sample"), eta.std("unit").mean("sample")
    expected = ((eta - mean) / sd).mean("indicator")  # higher is better in all four
    np.testing.assert_allclose(scores(fit), expected, atol=1e-5)  # true values are kept in float32


def test_a_score_of_sources_is_a_mean_of_levels(small_fit):
    fit = with_score(small_fit, Score(of="sources", weights={"survey": 3, "incidents": 1}))
    level = fit.posterior["domain_level"].astype(float)
    level = level.stack(sample=("chain", "draw")).transpose("sample", ...)
    mean, sd = level.mean("unit").mean("sample"), level.std("unit").mean("sample")
    expected = ((level - mean) / sd).transpose("sample", "unit", "domain").to_numpy() @ [0.75, 0.25]
    np.testing.assert_allclose(scores(fit), expected, atol=1e-6)


def test_without_the_means_of_types_no_type_is_ahead(small_fit):
    fit = with_score(small_fit, EQUAL.model_copy(update={"within_group": True}))
    drawn = scores(fit)
    group = fit.measures.units.loc[drawn["unit"].to_numpy(), "group"].to_numpy()
    means = [drawn.to_numpy()[:, group == g].mean(axis=1) for g in ("town", "country")]
    # The model's means are out; those of 25 and 15 units differ from them by sampling alone.
    assert abs(np.mean(means[0] - means[1])) < 0.2


def test_draws_are_those_of_the_seed_and_constants_make_runs_comparable(small_fit):
    fit = with_score(small_fit, EQUAL)
    assert (scores(fit) == scores(fit)).all()
    scale = scale_of(fit)
    moved = Scale({name: mean - 1 for name, mean in scale.centre.items()}, scale.spread, {})
    asked = (fit.league, fit.measures, fit.posterior, fit.cells, fit.structure)
    again, kept = draw_score(EQUAL, *asked, seed=1, scale=moved)
    up = np.mean([1 / sd for sd in scale.spread.values()])
    np.testing.assert_allclose(again, scores(fit) + up, atol=1e-6)
    assert kept == moved
    assert Scale.from_dataset(moved.to_dataset()) == moved
    with pytest.raises(InvalidRun, match="no heard"):
        draw_score(EQUAL, *asked, seed=1, scale=Scale({}, {}, {}))


def test_uncertain_weights_are_one_draw_for_all_units_about_the_declared(small_fit):
    sure = scores(with_score(small_fit, EQUAL)).to_numpy()
    loose = EQUAL.model_copy(update={"weights_concentration": 20.0})
    unsure = scores(with_score(small_fit, loose)).to_numpy()
    assert np.corrcoef(sure.mean(axis=0), unsure.mean(axis=0))[0, 1] > 0.99
    assert unsure.std(axis=0).mean() > sure.std(axis=0).mean()


def test_the_value_of_a_category_is_the_mean_of_its_part_of_the_normal():
    cuts = np.array([-0.4, 1.1])
    for value, low, high in zip(
        category_values(0.3, 0.8, cuts), [-np.inf, *cuts], [*cuts, np.inf], strict=True
    ):
        density = norm(0.3, 0.8)
        chance = density.cdf(high) - density.cdf(low)
        mean = quad(lambda x: x * density.pdf(x), low, high)[0] / chance  # noqa: B023
        assert value == pytest.approx(mean, abs=1e-8)
    assert category_values(0.0, 1.0, np.array([-60.0]))[0] == -60.0


def test_a_unit_without_cells_has_settled_nothing_and_more_cells_settle_more(small_fit):
    for score in (EQUAL, Score(), Score(of="sources", weights="equal_sources")):
        fit = with_score(small_fit, score)
        settled = reliability(fit, scores(fit)).to_numpy()
        present = fit.cells.present.sum(axis=1)
        assert settled[present == 4].mean() > settled[present == 2].mean()
        # A variance of 4,000 draws and more has a relative error of .03 at most.
        assert (settled[present == 0] < 0.1).all()
        assert ((settled >= 0) & (settled <= 1)).all()


def test_a_run_keeps_its_score_and_constants(small_league, small_measures, tmp_path):
    league = small_league.model_copy(update={"score": EQUAL})
    hasty = openness.Settings(chains=2, draws=100, tune=100)
    fit = openness.fit(league, small_measures, seed=1, settings=hasty)
    kept = openness.load_fit(openness.save_fit(fit, tmp_path / "run"))
    assert (scores(kept) == scores(fit)).all()
    assert scale_of(kept) == scale_of(fit)
    later = openness.fit(league, small_measures, seed=2, settings=hasty, reference=kept)
    assert scale_of(later) == scale_of(kept)
