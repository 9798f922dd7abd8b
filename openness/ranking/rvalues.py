"""r-values: how selective a list could be and still have the unit on it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from openness.ranking.alike import shared
from openness.ranking.arguments import as_floats, as_vector, refuse
from openness.ranking.banding import rank_band_probabilities
from openness.ranking.posterior import Posterior, as_posterior

_FINEST_GRID = 1000

_ROUNDING = 1e-9
"""Slack for sums of probabilities."""


def r_values(post: Posterior, population: ArrayLike | None = None) -> pd.Series:
    """Smallest share of the units that a top list can be and still include each unit.

    For a list of the top share a, units are put in the order of V_i(a), the probability that unit
    i belongs on it; the list takes those above lambda(a), which are a share a of the units. The
    r-value of a unit is the smallest a whose list has it. Unlike an order by posterior mean, which
    favours units of which much is known among those with like estimates, or by estimate, which
    favours those of which little is, it makes each top list as right as it can be.

    Parameters
    ----------
    post : Posterior
    population : array_like, shape (M,), optional
        Values that stand for the population the units are a sample of, such as draws from its
        distribution or its quantiles: theta is then in the top share a if it is above the upper a
        quantile of these. If not given, the units are the population, and theta is in the top
        share if its rank is.

    Returns
    -------
    pandas.Series, n rows
        Indexed by unit; between 0 and 1, small is good.

    References
    ----------
    Henderson and Newton (2016), "Making the cut: improved ranking and selection for large-scale
    inference", Journal of the Royal Statistical Society B 78(4).

    Examples
    --------
    >>> from openness.ranking import Posterior, r_values
    >>> draws = np.random.default_rng(1).normal([2, 1, 0, -1], 0.8, (400, 4))
    >>> post = Posterior.from_draws(draws, ["a", "b", "c", "d"])
    >>> r_values(post).round(2).to_dict()
    {'a': 0.25, 'b': 0.5, 'c': 0.75, 'd': 1.0}
    """
    units = len(as_posterior(post).names)
    counts = _list_lengths(units)
    if population is None:
        within = rank_band_probabilities(post.ranks, np.append(counts, units))
        tail = within[:, :-1].cumsum(axis=1)
    else:
        cuts = np.quantile(as_vector(population, "population"), 1 - counts / units)
        tail = _share_above(post.draws, cuts)
    return pd.Series(
        r_values_of_tails(shared(tail, post.alike), counts / units),
        index=pd.Index(post.names, name="unit"),
        name="r_value",
    )


def r_values_of_tails(tail: ArrayLike, shares: ArrayLike) -> NDArray[np.float64]:
    """Find r-values, given the probability of being in the top for a grid of shares.

    Parameters
    ----------
    tail : array_like, shape (n, G)
        V_i(a): probability that unit i is in the top share a, rising along each row.
    shares : array_like, shape (G,)
        The shares a, rising, each above 0 and at most 1.

    Returns
    -------
    numpy.ndarray, shape (n,)
        Where V_i(a) crosses lambda(a) between two shares, the crossing of the straight lines
        between them. A unit that reaches lambda nowhere on the grid gets its last share.

    Raises
    ------
    InvalidInput
        If shapes do not match, or shares do not rise from above 0 to at most 1.

    Examples
    --------
    >>> from openness.ranking import r_values_of_tails
    >>> tail = [[0.9, 1.0, 1.0], [0.1, 0.8, 1.0], [0.0, 0.2, 1.0]]
    >>> r_values_of_tails(tail, [1 / 3, 2 / 3, 1]).round(2).tolist()
    [0.33, 0.67, 1.0]
    """
    tail, shares = as_floats(tail, "tail"), as_vector(shares, "shares")
    if tail.ndim != 2 or tail.shape[1] != len(shares) or 0 in tail.shape:
        raise refuse(
            "tail", "shape", str(tail.shape), f"it must be (units, {len(shares)}), one a share"
        )
    if not ((tail >= -_ROUNDING) & (tail <= 1 + _ROUNDING)).all():
        raise refuse("tail", "values", "one is not from 0 to 1", "they are probabilities")
    if shares[0] <= 0 or shares[-1] > 1 or (np.diff(shares) <= 0).any():
        raise refuse("shares", "values", f"{shares}", "they must rise, from above 0 to at most 1")
    units = len(tail)
    listed = np.clip(np.ceil(shares * units - 1e-9).astype(np.intp), 1, units)
    limit = np.take_along_axis(np.sort(tail, axis=0), units - listed[None], axis=0)[0]
    excess = tail - limit
    reached = excess >= 0
    reached[:, -1] = True
    first = reached.argmax(axis=1)
    before = np.maximum(first - 1, 0)
    rows = np.arange(units)
    below, above = -excess[rows, before], excess[rows, first]
    step = shares[first] - shares[before]
    fraction = np.divide(below, below + above, out=np.ones(units), where=below + above > 0)
    crossing: NDArray[np.float64] = shares[before] + step * np.clip(fraction, 0, 1)
    return crossing


def _list_lengths(units: int) -> NDArray[np.int64]:
    """Lengths of lists to look at, all of them or a thousand, closer together at the top."""
    if units <= _FINEST_GRID:
        return np.arange(1, units + 1)
    return np.unique(np.geomspace(1, units, _FINEST_GRID).round().astype(np.int64))


def _share_above(draws: NDArray[np.floating], cuts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of each unit's draws at or above each cut, shape (n, G)."""
    size, units = draws.shape
    share = np.empty((units, len(cuts)))
    for unit in range(units):
        share[unit] = 1 - np.searchsorted(np.sort(draws[:, unit]), cuts, "left") / size
    return share
