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
from openness.model.inputs import Inputs
from openness.model.kernel_op import KernelOp, compile_with_numba
from openness.model.ordered_kernel import (
    OrderedCells,
    OrderedParameters,
    sum_over_ordered_cells,
)
from openness.model.priors import Hyperparameters
from openness.model.tree import usual_level


class OrderedLikelihood(KernelOp):
    """Log-likelihood of the ordered cells given the levels of their domains."""

    kernel = staticmethod(sum_over_ordered_cells)
    parameters = OrderedParameters
    evidence = OrderedCells


compile_with_numba(OrderedLikelihood)


def declare_sampled_levels(level_at: np.ndarray, parameters: Hyperparameters) -> Any:
    """Declare the levels of the domains that hold ordered categories.

    The variable is a level less its mean at the unit.

    Parameters
    ----------
    level_at : (N, M) int array
        Of `openness.model.grid.level_positions`.
    parameters : Hyperparameters

    Returns
    -------
    (Q,) tensor or array
    """
    units, domains = np.nonzero(level_at >= 0)
    if not len(units):
        return np.zeros(0)
    level = pm.Normal("level", 0, 1, dims="sampled_level")
    # The collapsed likelihood holds its density; the one declared is for a start, and comes out.
    pm.Potential("level_density", 0.5 * (level**2).sum())
    return level + usual_level(parameters.root_coherence[domains], parameters.factor_mean[units])


def sampled_labels(cells: Cells, level_at: np.ndarray) -> list[str]:
    """Return `unit: domain` for every sampled level, units slowest."""
    return [
        f"{cells.units[i]}: {cells.domains[m]}"
        for i, m in zip(*np.nonzero(level_at >= 0), strict=True)
    ]


def ordered_log_likelihood(inputs: Inputs, hyper: Hyperparameters, level: Any) -> Any:
    """Return the symbolic log-likelihood of all ordered and binary cells.

    Parameters
    ----------
    inputs : Inputs
    hyper : Hyperparameters
    level : (Q,) tensor
        Of `declare_sampled_levels`.
    """
    op: Any = OrderedLikelihood()
    parameters = OrderedParameters(
        hyper.intercept, hyper.domain_loading, hyper.uniqueness_sd, level, hyper.cut_point
    )
    return op(*parameters, *(inputs[f"ordered_{name}"] for name in OrderedCells._fields))[0]
