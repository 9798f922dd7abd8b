"""A fit without a sampler: what this room computes is exact given the draws, whatever they are."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from openness.fitting import Fit
from openness.fitting.evidence import constant_data, observed_data
from openness.fitting.gate import Diagnostics
from openness.model.conditional import draw_latents
from openness.standing import Standing, stand

from ..model.leagues import EVERY_FAMILY, Example, make_league, simulate
from ..model.posteriors import made_posterior

DRAWS = 2000


def made_fit(
    example: Example,
    *,
    draws: int = DRAWS,
    spread: float = 0.1,
    passed: bool = True,
    posterior: xr.Dataset | None = None,
):
    """A fit whose hyperparameters were made up and whose openness is drawn as a fit draws it."""
    if posterior is None:
        posterior = made_posterior(example, draws // 2, spread=spread)
    rng = np.random.default_rng(7)
    if example.structure.coherence == "common":
        agreement = rng.beta(12, 8, size=(2, draws // 2))
        posterior = posterior.assign(agreement=(("chain", "draw"), agreement))
    latents = draw_latents(posterior, example.cells, example.structure, rng)
    shape = (2, draws // 2, len(example.cells.units))
    of_facets = latents.facet_level.reshape(*shape, len(example.cells.facets))
    posterior = posterior.assign(
        factor=(("chain", "draw", "unit"), latents.factor.reshape(shape)),
        domain_level=(
            ("chain", "draw", "unit", "domain"),
            latents.domain_level.reshape(*shape, -1),
        ),
        **(
            {"facet_level": (("chain", "draw", "unit", "facet"), of_facets)}
            if example.cells.facets
            else {}
        ),
    ).assign_coords(chain=[0, 1], draw=np.arange(draws // 2), unit=list(example.cells.units))
    checks = {"rhat": 1.0, "ess_bulk": 4000.0, "ess_tail": 4000.0, "passed": passed}
    return Fit(
        league=example.league,
        measures=example.measures,
        draws=xr.DataTree.from_dict(
            {
                "posterior": posterior,
                "constant_data": constant_data(example.cells, example.structure),
                "observed_data": observed_data(example.cells, example.measures),
            }
        ),
        diagnostics=Diagnostics(pd.DataFrame(checks, index=["factor"]), 0, 1.0),
        provenance={"method": "collapsed", "seed": 1, "settings": {"draws": 1000, "tune": 600}},
    )


@pytest.fixture(scope="session")
def example() -> Example:
    """Thirty units with every family of indicator, a quarter of the cells empty."""
    league = make_league(
        EVERY_FAMILY, error_correlation={"survey": 0.4}, eligibility={"minimum_domains": 2}
    )
    return simulate(league, 30, seed=3, empty_share=0.25)


@pytest.fixture(scope="session")
def fit(example: Example) -> Fit:
    return made_fit(example)


@pytest.fixture(scope="session")
def standing(fit: Fit) -> Standing:
    return stand(fit)
