"""The collapsed likelihood: value and gradient in one pass over the cells, as a PyTensor Op."""

from __future__ import annotations

from typing import Any

from numba import njit

from openness.model.kernel_op import KernelOp, compile_with_numba
from openness.model.selection_kernel import tilt_by_returns
from openness.model.signature import Evidence, Parameters, zeros_like
from openness.model.tree import ascend, descend


@njit(error_model="numpy")
def _asked(returned, i):  # type: ignore[no-untyped-def]
    for c in range(returned.shape[1]):  # noqa: SIM110 - numba has no generators here
        if returned[i, c] != 0:
            return True
    return False


@njit(error_model="numpy")
def _add_leaves(p, e, up, levels, gradient):  # type: ignore[no-untyped-def]
    """Add the derivatives of every cell c u + t f + N(0, v)."""
    value, present, domain, group = e.value, e.present, e.domain_of_indicator, e.group_of_unit
    error_variance, t_of, exact_at = e.error_variance, e.common_error_loading, e.exact_at
    intercept, c_of, psi, exact = p.intercept, p.domain_loading, p.uniqueness_sd, p.exact
    d_intercept, d_c, d_psi = gradient.intercept, gradient.domain_loading, gradient.uniqueness_sd
    d_exact, mean_u, var_u = gradient.exact, levels.mean, levels.variance
    halo_mean, halo_slope, halo_variance = up.halo_mean, up.halo_slope, up.halo_variance
    for i in range(value.shape[0]):
        g = group[i]
        for k in range(value.shape[1]):
            if not present[i, k]:
                continue
            m, t, q = domain[k], t_of[i, k], exact_at[i, k]
            w = 1.0 / (psi[k] * psi[k] + error_variance[i, k])
            r = c_of[k] - t * halo_slope[i, m]
            eps = value[i, k] - intercept[g, k] - r * mean_u[i, m] - t * halo_mean[i, m]
            if q >= 0:
                eps += exact[q]
                d_exact[q] -= w * eps
            spread = r * r * var_u[i, m] + t * t * halo_variance[i, m]
            d_intercept[g, k] += w * eps
            d_c[k] += w * (eps * mean_u[i, m] - r * var_u[i, m])
            d_psi[k] += psi[k] * w * (w * (eps * eps + spread) - 1.0)


@njit(error_model="numpy")
def _add_edges(p, e, up, mean, variance, gradient):  # type: ignore[no-untyped-def]
    """Add the derivatives of every edge u = a theta + b d, and by sampled levels."""
    a_of, b_of, level, level_at = p.root_coherence, p.root_rest, p.level, e.level_at
    d_a, d_b, d_level = gradient.root_coherence, gradient.root_rest, gradient.level
    n, n_domains = level_at.shape
    for i in range(n):
        theta, v = mean[i], variance[i]
        for m in range(n_domains):
            a, b, q = a_of[m], b_of[m], level_at[i, m]
            j, h, s = up.j[i, m], up.h[i, m], up.s[i, m]
            if q < 0:
                pull = (h - j * a * theta) / s  # of the cells on the level: h - J E[u]
                d_a[m] += pull * theta - j * a * v / s
                d_b[m] += b * (pull * pull - (1.0 - a * a * j * v / s) * j / s)
            elif n_domains == 1:
                d_level[q] += h - j * level[q] + p.factor_mean[i] - level[q]
            else:
                off = level[q] - a * theta
                d_level[q] += h - j * level[q] - off / s
                d_a[m] += (off * theta - a * v) / s
                d_b[m] += ((off * off + a * a * v) / s - 1.0) / b


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
            log_probability, mean[i], variance[i], _ = tilt_by_returns(
                mean[i],
                variance[i],
                0.0,
                e.returned[i],
                p.return_intercept,
                p.return_slope,
                p.return_factor,
                gradient.return_intercept,
                gradient.return_slope,
                gradient.return_factor,
            )
            log_l[i] += log_probability
    gradient.factor_mean[:] = mean - p.factor_mean
    levels = descend(p, e, up, mean, variance)
    _add_leaves(p, e, up, levels, gradient)
    _add_edges(p, e, up, mean, variance, gradient)
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
