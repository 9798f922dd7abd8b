"""Whether what is missing goes with where a unit stands: shares of missing cells by class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from openness.ranking.arguments import refuse
from openness.ranking.banding import band_limits
from openness.ranking.intervals import equal_tailed
from openness.ranking.ranks import rank_draws

_CHUNK = 1 << 22
"""Memberships looked at at a time, so that temporary arrays stay small compared with the draws."""


@dataclass(frozen=True)
class MissingShares:
    """Missing cells by class of unit, over S draws, C classes and R reasons.

    Attributes
    ----------
    cells : numpy.ndarray, shape (C,)
        Posterior mean of the number of cells that apply to the units of the class.
    missing : numpy.ndarray, shape (C, R)
        Posterior mean of the number of them that are missing.
    draws : numpy.ndarray, shape (S, C, R)
        Draws of the probability that a cell of the class is missing. NaN in draws in which the
        class has no cells.

    Examples
    --------
    >>> from openness.ranking import missing_shares
    >>> rng = np.random.default_rng(1)
    >>> shares = missing_shares([[0, 1]], [4, 4], [[0], [3]], rng, count=2, size=1000)
    >>> shares.draws.shape, shares.draws.mean(axis=0).round(1).tolist()
    ((1000, 2, 1), [[0.1], [0.7]])
    """

    cells: NDArray[np.float64]
    missing: NDArray[np.float64]
    draws: NDArray[np.float64]


def score_classes(draws: ArrayLike, classes: int = 5) -> NDArray[np.int8]:
    """Divide the units into classes of equal size by their rank, in each draw anew.

    Parameters
    ----------
    draws : array_like, shape (S, n)
        Draws of the units' scores; larger is better.
    classes : int
        How many: 5 for fifths.

    Returns
    -------
    numpy.ndarray, shape (S, n)
        0 for the best class, `classes` - 1 for the worst. Their sizes are as even as `band_limits`
        makes them; with fewer units than classes some are empty.

    Examples
    --------
    >>> from openness.ranking import score_classes
    >>> score_classes([[0.3, 0.1, 0.2, 0.4]], classes=2).tolist()
    [[0, 1, 1, 0]]
    """
    ranks = rank_draws(draws)
    limits = band_limits(ranks.shape[1], shares=[1 / classes] * classes)
    return np.searchsorted(limits, ranks).astype(np.int8)


def missing_shares(
    classes: ArrayLike,
    applicable: ArrayLike,
    missing: ArrayLike,
    rng: np.random.Generator,
    *,
    count: int,
    size: int | None = None,
) -> MissingShares:
    """Estimate how probable it is that a cell is missing, for each class of unit and reason.

    Two things are uncertain, and both are in the draws. Which units are in a class: it is taken as
    `classes` has it in each draw. And what a count says of a probability: for each draw of the
    classes, a value is drawn from its posterior under Jeffreys' prior. The spread of what is
    returned is that of the mixture.

    Cells of one unit go missing together: a unit that does not answer a survey lacks all of its
    questions. Counts are therefore first divided by a design effect: the variance of the units'
    counts of missing cells about the shares of their classes, over what it would be if cells went
    missing one by one. It is not taken to be below 1.

    Parameters
    ----------
    classes : array_like of int, shape (S, n)
        Class of each unit in each draw, from 0. One row if classes are known.
    applicable : array_like of int, shape (n,)
        Cells that apply to each unit, missing or not.
    missing : array_like of int, shape (n, R)
        How many of them are missing, for each reason. Reasons may overlap.
    rng : numpy.random.Generator
    count : int
        Number of classes, C.
    size : int, optional
        Number of draws to return, if classes are known; S otherwise.

    Returns
    -------
    MissingShares

    Raises
    ------
    InvalidInput
        If the arguments do not describe the same units, or more is missing than applies.

    Notes
    -----
    Draws of scores know nothing of what is missing, so that a relation with the true score comes
    out weaker than it is, the more so the less reliable the scores are. And a score takes no notice
    of a value that is not there: whether values are missing *because* of what they would have
    been, no table of this kind can show.

    References
    ----------
    Korn and Graubard (1998), "Confidence intervals for proportions with small expected number of
    positive counts estimated from survey data", Survey Methodology 24(2): effective counts.
    Brown, Cai and DasGupta (2001), "Interval estimation for a binomial proportion", Statistical
    Science 16(2): the interval of Jeffreys' prior.

    Examples
    --------
    >>> from openness.ranking import missing_shares
    >>> rng = np.random.default_rng(1)
    >>> cells, missing = [4, 4, 4, 4], [[0], [1], [2], [3]]
    >>> shares = missing_shares([[0, 0, 1, 1]], cells, missing, rng, count=2, size=1000)
    >>> shares.missing.tolist(), shares.cells.tolist()
    ([[1.0], [5.0]], [8.0, 8.0])
    """
    classes, applicable, missing = _checked(classes, applicable, missing, count)
    sums = _sums_by_class(classes, applicable, missing, count)
    effect = _design_effect(sums, int((applicable > 0).sum()))
    hits, rest = sums.missing / effect, (sums.cells - sums.missing) / effect
    shape = (size or len(classes), count, missing.shape[1])
    drawn = rng.beta(hits + 0.5, rest + 0.5, size=shape)
    return MissingShares(
        sums.cells.mean(axis=(0, 2)),
        sums.missing.mean(axis=0),
        np.where(sums.cells > 0, drawn, np.nan),
    )


def missing_share_interval(
    shares: MissingShares, prob: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Equal-tailed interval of the probability that a cell is missing.

    Parameters
    ----------
    shares : MissingShares
    prob : float
        Probability of the interval, between 0 and 1.

    Returns
    -------
    lower, upper : numpy.ndarray, shape (C, R)
        NaN for a class without cells. A class with nothing missing has the lower limit 0, one with
        nothing else the upper limit 1.

    Examples
    --------
    >>> from openness.ranking import missing_share_interval, missing_shares
    >>> rng = np.random.default_rng(1)
    >>> cells, missing = [4, 4, 4, 4], [[0], [1], [2], [3]]
    >>> shares = missing_shares([[0, 0, 1, 1]], cells, missing, rng, count=2, size=1000)
    >>> lower, upper = missing_share_interval(shares, 0.9)
    >>> lower.round(1).tolist(), upper.round(1).tolist()
    ([[0.0], [0.3]], [[0.4], [0.9]])
    """
    flat = shares.draws.reshape(len(shares.draws), -1)
    known = ~np.isnan(flat).any(axis=0)
    limits = np.full((2, flat.shape[1]), np.nan)
    if known.any():
        limits[:, known] = equal_tailed(flat[:, known], prob)
    lower, upper = limits.reshape(2, *shares.missing.shape)
    cells = shares.cells[:, None]
    # So Brown, Cai and DasGupta (2001) define the interval.
    lower[(shares.missing == 0) & (cells > 0)] = 0
    upper[(shares.missing == cells) & (cells > 0)] = 1
    return lower, upper


