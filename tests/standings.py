"""A standing of numbers that a test states, without a fit behind it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from openness.fitting import Fit
from openness.fitting.gate import Diagnostics
from openness.league import League
from openness.standing import Standing
from openness.standing.standing import standing_on


def made_standing(
    draws: np.ndarray,
    completeness: pd.DataFrame,
    units: pd.DataFrame,
    league: League,
    reliability: np.ndarray,
    *,
    passed: bool = True,
    **settings,
) -> Standing:
    """A standing of these draws (S, n), one column for each row of `units`."""
    names = units.index.tolist()
    known = units[["name", "group"]].join(completeness).assign(reliability=reliability)
    row = {"rhat": 1.0, "ess_bulk": 500.0, "ess_tail": 500.0, "passed": passed}
    fit = Fit(
        league=league,
        measures=None,
        draws=xr.DataTree(),
        diagnostics=Diagnostics(pd.DataFrame([row], index=["factor"]), 0, 1.0),
        provenance={"seed": 1, "method": "drawn", "settings": {"draws": 250, "tune": 250}},
    )
    score = xr.DataArray(draws, dims=("sample", "unit"), coords={"unit": names})
    return standing_on(fit, score, known.rename_axis("unit"), **settings)
