"""Ordered categories: a domain with a rating in it has its level at every unit sampled.

A category says that eta lies between two cut points. With what is specific to the indicator
integrated out, that is an ordered probit in the level u of the domain:

    P(category j | u) = Phi((c_j - E[eta | u]) / psi) - Phi((c_(j-1) - E[eta | u]) / psi).

Sampling u, one number a unit, rather than eta, one a cell and confined between moving cut points,
leaves no corner that a sampler sticks in. Given u the domain's other cells say nothing more about
openness, so the collapsed likelihood sees u as the cell: loading sqrt(rho), variance 1 - rho.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt

from openness.model.cells import Cells
from openness.model.grid import sampled_cells
from openness.model.identification import Structure
from openness.model.normal_mass import log_normal_mass
from openness.model.parameters import Hyperparameters

_EDGE = 1e6  # Where the outermost categories end: as good as infinite, with a finite gradient.


def declare_sampled_levels(cells: Cells, structure: Structure) -> Any:
    """Declare the levels, less their group mean, of the domains that hold ordered categories.

    Parameters
    ----------
    cells : Cells
    structure : Structure

    Returns
    -------
    (N, X) tensor or array
        For the X sampled domains; 0 where the unit has no cell in the domain.
    """
    has = sampled_cells(cells, structure)
    if not has.any():
        return np.zeros(has.shape)
    level = pm.Normal("level", 0, 1, dims="sampled_level")
    # The collapsed likelihood holds its density; the one declared is for a start, and comes out.
    pm.Potential("level_density", 0.5 * (level**2).sum())
    return pt.zeros(has.shape)[np.nonzero(has)].set(level)


def sampled_labels(cells: Cells, structure: Structure) -> list[str]:
    """Return `unit: domain` for every sampled level, units slowest."""
    return [
        f"{cells.units[i]}: {cells.domains[structure.sampled[x]]}"
        for i, x in zip(*np.nonzero(sampled_cells(cells, structure)), strict=True)
    ]


def ordered_log_likelihood(cells: Cells, parameters: Hyperparameters, mean: Any) -> Any:
    """Return the log-likelihood of every ordered or binary cell, a vector.

    Parameters
    ----------
    cells : Cells
    parameters : Hyperparameters
    mean : (N, K) tensor
        E[eta | level].
    """
    rows, columns = np.nonzero(cells.category >= 0)
    offset, edges, length = {}, [], 0
    for k, cuts in zip(parameters.cut_indicators, parameters.cut_points, strict=True):
        offset[k] = length
        edges += [[-_EDGE], cuts, [_EDGE]]
        length += len(cells.labels[k]) + 1
    bounds = pt.concatenate(edges)
    low = np.array([offset[int(k)] for k in columns]) + cells.category[rows, columns]
    centre, psi = mean[rows, columns], parameters.specific_sd[columns]
    return log_normal_mass((bounds[low] - centre) / psi, (bounds[low + 1] - centre) / psi)
