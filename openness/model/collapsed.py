"""The collapsed likelihood as a PyTensor Op: value and gradient in one pass over the cells."""

from __future__ import annotations

from typing import Any

from openness.model.kernel_op import KernelOp, compile_with_numba
from openness.model.unit_kernel import sum_over_units


class CollapsedLikelihood(KernelOp):
    """Log-likelihood of the units, with openness and all other Gaussian latents integrated out.

    The inputs are those of `openness.model.unit_kernel.sum_over_units`: twelve with a gradient, and
    the cells and their layout, without. The first output is the log-likelihood, the next twelve are
    its derivatives, and the last is the log-likelihood by unit. `openness.model.kernel` has the
    mathematics.

    The Op knows nothing of priors, groups or periods: everything above it is ordinary PyMC.
    """

    kernel = staticmethod(sum_over_units)
    input_types = (
        *((("float64", 2),) + (("float64", 1),) * 11),
        *((("float64", 2),) * 3),
        ("bool", 2),
        ("int64", 1),
        ("int64", 1),
        ("bool", 1),
        ("int64", 1),
        ("int64", 2),
        ("int64", 2),
        ("bool", 1),
        ("int64", 2),
    )
    n_differentiable = 12
    counts_parts = 12


compile_with_numba(CollapsedLikelihood)


def collapsed_log_likelihood(*inputs: Any) -> tuple[Any, Any]:
    """Return the symbolic log-likelihood, and its part by unit (N,), which has no gradient.

    Parameters
    ----------
    *inputs
        Of `openness.model.unit_kernel.sum_over_units`.
    """
    op: Any = CollapsedLikelihood()
    total, *_, by_unit = op(*inputs)
    return total, by_unit
