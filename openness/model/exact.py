"""Exact counts and shares: cells that carry their link-scale value as a parameter.

A sampled value has no sampling error of its own, so the collapsed likelihood sees it as a Gaussian
cell without noise, and the observation keeps its exact binomial or Poisson likelihood given it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt

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
    proportion = np.array([i.family == "proportion" for i in cells.definitions])[where[1]]
    if proportion.all():
        normaliser = pt.softplus(value)
    elif proportion.any():
        normaliser = pt.where(proportion, pt.softplus(value), pt.exp(value))
    else:
        normaliser = pt.exp(value)
    log_likelihood = cells.y[where] * value - cells.n[where] * normaliser
    # The collapsed likelihood holds the density of the value; the one declared comes out.
    declared = -0.5 * ((value - centre) / scale) ** 2
    pm.Potential("exact_cells", (log_likelihood - declared).sum())
    return value


def exact_at(cells: Cells) -> Array:
    """Return the position of every exact cell among them, int (N, K); -1 at the other cells."""
    return np.where(cells.exact, np.cumsum(cells.exact).reshape(cells.exact.shape) - 1, -1)


def exact_labels(cells: Cells) -> list[str]:
    """Return `unit: indicator` for every exact cell, units slowest."""
    return [
        f"{cells.units[i]}: {cells.indicators[k]}"
        for i, k in zip(*np.nonzero(cells.exact), strict=True)
    ]
