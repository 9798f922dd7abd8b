"""The twin keeps what a table has, and the truth of a fit is what the fit was made of."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy.special import expit

from openness.errors import OpennessError
from openness.fitting import Fit
from openness.fitting.evidence import constant_data
from openness.fitting.gate import Diagnostics
from openness.league import League
from openness.measures import Measures, read_measures
from openness.model.cells import make_cells
from openness.model.identification import identify
from openness.study import SimulatedLeague, Truth, simulate_twin, truth_of_fit

from ..model.leagues import EVERY_FAMILY, make_league, simulate

LARGE = 1e9
"""A denominator that leaves no sampling error worth the name."""

NEGLIGIBLE = 1e-3
"""Ten times what is left of it: a Poisson rate of 0.03 has a relative error of 2e-4."""


@pytest.fixture(scope="module")
def original() -> SimulatedLeague:
    league = make_league(error_correlation={"survey": 0.5})
    simulated = simulate(league, 40, seed=3, empty_share=0.2).simulated
    table = simulated.measures.copy()
    table["denominator"] = table["denominator"].mask(table["denominator"].notna(), LARGE)
    table["se"] = table["se"].mask(table["se"].notna(), 1e-4)
    counts = table["indicator"].isin(["events", "exact_events"]) & table["value"].notna()
    table.loc[counts, "value"] = np.rint(0.03 * LARGE)
    return replace(simulated, measures=table)


def _read(simulated: SimulatedLeague) -> Measures:
    return read_measures(simulated.measures, simulated.units, simulated.league)


def test_the_twin_keeps_everything_but_the_values(original: SimulatedLeague) -> None:
    before = _read(original)
    rng = np.random.default_rng(1)
    after = _read(simulate_twin(before, original.league, original.truth, rng))
    pd.testing.assert_frame_equal(before.units, after.units)
    kept = ["unit", "indicator", "denominator", "se", "status"]
    pd.testing.assert_frame_equal(before.cells[kept], after.cells[kept])
    observed = before.cells["status"] == "observed"
    assert after.cells.loc[observed, "value"].notna().all()
    assert after.cells.loc[~observed, "value"].isna().all()


def test_values_are_those_of_the_linear_predictor(original: SimulatedLeague) -> None:
    """Without sampling error a share is logistic(eta), a rate exp(eta), a score eta."""
    league = original.league
    twin = simulate_twin(_read(original), league, original.truth, np.random.default_rng(1))
    measures = _read(twin)
    for indicator in league.scored:
        eta = twin.eta[indicator.id].to_numpy()
        value = measures.grid("value", (indicator.id,)).astype(float)[:, 0]
        there = ~np.isnan(value)
        match indicator.family:
            case "proportion":
                expected, value = expit(eta), value
            case "count":
                expected, value = np.exp(eta), value / LARGE
            case "score":
                expected = eta
            case _:
                expected = np.searchsorted(original.truth.cuts_of(indicator.id), eta)
        np.testing.assert_allclose(value[there], expected[there], rtol=NEGLIGIBLE, atol=NEGLIGIBLE)


def _fit_at(truth: Truth, league: League, measures: Measures, seen: dict[str, list[str]]) -> Fit:
    """A fit of a single draw, which is the truth."""
    sign = pd.Series([k.sign for k in league.scored], truth.spread.index)
    rho = truth.coherence[[k.domain for k in league.scored]].to_numpy()
    domain_loading = sign * truth.spread * np.sqrt(truth.communality)
    level = np.outer(np.sqrt(truth.coherence), truth.group_effect) + truth.domain_shift
    cuts = {
        f"{k.id}: {label}": truth.cuts_of(k.id)[k.labels.index(label) - 1]
        for k in league.scored
        for label in seen.get(k.id, list(k.labels))[1:]
    }
    measured = [k.id for k in league.scored if not k.labels]
    posterior = xr.Dataset(
        {
            "intercept": ("measured", truth.intercept[measured]),
            "spread": ("measured", truth.spread[measured]),
            "loading": ("indicator", domain_loading * np.sqrt(rho)),
            "residual_domain_loading": ("indicator", domain_loading * np.sqrt(1 - rho)),
            "uniqueness_sd": ("indicator", truth.spread * np.sqrt(1 - truth.communality)),
            "coherence": ("coherent_domain", truth.coherence),
            "group_effect": ("unit_group", truth.group_effect),
            "domain_mean": (("unit_group", "domain"), level.T),
            "cut_point": ("cut", list(cuts.values())),
        },
        coords={
            "measured": measured,
            "indicator": list(truth.spread.index),
            "domain": list(truth.coherence.index),
            "unit_group": list(truth.group_effect.index),
            "cut": list(cuts),
        },
    ).expand_dims(chain=1, draw=1)
    nothing = Diagnostics(pd.DataFrame(), 0, 1.0)
    cells = make_cells(league, measures)
    kept = constant_data(cells, identify(league, cells))
    draws = xr.DataTree.from_dict({"posterior": posterior, "constant_data": kept})
    return Fit(league, measures, draws, nothing, {})


def test_truth_of_a_fit_that_is_the_truth() -> None:
    example = simulate(make_league(), 40, seed=3)
    truth = example.simulated.truth
    found = truth_of_fit(_fit_at(truth, example.league, example.measures, {}))
    for name in ("intercept", "spread", "communality", "cuts", "coherence", "group_effect"):
        pd.testing.assert_series_equal(
            getattr(found, name), getattr(truth, name), check_names=False, rtol=1e-12
        )
    pd.testing.assert_frame_equal(found.domain_shift, truth.domain_shift, rtol=1e-12, atol=1e-12)


def test_a_category_that_nobody_is_in_stays_empty() -> None:
    """Categories poor, fair, good, best, of which poor and good do not occur: no cut is fitted."""
    example = simulate(make_league(), 40, seed=3)
    table = example.simulated.measures
    rating = table["indicator"] == "rating"
    moved = table["value"].replace({"poor": "fair", "good": "best"})
    table = table.assign(value=table["value"].mask(rating, moved))
    measures = read_measures(table, example.simulated.units, example.league)
    truth = example.simulated.truth
    found = truth_of_fit(_fit_at(truth, example.league, measures, {"rating": ["fair", "best"]}))
    best = truth.cuts_of("rating")[2]
    assert found.cuts_of("rating").tolist() == [-np.inf, best, best]
    twin = simulate_twin(measures, example.league, found, np.random.default_rng(2))
    seen = twin.measures.loc[twin.measures["indicator"] == "rating", "value"]
    assert set(seen) == {"fair", "best"}


def test_an_indicator_without_data_is_refused() -> None:
    league = make_league((*EVERY_FAMILY, {"id": "never", "family": "count", "domain": "counts"}))
    example = simulate(make_league(), 40, seed=3)
    measures = read_measures(example.simulated.measures, example.simulated.units, league)
    fit = _fit_at(example.simulated.truth, example.league, measures, {})
    with pytest.raises(OpennessError, match=r"truth_of_fit: never had no data"):
        truth_of_fit(replace(fit, league=league))
