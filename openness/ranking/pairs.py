"""Which of two units is ahead, and how probably: for one pair, and for all of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from openness.ranking.alike import Alike, shared, shared_pairs
from openness.ranking.arguments import as_floats, as_names, as_number, refuse
from openness.ranking.compiled import COMPILED, njit
from openness.ranking.posterior import Posterior, as_posterior
from openness.ranking.precision import Probabilities, batches, monte_carlo_error
from openness.ranking.ranks import tied_draws

_SYMMETRY = 1e-6
"""How far a probability and that of the reverse may add up to something else than 1."""

_MOST_UNITS = 30_000
"""Twice a rank has to fit into 16 bits; the probabilities of so many units take 7 GB."""


@dataclass(frozen=True)
class Superiority:
    """Posterior probability that one unit is ahead of another.

    Attributes
    ----------
    probability : float
        P(a > b), with half of P(a = b).
    monte_carlo_error : float
        Standard error of `probability` that comes from the number of draws.

    Examples
    --------
    >>> from openness.ranking import Posterior, prob_better
    >>> draws = np.random.default_rng(1).normal([2, 1, 0, -1], 0.8, (400, 4))
    >>> post = Posterior.from_draws(draws, ["a", "b", "c", "d"])
    >>> found = prob_better(post, "a", "b")
    >>> f"{found.probability:.2f}, give or take {found.monte_carlo_error:.2f}"
    '0.83, give or take 0.02'
    """

    probability: float
    monte_carlo_error: float


def prob_better(post: Posterior, a: str, b: str, margin: float = 0.0) -> Superiority:
    """Probability that unit `a` is ahead of unit `b`, by some margin at least.

    Parameters
    ----------
    post : Posterior
    a, b : str
        Names of two units.
    margin : float
        On the scale of the draws. P(a - b > margin), and half of P(a - b = margin).

    Returns
    -------
    Superiority
        The probability and its Monte Carlo error.

    Raises
    ------
    InvalidInput
        If there is no such unit, or the margin is not a finite number.

    Examples
    --------
    >>> from openness.ranking import Posterior, prob_better
    >>> draws = np.random.default_rng(1).normal([2, 1, 0, -1], 0.8, (400, 4))
    >>> post = Posterior.from_draws(draws, ["a", "b", "c", "d"])
    >>> round(prob_better(post, "a", "b").probability, 2)
    0.83
    >>> round(prob_better(post, "a", "b", margin=1.0).probability, 2)
    0.49
    """
    as_posterior(post)
    margin = as_number(margin, "margin", np.isfinite, "it must be a finite number")
    first, second = (_class_of(post, at) for at in post.positions(a, b))
    if margin == 0 and first is second:
        return Superiority(0.5, 0.0)
    ahead = np.mean(
        [
            (lead > margin) + 0.5 * (lead == margin)
            for i in first
            for j in second
            if i != j
            for lead in [post.draws[:, i].astype(np.float64) - post.draws[:, j]]
        ],
        axis=0,
    )
    return Superiority(float(ahead.mean()), float(monte_carlo_error(ahead[:, None])[0]))


def _class_of(post: Posterior, at: int) -> NDArray[np.intp]:
    """Positions of the units that are alike with this one."""
    return next((members for members in post.alike if at in members), np.array([at]))


def probability_of_superiority(post: Posterior) -> Probabilities:
    """Probability that the unit of the row is ahead of the unit of the column, ties counting half.

    Parameters
    ----------
    post : Posterior
        Of n units.

    Returns
    -------
    Probabilities
        Two tables (n, n), indexed by unit both ways. The diagonal is one half.

    Examples
    --------
    >>> from openness.ranking import Posterior, probability_of_superiority
    >>> draws = np.random.default_rng(1).normal([2, 1, 0, -1], 0.8, (400, 4))
    >>> post = Posterior.from_draws(draws, ["a", "b", "c", "d"])
    >>> probability_of_superiority(post).probability.round(2)
    other     a     b     c     d
    unit
    a      0.50  0.83  0.96  1.00
    b      0.17  0.50  0.80  0.97
    c      0.04  0.20  0.50  0.80
    d      0.00  0.03  0.20  0.50
    """
    probability, error = superiority_of_ranks(as_posterior(post).ranks)
    # The error of a mean over a class is at most the mean of the errors.
    probability, error = shared_pairs(probability, post.alike), shared_pairs(error, post.alike, 0)
    index, columns = pd.Index(post.names, name="unit"), pd.Index(post.names, name="other")
    return Probabilities(
        pd.DataFrame(probability, index, columns), pd.DataFrame(error, index, columns)
    )


def superiority_of_ranks(
    ranks: NDArray[np.floating],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Probability of the unit of the row being ahead of that of the column, and its error.

    Both (n, n), of ranks (S, n) from `rank_draws`, of 16 draws or more. Ties count half; errors are
    by batch means.
    """
    parts = batches(len(ranks))
    length = parts[0].stop - parts[0].start
    probability, squares = _pair_shares(ranks, length)
    spread = np.maximum(squares / len(parts), 0)
    return probability, np.sqrt(spread / (len(parts) - 1))