@dataclass(frozen=True)
class _Sums:
    """Totals over the units of each class in each draw, shape (S, C, R), or (S, C, 1) without m.

    a is the number of a unit's cells, m how many of them are missing.
    """

    cells: NDArray[np.float64]
    missing: NDArray[np.float64]
    aa: NDArray[np.float64]
    ma: NDArray[np.float64]
    mm: NDArray[np.float64]


def _sums_by_class(
    classes: NDArray[np.integer],
    applicable: NDArray[np.float64],
    missing: NDArray[np.float64],
    count: int,
) -> _Sums:
    size, units = classes.shape
    a, m = applicable[:, None], missing
    columns = np.hstack([a, a * a, m, m * a, m * m])
    totals = np.empty((size, count, columns.shape[1]))
    rows = max(1, _CHUNK // units)
    for start in range(0, size, rows):
        part = slice(start, start + rows)
        for each in range(count):
            totals[part, each] = (classes[part] == each).astype(float) @ columns
    cells, aa, *rest = np.split(totals, np.cumsum([1, 1, *[m.shape[1]] * 2]), axis=2)
    return _Sums(cells, rest[0], aa, rest[1], rest[2])


def _design_effect(sums: _Sums, units: int) -> NDArray[np.float64]:
    """Variance of m about p a, over that of independent cells; shape (S, 1, R), at least 1."""
    p = np.divide(sums.missing, sums.cells, out=np.zeros_like(sums.missing), where=sums.cells > 0)
    observed = (sums.mm - 2 * p * sums.ma + p**2 * sums.aa).sum(axis=1, keepdims=True)
    binomial = (p * (1 - p) * sums.cells).sum(axis=1, keepdims=True)
    freedom = units - (sums.cells > 0).sum(axis=1, keepdims=True)
    ratio = np.divide(
        observed * units,
        binomial * freedom,
        out=np.ones_like(observed),
        where=binomial * freedom > 0,
    )
    return np.maximum(ratio, 1.0)


def _checked(
    classes: ArrayLike, applicable: ArrayLike, missing: ArrayLike, count: int
) -> tuple[NDArray[np.integer], NDArray[np.float64], NDArray[np.float64]]:
    classes = np.asarray(classes)
    applicable, missing = np.asarray(applicable, dtype=float), np.asarray(missing, dtype=float)
    if classes.ndim != 2 or 0 in classes.shape:
        raise refuse("classes", "shape", str(classes.shape), "it must be (draws, units)")
    units = classes.shape[1]
    if applicable.shape != (units,):
        raise refuse("applicable", "shape", str(applicable.shape), f"it must be ({units},)")
    if missing.ndim != 2 or len(missing) != units:
        raise refuse("missing", "shape", str(missing.shape), f"it must be ({units}, reasons)")
    if classes.min() < 0 or classes.max() >= count:
        found = f"{classes.min()} to {classes.max()}"
        raise refuse("classes", "values", found, f"they must lie from 0 to {count - 1}")
    wrong = ~((missing >= 0) & (missing <= applicable[:, None])).all(axis=1)
    if wrong.any():
        unit = int(np.flatnonzero(wrong)[0])
        raise refuse(
            "missing",
            f"unit {unit}",
            f"{missing[unit].tolist()} of {applicable[unit]:g} cells",
            "it must lie from 0 to the number of cells that apply",
        )
    return classes, applicable, missing
