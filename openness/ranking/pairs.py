"""Which of two units is ahead, and how probably."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from openness.ranking.arguments import as_draws, refuse
from openness.ranking.precision import monte_carlo_error


@dataclass(frozen=True)
class Superiority:
    """Posterior probability that one unit is ahead of another.

    Attributes
    ----------
    probability : float
        P(a > b), with half of P(a = b).
    monte_carlo_error : float
        Standard error of `probability` that comes from the number of draws.
    """

    probability: float
    monte_carlo_error: float


def probability_of_superiority(a: ArrayLike, b: ArrayLike) -> Superiority:
    """Probability that unit `a` is ahead of unit `b`, ties counting half.

    Parameters
    ----------
    a, b : array_like, shape (S,)
        Draws of the two scores from the joint posterior: the s-th of both come from one draw.
        Larger is better. At least 16.

    Returns
    -------
    Superiority
        The probability and its Monte Carlo error.

    Raises
    ------
    InvalidInput
        If the two differ in length, or hold something else than finite numbers.
    """
    a, b = np.asarray(a), np.asarray(b)
    if a.ndim != 1 or a.shape != b.shape:
        raise refuse(
            "a, b",
            "shape",
            f"{a.shape} and {b.shape}",
            "both must be vectors of the same draws",
            "Take two columns of one array of joint draws.",
        )
    first, second = as_draws(a[:, None], "a"), as_draws(b[:, None], "b")
    ahead = (first > second) + 0.5 * (first == second)
    return Superiority(float(ahead.mean()), float(monte_carlo_error(ahead)[0]))
