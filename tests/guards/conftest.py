"""Fits of leagues whose parameters are those they were simulated with: the guards see no sampler.

A fault is planted in the table, or in the parameters, of an honest league.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from openness.fitting import Fit
from openness.league import League
from openness.measures import read_measures
from openness.model.cells import make_cells
from openness.model.identification import identify
from openness.model.priors import coordinates
from openness.study import draw_truth, simulate_league
from openness.study.simulate import SimulatedLeague

from ..explain.conftest import made_fit
from ..model.leagues import Example, indicators, make_league

UNITS = {"acute": 60, "ambulance": 30}
DRAWS = 200
SURVEY = tuple(f"survey_proportion{k}" for k in range(4))
COUNTS = ("counts_count0", "counts_count1")
LONE = "audit_score0"


def guarded_league(**settings) -> League:
    """Four shares of a survey, two counts, and a score alone in its source."""
    league = make_league(
        indicators("proportion", "survey", 4)
        + indicators("count", "counts", 2)
        + indicators("score", "audit", 1),
        error_correlation={"survey": 0.3},
    )
    return league.model_copy(update=settings)


def simulated(league: League, *, seed: int = 5) -> SimulatedLeague:
    """Every communality is .6, every coherence .7."""
    rng = np.random.default_rng(seed)
    truth = draw_truth(league, rng, units_per_group=UNITS, group_sd=0.3, shift_sd=0.2)
    truth = replace(
        truth,
        communality=pd.Series(0.6, truth.communality.index),
        coherence=pd.Series(0.7, truth.coherence.index),
    )
    return simulate_league(league, UNITS, truth, rng, empty_share=0.05)


def posterior_of_truth(example: Example, *, draws: int = DRAWS, **changed: float) -> xr.Dataset:
    """Draws that all are the truth, but for communalities that a test states."""
    cells, truth = example.cells, example.simulated.truth
    domains, measures = list(cells.domains), list(cells.indicators)
    h = truth.communality[measures].copy()
    for name, share in changed.items():
        h[name] = share
    rho = truth.coherence[domains].to_numpy().copy()
    lone = example.structure.lone
    for k in np.flatnonzero(lone):  # the only share of a lone measure is of the factor
        if cells.indicators[k] not in changed:
            h.iloc[k] *= rho[cells.domain[k]]
        rho[cells.domain[k]] = 1.0
    root, omega = np.sqrt(rho)[cells.domain], truth.spread[measures].to_numpy()
    sign = np.array([indicator.sign for indicator in cells.definitions])
    loading = sign * omega * np.sqrt(h.to_numpy())
    mean = root * truth.group_effect.to_numpy()[:, None]
    shift = truth.domain_shift.loc[domains].to_numpy().T
    values = {
        "loading": (loading * root, ("indicator",)),
        "residual_domain_loading": (
            loading * np.sqrt(1 - rho)[cells.domain],
            ("indicator",),
        ),
        "uniqueness_sd": (omega * np.sqrt(1 - h.to_numpy()), ("indicator",)),
        "coherence": (rho[list(example.structure.coherent)], ("coherent_domain",)),
        "group_effect": (truth.group_effect.to_numpy(), ("unit_group",)),
        "domain_mean": (
            np.sqrt(rho) * truth.group_effect.to_numpy()[:, None] + shift,
            ("unit_group", "domain"),
        ),
        "expected": (
            truth.intercept[measures].to_numpy() + loading * (mean + shift[:, cells.domain]),
            ("unit_group", "indicator"),
        ),
    }
    coords = coordinates(cells, example.structure)
    return xr.Dataset(
        {
            name: (("chain", "draw", *dims), np.broadcast_to(value, (2, draws // 2, *value.shape)))
            for name, (value, dims) in values.items()
        },
        coords={name: labels for name, labels in coords.items() if labels},
    )


Plant = Callable[[pd.DataFrame], pd.DataFrame]


def fit_of(league: League, plant: Plant = lambda table: table, **communality: float) -> Fit:
    """A fit of the simulated table with something planted in it."""
    made = simulated(league)
    measures = read_measures(plant(made.measures.copy()), made.units, league)
    cells = make_cells(league, measures)
    example = Example(league, measures, cells, identify(league, cells), made)
    posterior = posterior_of_truth(example, **communality)
    return made_fit(example, draws=DRAWS, posterior=posterior)


def rows_of(table: pd.DataFrame, *names: str) -> pd.Series:
    return table["indicator"].isin(names) & (table["status"] == "observed")


@pytest.fixture(scope="session")
def league() -> League:
    return guarded_league()


@pytest.fixture(scope="session")
def honest(league: League) -> Fit:
    return fit_of(league)
