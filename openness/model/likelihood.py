"""The collapsed likelihood: value and gradient in one pass over the cells, as a PyTensor Op."""

from __future__ import annotations

from typing import Any

from numba import njit

from openness.model.kernel_op import KernelOp, compile_with_numba
from openness.model.selection_kernel import Derivatives, Returns, tilt_by_returns
from openness.model.signature import Evidence, Parameters, zeros_like
from openness.model.tree import add_edges, add_facets, add_leaves, ascend, descend


@njit(error_model="numpy")
def _asked(returned, i):  # type: ignore[no-untyped-def]
    for c in range(returned.shape[1]):  # noqa: SIM110 - numba has no generators here
        if returned[i, c] != 0:
            return True
    return False


@njit(error_model="numpy")
def log_likelihood(p, e):  # type: ignore[no-untyped-def]
    """Return the log-likelihood of all units, every Gaussian latent integrated out.

    Fisher's identity gives the derivatives: those of the complete-data log density, which is
    quadratic in the latents, so that the returns come in through the first two moments of the
    factor alone.

    Parameters
    ----------
    p : Parameters
    e : Evidence

    Returns
    -------
    total : float
        Without the constant -log(2 pi) / 2 for each cell and sampled level.
    gradient : Parameters
    by_unit : (N,) array
    """
    gradient = Parameters(*zeros_like(p))
    up = ascend(p, e)
    log_l, mean, variance = up.log_l, up.mean.copy(), up.variance.copy()
    for i in range(e.returned.shape[0]):
        if _asked(e.returned, i):
            g = e.group_of_unit[i]
            log_probability, mean[i], variance[i], _ = tilt_by_returns(
                mean[i],
                variance[i],
                0.0,
                Returns(e.returned[i], p.return_intercept[g], p.return_slope, p.return_factor),
                Derivatives(
                    gradient.return_intercept[g], gradient.return_slope, gradient.return_factor
                ),
            )
            log_l[i] += log_probability
    gradient.factor_mean[:] = mean - p.factor_mean
    levels = descend(p, e, up, mean, variance)
    add_leaves(p, e, levels, gradient)
    add_facets(p, e, up, levels, gradient)
    add_edges(p, e, up, mean, variance, gradient)
    return log_l.sum(), gradient, log_l


class CollapsedLikelihood(KernelOp):
    """Log-likelihood of the units, with the factor and all other Gaussian latents integrated out.

    It knows nothing of priors, groups or covariates: everything above it is ordinary PyMC.
    """

    kernel = staticmethod(log_likelihood)
    parameters = Parameters
    evidence = Evidence


compile_with_numba(CollapsedLikelihood)


def collapsed_log_likelihood(parameters: Parameters, evidence: Evidence) -> tuple[Any, Any]:
    """Return the symbolic log-likelihood, and its part by unit (N,), which has no gradient."""
    op: Any = CollapsedLikelihood()
    total, *_, by_unit = op(*parameters, *evidence)
    return total, by_unit
