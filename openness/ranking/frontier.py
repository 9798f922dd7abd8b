"""What a finer grading costs in wrong pairs: gradings along all weights lam."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from openness.ranking.alike import Alike, shared
from openness.ranking.arguments import as_number, as_vector
from openness.ranking.discordance import discordance_of_draws, expected_discordance
from openness.ranking.grade_search import Grading, orders_to_try, pair_costs, search
from openness.ranking.pairs import as_pairs
from openness.ranking.posterior import Posterior
from openness.ranking.precision import Estimate, Probabilities, monte_carlo_error

_STEP = 2.0**-16
"""A weight is found to this, which is finer than any decision rests on."""

DEFAULT_LAMS = tuple(np.linspace(0, 1, 21).round(2))


def as_lam(lam: float) -> float:
    """Return a weight from 0 to 1, or say that it is not one."""
    return as_number(
        lam,
        "lam",
        lambda x: 0 <= x <= 1,
        "it must be from 0 (one grade) to 1 (every probable order counts)",
    )


def grade_path(
    pairs: Posterior | Probabilities | ArrayLike, lams: Sequence[float] = DEFAULT_LAMS
) -> pd.DataFrame:
    """Frontier between wrong pairs and distinctions made: the optimal grading for each weight.

    Parameters
    ----------
    pairs : Posterior, Probabilities, or array_like of shape (n, n)
        Draws, or probabilities of superiority.
    lams : sequence of float
        Weights from 0 to 1.

    Returns
    -------
    pandas.DataFrame
        Indexed by `lam`: `n_grades`, `objective`, `discordance`, `concordance`, `tau` (their
        difference), `share_wrong` (of the pairs graded apart; 0 where there are none) and
        `monte_carlo_error` (of discordance and of concordance; that of tau is twice it; NaN where
        no draws were given). The gradings are not certified.

    Raises
    ------
    InvalidInput
        If a weight is not from 0 to 1, or the pairs are not probabilities.

    Examples
    --------
    >>> from openness.ranking import Posterior, grade_path
    >>> draws = np.random.default_rng(1).normal([2, 1, 0, -1], 0.8, (400, 4))
    >>> post = Posterior.from_draws(draws, ["a", "b", "c", "d"])
    >>> grade_path(post, [0, 0.25, 1])[["n_grades", "discordance", "tau"]].round(2)
          n_grades  discordance   tau
    lam
    0.00         1         0.00  0.00
    0.25         3         0.07  0.69
    1.00         4         0.11  0.79
    """
    weights = [as_lam(lam) for lam in as_vector(lams, "lams")]
    _, pi = as_pairs(pairs)
    orders, alike = orders_to_try(pi, mean_of(pairs)), alike_of(pairs)
    rows = []
    for lam in weights:
        grading = search(pair_costs(pi, lam), orders, alike=alike)
        wrong, right = proportions(grading.grade, pi, pairs)
        apart = wrong.value + right.value
        rows.append(
            {
                "n_grades": grading.number,
                "objective": grading.loss,
                "discordance": wrong.value,
                "concordance": right.value,
                "tau": right.value - wrong.value,
                "share_wrong": wrong.value / apart if apart else 0.0,
                "monte_carlo_error": wrong.monte_carlo_error,
            }
        )
    return pd.DataFrame(rows, index=pd.Index(weights, name="lam"))


def proportions(
    grade: NDArray[np.intp],
    pi: NDArray[np.float64],
    pairs: Posterior | Probabilities | ArrayLike,
) -> tuple[Estimate, Estimate]:
    """Discordance and concordance, with the error that draws, if there are any, let us state.

    They have one error: in each draw, what is not wrong of the pairs graded apart is right.
    """
    error = np.nan
    if isinstance(pairs, Posterior):
        error = float(monte_carlo_error(discordance_of_draws(grade, pairs.ranks))[0])
    wrong, right = expected_discordance(grade, pi)
    return Estimate(wrong, error), Estimate(right, error)


def mean_of(pairs: Posterior | Probabilities | ArrayLike) -> NDArray[np.float64] | None:
    """Posterior means, shape (n,), where there are draws to take them of."""
    if not isinstance(pairs, Posterior):
        return None
    mean: NDArray[np.float64] = pairs.draws.mean(axis=0, dtype=np.float64)
    return shared(mean, pairs.alike)


def alike_of(pairs: Posterior | Probabilities | ArrayLike) -> Alike:
    """Positions of the units that nothing tells apart, where draws come with them."""
    return pairs.alike if isinstance(pairs, Posterior) else ()


def finest_within(
    pi: NDArray[np.float64],
    orders: list[NDArray[np.intp]],
    max_discordance: float,
    alike: Alike = (),
) -> tuple[float, Grading]:
    """Return the largest weight that keeps discordance to a share of all pairs, and its grading."""
    return _largest_weight(
        pi,
        orders,
        lambda grading: expected_discordance(grading.grade, pi)[0] <= max_discordance,
        alike,
    )


def coarsest_with(
    pi: NDArray[np.float64], orders: list[NDArray[np.intp]], n_grades: int, alike: Alike = ()
) -> tuple[float, Grading]:
    """Return the smallest weight that supports so many grades, and the best grading into as many.

    Where the number of grades jumps past `n_grades` at that weight, or no weight supports it, the
    grading is made to have so many.
    """
    if n_grades == 1:
        return 0.0, search(pair_costs(pi, 0.0), orders, alike=alike)
    low, _ = _largest_weight(pi, orders, lambda grading: grading.number < n_grades, alike)
    lam = min(1.0, low + _STEP)
    grading = search(pair_costs(pi, lam), orders, alike=alike)
    if grading.number != n_grades:
        grading = search(pair_costs(pi, lam), orders, n_grades, alike)
    return lam, grading


def _largest_weight(
    pi: NDArray[np.float64],
    orders: list[NDArray[np.intp]],
    accepted: Callable[[Grading], bool],
    alike: Alike,
) -> tuple[float, Grading]:
    """Largest weight whose grading is accepted, if all below it are, and that grading."""
    best, found = 0.0, search(pair_costs(pi, 0.0), orders, alike=alike)
    step = 1.0
    while step >= _STEP and best < 1:
        grading = search(pair_costs(pi, best + step), orders, alike=alike)
        if accepted(grading):
            best, found = best + step, grading
        step /= 2
    return best, found
