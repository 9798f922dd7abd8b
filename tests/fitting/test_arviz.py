"""The draws of every shipped league, in the hands of ArviZ and PyMC."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import arviz as az
import numpy as np
import pymc as pm
import pytest

import openness
from openness.fitting import Fit, Settings
from openness.model.exact import exact_labels
from openness.study import draw_truth

pytestmark = pytest.mark.sampling

FEW = Settings(chains=2, draws=150, tune=150, target_accept=0.8)
PARAMETERS = ["communality", "uniqueness_sd"]


@dataclass(frozen=True)
class Shipped:
    fit: Fit
    predicted: object


@pytest.fixture(scope="module", params=openness.shipped_leagues())
def shipped(request) -> Shipped:
    """Forty units of a shipped league, some of whose counts are withheld."""
    league = openness.load_league(request.param)
    rng = np.random.default_rng(8)
    groups = [group.id for group in league.groups]
    units = {group: 40 // len(groups) for group in groups}
    truth = draw_truth(league, rng, units_per_group=units)
    simulated = openness.simulate_league(league, units, truth, rng, empty_share=0.1)
    table = simulated.measures.copy()
    ranged = [i.id for i in league.scored if i.suppressed]
    small = table["indicator"].isin(ranged[:1]) & (table["status"] == "observed")
    withheld = table.index[small][:2]
    table["status"] = table["status"].mask(table.index.isin(withheld), "suppressed")
    table["value"] = table["value"].mask(table.index.isin(withheld))
    table.loc[withheld, "denominator"] = 20
    measures = openness.read_measures(table, simulated.units, league)
    fit = openness.fit(league, measures, seed=1, settings=FEW)
    assert len(exact_labels(fit.cells)) == (2 if ranged else 0)
    return Shipped(fit, openness.posterior_predictive(fit, seed=1, draws=50))


@pytest.fixture(autouse=True)
def said_by_others():
    """What ArviZ and PyMC say of few draws and of ratings is right, and not what is tested."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Estimated shape parameter of Pareto")
        warnings.filterwarnings("ignore", message="Variables .* look (binary|discrete)")
        warnings.filterwarnings("ignore", message="The effect of Potentials")
        warnings.filterwarnings("ignore", message="Numba will use object mode")
        # ArviZ concatenates prior and posterior in a way that xarray is about to change.
        warnings.filterwarnings("ignore", "In a future version of xarray", FutureWarning)
        yield


def test_loo_leaves_out_units(shipped) -> None:
    loo = az.loo(shipped.fit.draws)
    assert loo.n_data_points == len(shipped.fit.cells.units)
    assert np.isfinite(loo.elpd)
    assert (np.asarray(loo.pareto_k) < 0.7).mean() > 0.8


def test_models_are_compared(shipped) -> None:
    draws = shipped.fit.draws
    worse = draws.copy()
    spoilt = draws["log_likelihood"]["observed"] - 0.5
    worse["log_likelihood"] = worse["log_likelihood"].to_dataset().assign(observed=spoilt)
    table = az.compare({"fit": draws, "spoilt": worse})
    assert table.index.tolist() == ["fit", "spoilt"]
    lost = 0.5 * draws["posterior"].sizes["unit"]
    np.testing.assert_allclose(table["elpd_diff"].abs().max(), lost, atol=0.1)


def test_power_scaling_knows_the_prior_and_the_likelihood(shipped) -> None:
    table = az.psense_summary(shipped.fit.draws, var_names=PARAMETERS)
    assert np.isfinite(table[["prior", "likelihood"]].to_numpy()).all()
    assert (table["likelihood"] > 0).any()


def test_predictions_are_plotted_beside_what_was_observed(shipped) -> None:
    plotted = az.plot_ppc_dist(shipped.predicted, num_samples=10, backend="none")
    assert set(plotted.viz["plot"].data_vars) >= {shipped.fit.cells.indicators[0]}


def test_prior_and_posterior_are_plotted_together(shipped) -> None:
    fit = shipped.fit
    both = fit.draws.copy()
    prior = openness.prior_predictive(fit.league, fit.measures, seed=1, draws=100)
    both["prior"] = prior["prior"]
    az.plot_prior_posterior(both, var_names=PARAMETERS, backend="none")


def test_pymc_goes_on_from_the_draws(shipped) -> None:
    """What PyMC computes from the kept parameters is what was kept: nothing is drawn anew."""
    fit = shipped.fit
    wanted = [n for n in ("domain_mean", "expected") if n in fit.posterior]
    with openness.build_model(fit.league, fit.measures):
        again = pm.sample_posterior_predictive(
            fit.draws["posterior"].to_dataset()[
                [v for v in fit.posterior.data_vars if v not in ("factor", "domain_level", *wanted)]
            ],
            var_names=wanted,
            random_seed=1,
            progressbar=False,
        )
    for name in wanted:
        found = again["posterior_predictive"][name]
        np.testing.assert_allclose(found, fit.posterior[name], atol=1e-4)


def test_predicted_groups_differ_as_in_the_posterior(small_fit) -> None:
    """Not as in the prior, from which PyMC draws every parameter that it does not find."""
    draws = small_fit.draws.sel(draw=slice(None, None, 10))
    with openness.build_model(small_fit.league, small_fit.measures):
        found = pm.sample_posterior_predictive(draws, random_seed=1, progressbar=False)
    cells = found["posterior_predictive"]["cells"]
    town = (small_fit.measures.units["group"] == "town").to_numpy()
    predicted = cells[:, :, town].mean("unit") - cells[:, :, ~town].mean("unit")
    expected = draws["posterior"]["expected"]
    settled = expected.sel(unit_group="town") - expected.sel(unit_group="country")
    for name in small_fit.cells.indicators:
        a, b = (x.sel(indicator=name).to_numpy().ravel() for x in (predicted, settled))
        # What the schools of a group add by chance is independent of the parameters.
        assert np.cov(a, b)[0, 1] / b.var() == pytest.approx(1, abs=0.25)
        assert abs(a.mean() - b.mean()) < 5 * a.std() / np.sqrt(len(a))
