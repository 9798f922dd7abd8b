"""Observe an indicator whose linear predictor is known, by the sampling law of its family."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import binom, norm

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

    Parameters
    ----------
    indicator : Indicator
    eta, error, size : arrays, shape (n,)
        Linear predictor, standard normal sampling error (its law for shares and scores), and
        denominator.
    se : array of shape (n,), optional
        Standard errors of a score; if not given, from the indicator's `respondent_sd`.
    truth : Truth
    rng : numpy.random.Generator
        Counts are drawn from it.
    """
    match indicator.family:
        case "proportion":
            return _proportion(indicator, eta, error, size)
        case "count":
            return _count(indicator, eta, size, rng)
        case "score" if se is None:
            return _score_of_respondents(indicator, eta, error, size)
        case "score":
            return pd.DataFrame({"value": eta + se * error, "se": se})
        case _:
            return _category(indicator, eta, truth.cuts_of(indicator.id))


def _proportion(
    indicator: Indicator, eta: np.ndarray, error: np.ndarray, people: np.ndarray
) -> pd.DataFrame:
    """Binomial share of `people` over the design effect, by the inverse of its distribution."""
    effective = np.maximum(1, np.rint(people / indicator.design_effect))
    share = 1 / (1 + np.exp(-eta))
    y = binom.ppf(norm.cdf(error), effective, share)
    return pd.DataFrame({"value": y / effective, "denominator": people})


def _count(
    indicator: Indicator, eta: np.ndarray, days: np.ndarray, rng: np.random.Generator
) -> pd.DataFrame:
    """Poisson count with mean `days * exp(eta)` and its variance times the design effect."""
    deff = indicator.design_effect
    y = np.rint(deff * rng.poisson(days * np.exp(eta) / deff))
    return pd.DataFrame({"value": y, "denominator": days})


def _score_of_respondents(
    indicator: Indicator, eta: np.ndarray, error: np.ndarray, people: np.ndarray
) -> pd.DataFrame:
    """Mean of `people` answers that differ by the declared respondent sd; no `se` published."""
    assert indicator.respondent_sd is not None
    se = indicator.respondent_sd * np.sqrt(indicator.design_effect / people)
    return pd.DataFrame({"value": eta + se * error, "denominator": people})


def _category(indicator: Indicator, eta: np.ndarray, cuts: np.ndarray) -> pd.DataFrame:
    """Category j where cut_j < eta <= cut_j+1: its label, or 0/1 for a binary indicator."""
    position = np.searchsorted(cuts, eta, side="left")
    if indicator.family == "binary":
        return pd.DataFrame({"value": position.astype(float)})
    return pd.DataFrame({"value": np.array(indicator.categories, dtype=object)[position]})
