"""The collapsed likelihood as a PyTensor Op: value and gradient in one pass over the cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pytensor.gradient import disconnected_type
from pytensor.graph.basic import Apply, Variable

from openness.model.kernel import log_likelihood_and_gradient
from openness.model.kernel_op import KernelOp, compile_with_numba, refuse_second_derivatives


class CollapsedLikelihood(KernelOp):
    """Log-likelihood of every unit, with openness and all other Gaussian latents integrated out.

    Inputs, in order (N units, K columns): `residual` (N, K), `loading`, `domain_loading` and
    `specific_variance` (K,), and the layout of the cells, which carries no gradient: `noise`,
    `shared` and `present` (N, K), `domain` (K,). The first output is the log-likelihood by unit
    (N,), without the constant; the other four are its derivatives by cell, which the pullback
    multiplies by the output gradient. See `openness.model.kernel` for the mathematics.

    The Op knows nothing of priors, groups or periods: everything above it is ordinary PyMC.
    """

    kernel = staticmethod(log_likelihood_and_gradient)
    input_types = (
        ("float64", 2),
        ("float64", 1),
        ("float64", 1),
        ("float64", 1),
        ("float64", 2),
        ("float64", 2),
        ("bool", 2),
        ("int64", 1),
    )
    output_ranks = (1, 2, 2, 2, 2)
    n_differentiable = 4

    def infer_shape(self, node: Apply, shapes: Sequence[Any]) -> list[Any]:
        return [(shapes[0][0],), *([shapes[0]] * 4)]

    def pullback(
        self,
        inputs: Sequence[Variable],
        outputs: Sequence[Variable],
        cotangents: Sequence[Variable],
    ) -> list[Variable]:
        by_unit: Any
        by_unit, *derivatives = cotangents
        refuse_second_derivatives(derivatives)
        return [
            by_unit[:, None] * outputs[1],
            *(by_unit @ output for output in outputs[2:]),
            *(disconnected_type() for _ in inputs[self.n_differentiable :]),
        ]


compile_with_numba(CollapsedLikelihood)


def collapsed_log_likelihood(
    residual: Any,
    loading: Any,
    domain_loading: Any,
    specific_variance: Any,
    *,
    noise: Any,
    shared: Any,
    present: Any,
    domain: Any,
) -> Any:
    """Return the symbolic log-likelihood by unit, shape (N,); see `CollapsedLikelihood`."""
    op: Any = CollapsedLikelihood()
    return op(residual, loading, domain_loading, specific_variance, noise, shared, present, domain)[
        0
    ]
