"""New answers of the same units."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit, ndtr

from openness.model.observed import parameters_by_draw
from openness.predicting import posterior_predictive, true_values

from .conftest import CORRELATION

WITHIN = 5
"""Monte Carlo standard errors."""


@pytest.fixture(scope="module")
def predicted(fit):
    return posterior_predictive(fit, seed=2, draws=None)


def by_draw(variable) -> np.ndarray:
    values = variable.to_numpy().astype(float)
    return values.reshape(-1, values.shape[-1])


def residual(fit, predicted, name: str) -> np.ndarray:
    """Of shares, by their binomial error; the true values are those of the same seed."""
    cells = fit.cells
    k = cells.indicators.index(name)
    drawn = predicted["posterior_predictive"][name]
    units = drawn[f"unit_{name}"].to_numpy()
    eta = by_draw(true_values(fit, [name], seed=2).sel(indicator=name, unit=units))
    share = expit(eta)
    n = cells.n[[cells.units.index(unit) for unit in units], k]
    return (by_draw(drawn) - share) / np.sqrt(share * (1 - share) / np.rint(n))


def test_shares_are_binomial_about_their_true_values(fit, predicted) -> None:
    for name in ("up", "down"):
        error = residual(fit, predicted, name)
        assert abs(error.mean()) < WITHIN / np.sqrt(error.size)
        assert abs((error**2).mean() - 1) < WITHIN * np.sqrt(2 / error.size)


def test_errors_of_a_source_go_together_as_the_league_says(fit, predicted) -> None:
    """Contented respondents err upwards where more is better, and downwards where less is."""
    units = [predicted["posterior_predictive"][f"unit_{n}"].to_numpy() for n in ("up", "down")]
    both = np.intersect1d(*units)
    first, second = (
        residual(fit, predicted, name)[:, np.isin(own, both)].ravel()
        for name, own in zip(("up", "down"), units, strict=True)
    )
    found = np.corrcoef(first, second)[0, 1]
    # Numbers of respondents are whole, which takes a little from a correlation.
    assert -CORRELATION - 0.02 < found < -CORRELATION + 0.04


def test_counts_are_poisson_about_their_true_values(fit, predicted) -> None:
    drawn = predicted["posterior_predictive"]["events"]
    units = drawn["unit_events"].to_numpy()
    eta = by_draw(true_values(fit, ["events"], seed=2).sel(indicator="events", unit=units))
    days = fit.measures.cells.query("indicator == 'events'").set_index("unit")["denominator"]
    mean = days.loc[units].to_numpy() * np.exp(eta)
    error = (by_draw(drawn) - mean) / np.sqrt(mean)
    assert abs(error.mean()) < WITHIN / np.sqrt(error.size)
    assert abs((error**2).mean() - 1) < WITHIN * np.sqrt(3 / error.size)


def test_a_category_is_drawn_anew_given_the_level(fit, predicted) -> None:
    cells = fit.cells
    k = cells.indicators.index("yes")
    p = parameters_by_draw(fit.posterior, cells, fit.structure)
    of_group = fit.posterior["domain_mean"].to_numpy()[:, :, cells.group]
    level = (fit.posterior["domain_level"].to_numpy() - of_group).reshape(
        len(p.expected), len(cells.units), -1
    )[:, :, cells.domain[k]]
    centre = p.expected[:, cells.group, k] + p.domain_loading[:, [k]] * level
    cut = p.cut_point[:, -1:]  # of the last ordered indicator, which has one
    chance = ndtr((centre - cut) / p.uniqueness_sd[:, [k]])
    rows = np.flatnonzero(cells.present[:, k])
    drawn = by_draw(predicted["posterior_predictive"]["yes"])
    error = drawn.mean(0) - chance.mean(0)[rows]
    assert np.abs(error).max() < WITHIN * 0.5 / np.sqrt(len(drawn))


def test_only_what_was_observed_is_simulated_and_it_is_there_to_compare(fit, predicted) -> None:
    seen = predicted["observed_data"].to_dataset()
    assert set(predicted["posterior_predictive"].data_vars) == set(seen.data_vars)
    for name in seen.data_vars:
        dim = f"unit_{name}"
        np.testing.assert_array_equal(seen[dim], predicted["posterior_predictive"][dim])


def test_one_seed_one_table(varied) -> None:
    first, again, other = (
        posterior_predictive(varied, seed=seed, draws=20)["posterior_predictive"].to_dataset()
        for seed in (1, 1, 2)
    )
    assert first.equals(again)
    assert not first["up"].equals(other["up"])
