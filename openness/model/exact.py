"""Exact counts and shares: cells that carry their link-scale value as a parameter.

A sampled value has no sampling error of its own, so the collapsed likelihood sees it as a Gaussian
cell without noise, and the observation keeps its exact likelihood given it.
"""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pymc as pm
import pytensor.tensor as pt
from pytensor.tensor.special import logsumexp

from openness.families import FAMILIES
from openness.families.counted import Counted, counted
from openness.model.cells import Cells

Array = np.ndarray


def declare_exact_cells(cells: Cells) -> Any:
    """Declare the values of the exact cells and their observations' likelihood.

    Parameters
    ----------
    cells : Cells

    Returns
    -------
    (E,) tensor or array
        Sampled values, units slowest.
    """
    if not cells.exact.any():
        return np.zeros(0)
    where = np.nonzero(cells.exact)
    centre, scale = cells.centre[where], cells.scale[where]
    value = pm.Normal("cell_value", centre, scale, dims="exact_cell")
    log_likelihood = count_log_likelihood(cells, where, value)
    # The collapsed likelihood holds the density of the value; the one declared comes out.
    declared = -0.5 * ((value - centre) / scale) ** 2
    pm.Potential("exact_cells", (log_likelihood - declared).sum())
    return value


def count_log_likelihood(cells: Cells, where: tuple[Array, Array], eta: Any) -> Any:
    """Return the log-likelihood of cells, each of one number of events or of a range.

    Parameters
    ----------
    cells : Cells
    where : (rows, columns)
        J cells of proportions and counts.
    eta : (J,) tensor
        Their values on the link scale.

    Returns
    -------
    (J,) tensor
        Where the number of events is known, without what does not depend on `eta`.
    """
    events, weight = _events(cells, where)
    if events.shape[1] == 1:
        return _log_density(cells, where, eta, events[:, 0])
    return logsumexp(weight + _log_density(cells, where, eta[:, None], events), axis=1)


def _log_density(cells: Cells, where: tuple[Array, Array], eta: Any, events: Array) -> Any:
    """Log-likelihood of J cells, each by its family; `eta` and `events` (J,), or (J, 1), (J, R)."""
    family = np.array([cells.definitions[k].family for k in where[1]])
    column = (-1,) + (1,) * (events.ndim - 1)
    size = cells.n[where].reshape(column)
    total: Any = None
    for name in dict.fromkeys(family.tolist()):
        own = (family == name).reshape(column)
        # A cell of another family is given numbers that this one can take, and then passed over.
        first = own.argmax()
        y, n = np.where(own, events, events[first]), np.where(own, size, size[first])
        density = cast("Counted", FAMILIES[name]).log_density(eta, y, n)
        total = density if total is None else pt.where(own, density, total)
    return total


def _events(cells: Cells, where: tuple[Array, Array]) -> tuple[Array, Array]:
    """Numbers of events that each cell may stand for, and their log weights, (J, R) each."""
    rows, columns = where
    ranges = {k: cells.definitions[k].suppressed for k in columns[cells.suppressed[where]]}
    width = max((high - low + 1 for low, high in ranges.values()), default=1)
    events = np.repeat(cells.y[where][:, None], width, axis=1)
    weight = np.full(events.shape, -np.inf)
    weight[:, 0] = 0
    for j, (i, k) in enumerate(zip(rows, columns, strict=True)):
        if cells.suppressed[i, k]:
            low, high = ranges[k]
            possible = np.arange(low, high + 1.0)
            family = counted(cells.definitions[k])
            events[j, : len(possible)] = possible
            weight[j, : len(possible)] = family.log_multiplicity(possible, cells.n[i, k])
    return events, weight


def exact_labels(cells: Cells) -> list[str]:
    """Return `unit: indicator` for every exact cell, units slowest."""
    return [
        f"{cells.units[i]}: {cells.indicators[k]}"
        for i, k in zip(*np.nonzero(cells.exact), strict=True)
    ]
