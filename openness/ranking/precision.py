"""How far a mean over draws may be off because there are only so many draws."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from openness.ranking.arguments import as_draws, refuse


def monte_carlo_error(values: ArrayLike) -> NDArray[np.float64]:
    """Standard error of the mean over draws, by batch means.

    Draws of a Markov chain resemble their neighbours. Means of long batches of consecutive draws
    hardly do, and their scatter gives the error without a model of the dependence.

    Parameters
    ----------
    values : array_like, shape (S, n)
        A function of each draw, in the order in which they were drawn, chain after chain.
        At least 16 draws.

    Returns
    -------
    numpy.ndarray, shape (n,)
        Standard errors, each with about sqrt(S) - 1 degrees of freedom.

    References
    ----------
    Flegal and Jones (2010), "Batch means and spectral variance estimators in Markov chain Monte
    Carlo", Annals of Statistics 38(2): batches of length floor(sqrt(S)).
    """
    values = as_draws(values, "values")
    size = values.shape[0]
    if size < 16:
        raise refuse("values", "shape", f"{size} draws", "batch means need at least 16")
    length = math.isqrt(size)
    batches = size // length
    # The first draws are dropped if the batches do not come out even.
    kept = values[size - batches * length :].astype(np.float64)
    means = kept.reshape(batches, length, -1).mean(axis=1)
    error: NDArray[np.float64] = means.std(axis=0, ddof=1) / math.sqrt(batches)
    return error
