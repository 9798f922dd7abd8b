"""Bands whose sizes were declared: who goes into which, so that as little as possible is wrong.

The most probable band of each unit gives bands of other sizes than those that were declared: a unit
of which little is known is most probably in a large one. Where the sizes are to hold, units
are assigned together: a transport problem. Its solution has whole units, for the matrix of its rows
is totally unimodular (Schrijver 1986, section 19.3).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from openness.ranking.alike import Alike, class_of_each
from openness.ranking.arguments import as_floats, refuse
from openness.ranking.banding import as_band_probabilities, as_loss

_WHOLE = 1e-6
"""The solver's own tolerance for a whole number."""


def bands_of_sizes(
    probabilities: ArrayLike, loss: ArrayLike, sizes: Sequence[int], *, alike: Alike = ()
) -> NDArray[np.intp]:
    """Position of each unit's band where bands have declared sizes, of least expected loss.

    Parameters
    ----------
    probabilities : array_like, shape (n, B)
        Probabilities of bands, best band first.
    loss : array_like, shape (B, B)
        What it costs to name the band of the row where that of the column is true.
    sizes : sequence of int, length B
        Units in each band; they add up to n.
    alike : tuple of numpy.ndarray
        Positions of the units of each class of two or more that nothing tells apart, which go into
        one band. The sizes may then not all be met: they are as near to it as they can be (least
        sum of differences), and of such assignments it is the one of least expected loss.

    Returns
    -------
    numpy.ndarray, shape (n,)
        Positions from 0.

    Raises
    ------
    InvalidInput
        If the arguments do not describe the same units and bands.

    References
    ----------
    Schrijver (1986), "Theory of linear and integer programming", section 19.3.

    Examples
    --------
    Three units are most probably in the upper of two bands, which was declared to hold two:

    >>> from openness.ranking import bands_of_sizes
    >>> chances = [[0.9, 0.1], [0.6, 0.4], [0.3, 0.7], [0.7, 0.3]]
    >>> bands_of_sizes(chances, loss=[[0, 1], [1, 0]], sizes=[2, 2]).tolist()
    [0, 1, 1, 0]
    """
    chances = as_band_probabilities(probabilities)
    units, levels = chances.shape
    whole = _as_sizes(sizes, units, levels)
    expected = chances @ as_loss(loss, levels).T
    of_class = class_of_each(alike, units)
    number = int(of_class.max()) + 1
    weight = np.bincount(of_class, minlength=number)
    costs = np.zeros((number, levels))
    np.add.at(costs, of_class, expected)
    off = 0 if weight.max() == 1 else _least_difference(weight, whole)
    return _assign(costs, weight, whole, off)[of_class]


def _least_difference(weight: NDArray[np.intp], sizes: NDArray[np.intp]) -> int:
    """Least sum of differences from the sizes that classes of these weights can be put to."""
    kinds, number = np.unique(weight, return_counts=True)
    nothing = np.zeros((len(kinds), len(sizes)))
    counts = _solve(nothing, kinds, number, sizes, off=None)
    return int(abs(kinds @ counts - sizes).sum())


def _assign(
    costs: NDArray[np.float64], weight: NDArray[np.intp], sizes: NDArray[np.intp], off: int
) -> NDArray[np.intp]:
    """Band of each class: costs (C, B), and sizes that differ by no more than `off` in sum."""
    chosen = _solve(costs, weight, np.ones(len(costs), dtype=np.intp), sizes, off)
    return chosen.argmax(axis=1)


def _solve(
    costs: NDArray[np.float64],
    weight: NDArray[np.intp],
    number: NDArray[np.intp],
    sizes: NDArray[np.intp],
    off: int | None,
) -> NDArray[np.intp]:
    """How many of each kind go into each band at the least cost, (C, B).

    There are `number` of a kind, each of so many units. Bands are `over` and `short` of their sizes
    by no more than `off` units in sum; None to make that sum as small as it can be.
    """
    kinds, levels = costs.shape
    rows = sparse.kron(sparse.eye_array(kinds), np.ones((1, levels)))
    columns = sparse.kron(weight[None, :], sparse.eye_array(levels))
    none, apart = sparse.csr_array((kinds, 2 * levels)), sparse.eye_array(levels)
    every = sparse.block_array([[rows, none], [columns, sparse.hstack([-apart, apart])]])
    amount = np.concatenate([number, sizes])
    constraints = [LinearConstraint(every.tocsc(), amount, amount)]
    most = np.concatenate([np.repeat(number, levels), np.full(2 * levels, sizes.sum())])
    differences = np.concatenate([np.zeros(kinds * levels), np.ones(2 * levels)])
    if off == 0:
        most[-2 * levels :] = 0
    elif off is not None:
        constraints.append(LinearConstraint(differences[None], -np.inf, off))
    objective = np.concatenate([costs.ravel(), np.zeros(2 * levels)])
    # Given the bands of classes of several units, a vertex of what is left has whole units.
    several = np.concatenate([np.repeat(weight > 1, levels), np.zeros(2 * levels, dtype=bool)])
    for whole in (several, np.ones_like(several)):
        solve = partial(
            milp,
            differences if off is None else objective,
            integrality=whole.astype(int),
            bounds=Bounds(0, most),
            constraints=constraints,
        )
        found = solve(options={"mip_rel_gap": 0})
        if found.x is None:  # HiGHS stumbles over its own simplifications now and then
            found = solve(options={"mip_rel_gap": 0, "presolve": False})
        counts = np.rint(found.x[: kinds * levels])
        if abs(counts - found.x[: kinds * levels]).max() < _WHOLE:
            break
    return counts.astype(np.intp).reshape(kinds, levels)


def _as_sizes(sizes: Sequence[int], units: int, levels: int) -> NDArray[np.intp]:
    found = as_floats(sizes, "sizes")
    whole = found.shape == (levels,) and (found == np.rint(found)).all() and (found >= 0).all()
    if not whole or found.sum() != units:
        raise refuse(
            "sizes",
            "values",
            f"{found.tolist()}",
            f"whole numbers, one for each of the {levels} bands, that add up to {units} units",
        )
    return found.astype(np.intp)
