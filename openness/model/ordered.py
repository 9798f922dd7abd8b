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

from openness.model.cells import Cells
from openness.model.grid import Grid
from openness.model.inputs import Inputs
from openness.model.kernel_op import KernelOp, compile_with_numba
from openness.model.ordered_kernel import sum_over_ordered_cells
from openness.model.parameters import Hyperparameters


class OrderedLikelihood(KernelOp):
    """Log-likelihood of the ordered cells given the levels of their domains.

    The inputs are those of `openness.model.ordered_kernel.sum_over_ordered_cells`.
    """

    kernel = staticmethod(sum_over_ordered_cells)
    input_types = (("float64", 2), *((("float64", 1),) * 4), *((("int64", 1),) * 5))
    n_differentiable = 5
    counts_parts = 5


compile_with_numba(OrderedLikelihood)


def declare_sampled_levels(grid: Grid) -> Any:
    """Declare the levels, less their group mean, of the domains that hold ordered categories.

    Parameters
    ----------
    grid : Grid

    Returns
    -------
    (Q,) tensor or array
        In the order of `grid.level_at`.
    """
    if not grid.n_levels:
        return np.zeros(0)
    level = pm.Normal("level", 0, 1, dims="sampled_level")
    # The collapsed likelihood holds its density; the one declared is for a start, and comes out.
    pm.Potential("level_density", 0.5 * (level**2).sum())
    return level


def sampled_labels(cells: Cells, grid: Grid) -> list[str]:
    """Return `unit: domain` for every sampled level, units slowest."""
    return [
        f"{cells.units[i]}: {cells.domains[grid.sampled[x]]}"
        for i, x in zip(*np.nonzero(grid.level_at >= 0), strict=True)
    ]


def ordered_log_likelihood(inputs: Inputs, parameters: Hyperparameters, level: Any) -> Any:
    """Return the symbolic log-likelihood of all ordered and binary cells.

    Parameters
    ----------
    inputs : Inputs
    parameters : Hyperparameters
    level : (Q,) tensor
        Of `declare_sampled_levels`.
    """
    op: Any = OrderedLikelihood()
    return op(
        parameters.expected,
        parameters.domain_loading,
        parameters.uniqueness_sd,
        level,
        parameters.cut_point,
        inputs["ordered_row"],
        inputs["ordered_column"],
        inputs["ordered_level"],
        inputs["ordered_below"],
        inputs["ordered_above"],
    )[0]
