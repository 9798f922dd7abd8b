"""Both models over every mix of families and structures, without sampling.

Compiling is most of the time, so log density and gradient come from one function, without
rewrites, in Python.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pymc as pm
import pytest
from pymc.blocking import DictToArrayBijection, RaveledVars
from pytensor.compile.mode import Mode
from pytensor.graph.rewriting.db import RewriteDatabaseQuery

from openness.measures import Measures
from openness.model import build_model
from openness.model.anchors import prior_anchors
from openness.model.build import build_collapsed
from openness.model.joint import build_joint

from .leagues import STRUCTURES, Example, make_league, simulate

MODE = Mode(linker="py", optimizer=RewriteDatabaseQuery(include=[]))
LATENT = {
    "level",
    "cell_value",
    "z",
    "level_in_group",
    "facet_level_in_group",
    "variate",
    "shared_error",
    "factor",
    "return_tendency",
}

Build = Callable[..., pm.Model]


@pytest.fixture(scope="module", params=STRUCTURES)
def example(request: pytest.FixtureRequest) -> Example:
    chosen, settings = STRUCTURES[request.param]
    league = make_league(chosen, **settings)
    suppress = any("suppressed" in indicator for indicator in chosen)
    return simulate(league, 24, empty_share=0.2, seed=4, suppress=suppress, keep_back="b")


def test_some_cells_are_suppressed(example: Example) -> None:
    ranged = any(indicator.suppressed for indicator in example.league.indicators)
    assert example.cells.suppressed.any() == ranged


def test_selection_is_in_the_model_where_the_league_asks_for_it(example: Example) -> None:
    model = build_collapsed(example.league, example.cells, example.structure)
    ignored = example.league.selection.is_ignored
    assert ("return_intercept" in model.named_vars) == (not ignored)
    assert any("return" in flag for flag in example.structure.flags) == (not ignored)


@pytest.mark.parametrize("build", [build_collapsed, build_joint])
def test_density_and_gradient(example: Example, build: Build) -> None:
    """Finite where a sampler starts; beside it, no parameter is one the density does not know."""
    model = build(example.league, example.cells, example.structure)
    function = model.logp_dlogp_function(ravel_inputs=True, mode=MODE)
    start = DictToArrayBijection.map(model.initial_point())
    density, gradient = function(start)
    assert np.isfinite(density)
    assert np.isfinite(gradient).all()
    beside = start.data + np.random.default_rng(6).normal(scale=0.1, size=len(start.data))
    _, gradient = function(RaveledVars(beside, start.point_map_info))
    assert np.isfinite(gradient).all()
    assert np.all(gradient != 0)


def test_both_models_have_the_same_hyperparameters(example: Example) -> None:
    names = []
    for build in (build_collapsed, build_joint):
        model = build(example.league, example.cells, example.structure)
        declared = {variable.name for variable in model.free_RVs + model.deterministics}
        names.append(declared - LATENT)
    assert names[0] == names[1]
    assert {"communality", "loading", "uniqueness_sd", "expected"} <= names[0]


def test_parameters_have_the_labels_of_the_league(example: Example) -> None:
    model = build_collapsed(example.league, example.cells, example.structure)
    assert model.coords["unit"] == example.cells.units
    assert model.coords["indicator"] == example.cells.indicators
    assert model.coords["domain"] == example.cells.domains
    assert model.coords["unit_group"] == example.cells.groups
    assert ("group_effect" in model.named_vars) == example.structure.has_groups
    assert ("agreement" in model.named_vars) == (example.structure.coherence == "common")


@pytest.fixture(scope="module")
def prior() -> tuple[Example, Any]:
    example = simulate(make_league(error_correlation={"survey": 0.5}), 24, empty_share=0.3)
    model = build_collapsed(example.league, example.cells, example.structure)
    with warnings.catch_warnings():
        # The potentials cancel densities that are declared for a start only.
        warnings.filterwarnings("ignore", "The effect of Potentials")
        drawn = pm.sample_prior_predictive(
            draws=200, model=model, random_seed=5, compile_kwargs={"mode": MODE}
        )
    return example, drawn


def test_prior_predictive_fills_the_grid(prior: tuple[Example, Any]) -> None:
    cells = prior[1]["prior_predictive"]["cells"]
    assert cells.sizes == {"chain": 1, "draw": 200, "unit": 24, "indicator": 9}
    assert np.isfinite(cells).all()
    assert np.all(cells.std("draw") > 0)


def test_prior_puts_the_indicators_where_the_data_are(prior: tuple[Example, Any]) -> None:
    """Intercepts about the pooled mean, with the sd that the league states for the family."""
    example, drawn = prior
    measured = [k for k, labels in enumerate(example.cells.labels) if not labels]
    references = [example.cells.reference[k] for k in measured]
    centre = np.array([reference.mean for reference in references])
    sd = prior_anchors(example.league, example.cells)["intercept_sd"]
    intercept = drawn["prior"]["intercept"].to_numpy()[0]
    standardised = (intercept - centre) / sd
    # 200 draws: the mean within 4 standard errors of 0, the sd within 4 of 1.
    assert np.abs(standardised.mean(axis=0)).max() < 4 / np.sqrt(200)
    assert np.abs(standardised.std(axis=0) - 1).max() < 4 / np.sqrt(400)


def test_variance_shares_add_up(prior: tuple[Example, Any]) -> None:
    """lam^2 + gam^2 + psi^2 is the between-unit variance omega^2, 1 for ordered categories."""
    example, drawn = prior
    draws = drawn["prior"]
    total = sum(
        draws[name].to_numpy()[0] ** 2
        for name in ("loading", "residual_domain_loading", "uniqueness_sd")
    )
    ordered = np.array([bool(labels) for labels in example.cells.labels])
    assert total[:, ordered] == pytest.approx(1)
    assert total[:, ~ordered] == pytest.approx(draws["spread"].to_numpy()[0] ** 2)
    sign = [indicator.sign for indicator in example.cells.definitions]
    assert np.all(draws["loading"].to_numpy()[0] * sign >= 0)


def test_group_means_are_taken_out(prior: tuple[Example, Any]) -> None:
    example, drawn = prior
    weights = np.bincount(example.cells.group) / len(example.cells.group)
    centred = drawn["prior"]["group_effect"].to_numpy()[0] @ weights
    assert np.abs(centred).max() < 1e-12


def test_cut_points_rise(prior: tuple[Example, Any]) -> None:
    cuts = prior[1]["prior"]["cut_point"]
    rating = cuts.to_numpy()[0][:, [str(name).startswith("rating") for name in cuts["cut"].values]]
    assert rating.shape[1] == len(prior[0].cells.labels[6]) - 1
    assert np.all(np.diff(rating, axis=1) > 0)


def test_build_model_takes_measures(prior: tuple[Example, Any]) -> None:
    league, measures = prior[0].league, prior[0].measures
    assert isinstance(measures, Measures)
    assert "cells" in build_model(league, measures).named_vars
    assert "factor" in build_model(league, measures, method="joint").named_vars
