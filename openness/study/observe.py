"""Observe an indicator whose linear predictor is known, as its family draws it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from openness.families import Sampling, family_of
from openness.league import Indicator
from openness.study.truth import Truth


def sampling_error(
    indicator: Indicator, correlation: float, common: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Standard normal errors of one indicator that go with what its domain has in `common`."""
    own = rng.normal(size=len(common))
    return indicator.sign * (np.sqrt(correlation) * common + np.sqrt(1 - correlation) * own)


def draw_cells(
    indicator: Indicator,
    eta: np.ndarray,
    error: np.ndarray,
    size: np.ndarray,
    se: np.ndarray | None,
    truth: Truth,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Observe one indicator: the columns of a measures file that its family has.

    See `openness.families.Sampling` for what it is observed with.
    """
    sampling = Sampling(error, size, se, truth.cuts_of(indicator.id), rng)
    return pd.DataFrame(family_of(indicator).draw(indicator, eta, sampling))
