"""Nil returns: a zero that size and peers make all but impossible is likely a gap in reporting."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from openness.league.definition import League

THRESHOLD = 1e-4
"""Predictive probability of a zero below which it is suspected."""

PEERS = 5
"""Least number of other units from which a probability is computed."""

Floats = npt.NDArray[np.float64]


def suspected_nils(
    cells: pd.DataFrame, units: pd.DataFrame, league: League, threshold: float = THRESHOLD
) -> pd.DataFrame:
    """Find observed zeros that the other units' rates make very unlikely.

    A unit's peers are the other units of its group if there are `PEERS` of them with a value, or
    else all other units.

    Parameters
    ----------
    cells : pandas.DataFrame
        `Measures.cells`.
    units : pandas.DataFrame
        `Measures.units`.
    league : League
    threshold : float
        Probability below which a zero is suspected.

    Returns
    -------
    pandas.DataFrame
        A row for each suspected cell, in the order and with the index of `cells`: `unit`,
        `indicator`, `expected` (events or respondents at the peers' rate), `probability`.
    """
    counted = [i.id for i in league.indicators if i.family in ("proportion", "count")]
    usable = (
        (cells["status"] == "observed")
        & cells["indicator"].isin(counted)
        & cells["denominator"].notna()
    )
    work = cells.loc[usable, ["unit", "indicator", "value", "denominator"]]
    shares = [i.id for i in league.indicators if i.family == "proportion"]
    times = work["denominator"].where(work["indicator"].isin(shares), 1.0)
    work = work.assign(
        events=work["value"] * times,
        group=work["unit"].map(units["group"]),
        expected=np.nan,
        probability=np.nan,
    )
    for keys in (["indicator"], ["indicator", "group"]):
        for _, peers in work.groupby(keys):
            if len(peers) > PEERS:
                expected, probability = zero_probability(
                    peers["events"].to_numpy(), peers["denominator"].to_numpy()
                )
                work.loc[peers.index, "expected"] = expected
                work.loc[peers.index, "probability"] = probability
    suspected = (work["events"] == 0) & (work["probability"] < threshold)
    return work.loc[suspected, ["unit", "indicator", "expected", "probability"]]


def zero_probability(events: Floats, exposure: Floats) -> tuple[Floats, Floats]:
    """Predict for each zero how likely it was, from all other elements.

    The others' events are negative binomial with mean m n and variance m n + phi (m n)^2, where m
    is their pooled rate and phi their over-dispersion by moments (0 if they vary no more than
    Poisson counts).

    Parameters
    ----------
    events, exposure : array, shape (units,)
        Events and what they happened in.

    Returns
    -------
    expected, probability : array, shape (units,)
        m n and Pr(0) = (1 + phi m n)^(-1/phi), or exp(-m n) if phi is 0. NaN where events are
        not 0.
    """
    # The sums leave out element i; where its events are 0, only those over n change.
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = events.sum() / (exposure.sum() - exposure)
        squares = rate**2 * (np.sum(exposure**2) - exposure**2)
        residual = np.sum(events**2) - 2 * rate * np.sum(events * exposure) + squares
        phi = np.maximum((residual - events.sum()) / squares, 0.0)
        expected = rate * exposure
        probability = np.where(phi > 0, np.exp(-np.log1p(phi * expected) / phi), np.exp(-expected))
    zero = events == 0
    return np.where(zero, expected, np.nan), np.where(zero, probability, np.nan)
