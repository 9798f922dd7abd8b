"""Optimal grades: as few wrong distinctions and as many right ones as a stated weight asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from openness.ranking.alike import Alike
from openness.ranking.arguments import as_choice, as_number, as_whole, refuse
from openness.ranking.discordance import expected_discordance
from openness.ranking.frontier import (
    alike_of,
    as_lam,
    coarsest_with,
    finest_within,
    mean_of,
    proportions,
)
from openness.ranking.grade_bound import CLOSED, lower_bound
from openness.ranking.grade_search import (
    Grading,
    copeland_order,
    orders_to_try,
    pair_costs,
    search,
)
from openness.ranking.pairs import as_pairs, pair_probabilities
from openness.ranking.posterior import Posterior
from openness.ranking.precision import Estimate, Probabilities

DEFAULT_LAM = 0.25
"""Parts a pair if its order is at least 80% probable."""

_CERTIFIED_BY_DEFAULT = 250
_CERTIFIED_AT_MOST = 800
"""The bound of so many units takes 2 GiB of memory."""


@dataclass(frozen=True, eq=False)
class Grades:
    """Units in grades, with what the grading is worth.

    Attributes
    ----------
    table : pandas.DataFrame, n rows
        Indexed by unit, as it is shown: by grade, and within a grade in Copeland's order.
        `position` (1 to n), `grade` (1 for the best), and, where there are draws, `stable`:
        whether either half of the draws by itself puts the unit into the same grade.
    lam : float
        Discordance penalty lambda (Kline, Rose and Walters 2024).
    objective : float
        Sum of 1 - (1 + lam) pi_ij over the pairs with i graded better than j.
    discordance, concordance : Estimate
        Expected share of all pairs that are graded apart and the wrong way round, and that are so
        and the right way round. Their errors are NaN where no draws were given.
    lower_bound : float or None
        No grading has a lower objective; None if that was not asked for.

    Examples
    --------
    >>> from openness.ranking import Posterior, optimal_grades
    >>> draws = np.random.default_rng(1).normal([2, 1, 0, -1], 0.8, (400, 4))
    >>> post = Posterior.from_draws(draws, ["a", "b", "c", "d"])
    >>> grades = optimal_grades(post, n_grades=2)
    >>> grades.grade.to_dict(), round(grades.tau, 2), grades.optimal
    ({'a': 1, 'b': 1, 'c': 2, 'd': 2}, 0.58, True)
    """

    table: pd.DataFrame
    lam: float
    objective: float
    discordance: Estimate
    concordance: Estimate
    lower_bound: float | None

    @property
    def grade(self) -> pd.Series:
        """Grade of each unit, 1 for the best."""
        return self.table["grade"]

    @property
    def n_grades(self) -> int:
        """How many grades there are."""
        return int(self.table["grade"].max())

    @property
    def tau(self) -> float:
        """Expected Kendall correlation of the grades with the true ranks."""
        return self.concordance.value - self.discordance.value

    @property
    def tau_error(self) -> float:
        """Monte Carlo error of `tau`. What is wrong in a draw is not right, so errors add up."""
        return self.concordance.monte_carlo_error + self.discordance.monte_carlo_error

    @property
    def share_wrong(self) -> float:
        """Expected share of the pairs graded apart whose order is wrong; 0 if there are none."""
        apart = self.concordance.value + self.discordance.value
        return self.discordance.value / apart if apart else 0.0

    @property
    def share_wrong_error(self) -> float:
        """Monte Carlo error of `share_wrong`: how many pairs are apart is the same in each draw."""
        apart = self.concordance.value + self.discordance.value
        return self.discordance.monte_carlo_error / apart if apart else 0.0

    @property
    def gap(self) -> float | None:
        """How much lower than this one the objective of the best grading could be."""
        return None if self.lower_bound is None else max(0.0, self.objective - self.lower_bound)

    @property
    def optimal(self) -> bool | None:
        """Whether it is proved that no grading is better; None if that was not asked for."""
        return None if self.gap is None else self.gap <= CLOSED * max(1, abs(self.objective))


def optimal_grades(
    pairs: Posterior | Probabilities | ArrayLike,
    *,
    lam: float | None = None,
    max_discordance: float | None = None,
    n_grades: int | None = None,
    certify: Literal["auto", "lp", "none"] = "auto",
    time_limit: float = 60.0,
) -> Grades:
    """Put units into grades so that the order between grades is as right as possible.

    The number of grades is not chosen beforehand: a pair is worth parting if the probability of
    its order is above 1/(1 + lam).

    Parameters
    ----------
    pairs : Posterior, Probabilities, or array_like of shape (n, n)
        Draws, or probabilities of superiority as `probability_of_superiority` makes them.
    lam : float, optional
        From 0 (one grade) to 1 (every probable order counts); 0.25 if nothing else is given.
    max_discordance : float, optional
        Instead of `lam`: the largest weight whose grading gets at most this share of all pairs
        wrong.
    n_grades : int, optional
        Instead of `lam`: the smallest weight whose grading has so many grades. Where it would have
        more, the best grading into exactly so many, which the bound then does not know of.
    certify : {"auto", "lp", "none"}
        Whether to prove how good the grading is: "auto" does so for up to 250 units.
    time_limit : float
        Seconds that the proof may take. A bound that is not finished still holds.

    Returns
    -------
    Grades

    Raises
    ------
    InvalidInput
        If the arguments make no sense, or more than one of the three rules is given.

    Notes
    -----
    The grading is found by dynamic programming over orders of the units (by Copeland score,
    expected rank and, given draws, posterior mean) and moves of single units. It is exact where
    units differ in nothing but their position, and nearly always otherwise; the lower bound of a
    linear programme over weak orders says which, and its solution is one more order to try.

    References
    ----------
    Kline, Rose and Walters (2024), "A discrimination report card", American Economic Review 114(8).

    Examples
    --------
    >>> from openness.ranking import Posterior, optimal_grades
    >>> draws = np.random.default_rng(1).normal([2, 1, 0, -1], 0.8, (400, 4))
    >>> post = Posterior.from_draws(draws, ["a", "b", "c", "d"])
    >>> optimal_grades(post, lam=0.25).table
          position  grade  stable
    unit
    a            1      1    True
    b            2      2   False
    c            3      2   False
    d            4      3   False
    """
    as_choice(certify, "certify", ("auto", "lp", "none"))
    as_number(time_limit, "time_limit", lambda x: x >= 0, "it must be seconds, 0 or more")
    halves = None
    if isinstance(pairs, Posterior):
        halves = [pair_probabilities(pairs.ranks[half], pairs.alike) for half in pairs.halves()]
        names, pi = pairs.names, _merged(halves, pairs)
    else:
        names, pi = as_pairs(pairs)
    certified = certify == "lp" or (certify == "auto" and len(pi) <= _CERTIFIED_BY_DEFAULT)
    if certified and len(pi) > _CERTIFIED_AT_MOST:
        raise refuse(
            "certify",
            "value",
            f"'lp' with {len(pi)} units",
            f"at most {_CERTIFIED_AT_MOST} units can be certified",
            "Use certify='none'.",
        )
    orders, alike = orders_to_try(pi, mean_of(pairs)), alike_of(pairs)
    lam, grading = _grade(pi, orders, lam, max_discordance, n_grades, alike)
    bound = None
    if certified:
        within = 1.0 if max_discordance is None else max_discordance
        grading, bound = _certify(pi, lam, grading, n_grades, within, time_limit, alike)
    wrong, right = proportions(grading.grade, pi, pairs)
    table = _displayed(names, pi, grading)
    if halves is not None:
        same = [_same_grades(half, lam, grading, n_grades, alike) for half in halves]
        stable = pd.Series(same[0] & same[1], index=pd.Index(names, name="unit"))
        table["stable"] = stable[table.index]
    return Grades(table, lam, grading.loss, wrong, right, bound)


def _merged(halves: list[NDArray[np.float64]], post: Posterior) -> NDArray[np.float64]:
    """Probabilities over all draws, from those over two halves of them."""
    first, second = (len(post.draws[half]) for half in post.halves())
    return (first * halves[0] + second * halves[1]) / (first + second)


def _grade(
    pi: NDArray[np.float64],
    orders: list[NDArray[np.intp]],
    lam: float | None,
    max_discordance: float | None,
    n_grades: int | None,
    alike: Alike,
) -> tuple[float, Grading]:
    rules = {"lam": lam, "max_discordance": max_discordance, "n_grades": n_grades}
    given = [name for name, value in rules.items() if value is not None]
    if len(given) > 1:
        raise refuse(
            ", ".join(rules), "rule", f"{' and '.join(given)} given", "at most one of them is given"
        )
    if max_discordance is not None:
        most = as_number(
            max_discordance, "max_discordance", lambda x: 0 <= x <= 1, "it must be a share, 0 to 1"
        )
        return finest_within(pi, orders, most, alike)
    if n_grades is not None:
        most_grades = len(pi) - sum(len(members) - 1 for members in alike)
        whole = ", if those that nothing tells apart count as one" if alike else ""
        allowed = f"it must be a whole number from 1 to the {most_grades} units{whole}"
        number = as_whole(n_grades, "n_grades", 1, most_grades, allowed)
        return coarsest_with(pi, orders, number, alike)
    lam = as_lam(DEFAULT_LAM if lam is None else lam)
    return lam, search(pair_costs(pi, lam), orders, alike=alike)


def _certify(
    pi: NDArray[np.float64],
    lam: float,
    grading: Grading,
    n_grades: int | None,
    max_discordance: float,
    time_limit: float,
    alike: Alike,
) -> tuple[Grading, float]:
    """Lower bound of a grading, and a better one if the solution of the programme leads to it."""
    costs = pair_costs(pi, lam)
    bound = lower_bound(pi, costs, grading.loss, time_limit)
    led_to = search(costs, [bound.order], n_grades, alike)
    if led_to.loss < grading.loss and (
        expected_discordance(led_to.grade, pi)[0] <= max_discordance
    ):
        grading = led_to
    return grading, bound.value


def _same_grades(
    half: NDArray[np.float64],
    lam: float,
    grading: Grading,
    n_grades: int | None,
    alike: Alike,
) -> NDArray[np.bool_]:
    """Which units half of the draws puts into the grade that all of them do, shape (n,)."""
    found = search(pair_costs(half, lam), orders_to_try(half, None), n_grades, alike)
    return np.asarray(found.grade == grading.grade)


def _displayed(names: tuple[str, ...], pi: NDArray[np.float64], grading: Grading) -> pd.DataFrame:
    units = len(names)
    position = np.empty(units, dtype=np.intp)
    position[copeland_order(pi)] = np.arange(units)
    shown = np.lexsort((position, grading.grade))
    return pd.DataFrame(
        {"position": np.arange(1, units + 1), "grade": grading.grade[shown] + 1},
        index=pd.Index(np.array(names, dtype=object)[shown], name="unit", dtype="str"),
    )