def pair_probabilities(ranks: NDArray[np.floating], alike: Alike = ()) -> NDArray[np.float64]:
    """Return the first of what `superiority_of_ranks` returns, for any number of draws.

    Of units that are alike, the mean of the class.
    """
    return shared_pairs(_pair_shares(ranks, len(ranks))[0], alike)


def ahead_by_draw(
    ranks: NDArray[np.floating], members: NDArray[np.intp], others: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Share of some units that are ahead of each other one in each draw, shape (S, others).

    Of ranks (S, n); a tie counts half.
    """
    theirs = ranks[:, others]
    ahead = np.zeros(theirs.shape)
    for member in members:
        own = ranks[:, [member]]
        ahead += (own < theirs) + 0.5 * (own == theirs)
    return ahead / len(members)


def settled_pairs(ranks: NDArray[np.floating], prob: float, alike: Alike = ()) -> NDArray[np.bool_]:
    """Which units are ahead of which with more than a probability of one half or more, (n, n).

    Of ranks (S, n) from `rank_draws`; ties count half. It takes an eighth of the memory of the
    probabilities, and less time: most pairs need not be counted to the end. Units that are alike
    are ahead of another or not by the mean of their class, and never of each other.
    """
    units = ranks.shape[1]
    kind = np.uint16 if units <= _MOST_UNITS else np.uint32
    doubled = np.ascontiguousarray((2 * ranks.T).astype(kind))
    ahead = np.zeros((units, units), dtype=np.bool_)
    _settle_pairs(doubled, bool(tied_draws(ranks).any()), prob, ahead)
    everybody = np.arange(units)
    for members in alike:
        chance = shared(ahead_by_draw(ranks, members, everybody).mean(axis=0), alike)
        ahead[members] = chance > prob
        ahead[:, members] = (1 - chance > prob)[:, None]
        ahead[np.ix_(members, members)] = False
    return ahead


def _pair_shares(
    ranks: NDArray[np.floating], length: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Share of draws with each unit ahead of each, and sum of squared deviations of the batches."""
    size, units = ranks.shape
    if units > _MOST_UNITS:
        raise refuse("draws", "shape", str(ranks.shape), f"pairs of at most {_MOST_UNITS:,} units")
    # Twice a rank is whole even if the rank is shared.
    doubled = np.ascontiguousarray((2 * ranks.T).astype(np.uint16))
    ahead, squares = np.empty((units, units)), np.empty((units, units))
    _count_pairs(doubled, bool(tied_draws(ranks).any()), length, ahead, squares)
    ahead /= 2 * size
    squares /= (2 * length) ** 2
    return ahead, squares


@njit(inline="always")
def _count_ahead(first, second, tied):  # type: ignore[no-untyped-def]
    """Twice the draws in which one unit is ahead of another, of ranks (s,) of both."""
    if not COMPILED:
        return 2 * np.count_nonzero(first < second) + tied * np.count_nonzero(first == second)
    count = 0
    for s in range(len(first)):
        count += first[s] < second[s]
    count *= 2
    if tied:
        for s in range(len(first)):
            count += first[s] == second[s]
    return count


@njit(cache=True)
def _count_pairs(ranks, tied, length, ahead, squares):  # type: ignore[no-untyped-def]
    """Count, for each pair, twice the draws with i ahead of j; and its scatter between batches.

    ranks (n, S) are lowest for the best; if some are tied, a tie counts once for either unit.
    squares (n, n) gets the sum over batches of squared deviations from their mean. The first draws
    are in no batch if they do not come out even.
    """
    units, size = ranks.shape
    number, before = size // length, size % length
    for i in range(units):
        ahead[i, i] = size
        squares[i, i] = 0.0
        first = ranks[i]
        for j in range(i + 1, units):
            second = ranks[j]
            total, square = 0, 0
            for batch in range(number):
                start = before + batch * length
                stop = start + length
                count = _count_ahead(first[start:stop], second[start:stop], tied)
                total += count
                square += count * count
            squares[i, j] = squares[j, i] = square - total * (total / number)
            total += _count_ahead(first[:before], second[:before], tied)
            ahead[i, j] = total
            ahead[j, i] = 2 * size - total


@njit(cache=True)
def _settle_pairs(ranks, tied, prob, ahead):  # type: ignore[no-untyped-def]
    """Mark the pairs that are in order with more than a probability, given ranks (n, S)."""
    units, size = ranks.shape
    all_draws = 2 * size
    step = max(1, size // 8)
    for i in range(units):
        first = ranks[i]
        for j in range(i + 1, units):
            second = ranks[j]
            count, seen = 0, 0
            while seen < size:
                stop = min(seen + step, size)
                count += _count_ahead(first[seen:stop], second[seen:stop], tied)
                seen = stop
                # Neither order can come to more than this any longer.
                most_first = (count + 2 * (size - seen)) / all_draws
                most_second = (all_draws - count) / all_draws
                if most_first <= prob and most_second <= prob:
                    break
            if seen == size:
                ahead[i, j] = count / all_draws > prob
                ahead[j, i] = (all_draws - count) / all_draws > prob


def as_pairs(
    pairs: Posterior | Probabilities | ArrayLike,
) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """Return names and probabilities of superiority (n, n), from a posterior or as given.

    A matrix has the probability that the unit of the row is ahead of that of the column, both in
    one order, as `probability_of_superiority` makes them; its diagonal is not looked at. Labels of
    a data frame are taken as names. What is returned has one half on the diagonal, and adds up to
    exactly 1 with its transpose.
    """
    if isinstance(pairs, Posterior):
        return pairs.names, pair_probabilities(pairs.ranks, pairs.alike)
    if isinstance(pairs, Probabilities):
        pairs = pairs.probability
    labels = None
    if isinstance(pairs, pd.DataFrame):
        labels = pairs.index
        if not labels.equals(pairs.columns) and {*labels} == {*pairs.columns}:
            raise refuse("pi", "columns", "in another order than the rows", "one order for both")
    pi = as_floats(pairs, "pi").astype(np.float64)
    if pi.ndim != 2 or pi.shape[0] != pi.shape[1] or len(pi) < 2:
        raise refuse("pi", "shape", str(pi.shape), "it must be (units, units), for 2 units or more")
    np.fill_diagonal(pi, 0.5)
    wrong = ~((pi >= 0) & (pi <= 1))
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        raise refuse(
            "pi", f"row {row}, column {column}", str(pi[row, column]), "it must be a probability"
        )
    excess = pi + pi.T - 1
    if max(excess.max(), -excess.min()) > _SYMMETRY:
        row, column = np.unravel_index(int(abs(excess).argmax()), pi.shape)
        raise refuse(
            "pi",
            f"rows {row} and {column}",
            f"{pi[row, column]:g} and {pi[column, row]:g}",
            "the probability of an order and that of the reverse must add up to 1",
            "Give each half of the probability of a tie.",
        )
    return as_names(labels, len(pi)), pi - excess / 2
