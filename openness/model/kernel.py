"""Numba kernels of the collapsed likelihood: every latent of a unit integrated out exactly.

For one unit the cells `e = value - mean` are jointly Gaussian with

    e_k = lam_k z + gam_k d_m(k) + t_k f_m(k) + N(0, v_k),    v_k = psi_k^2 + noise_k,

where z is openness, d_m what domain m shares besides openness, and f_m the sampling error that
the indicators of a domain share because the same respondents answered them. Given z the domains
are independent, so the precision matrix of the latents is an arrow, and elimination takes O(cells)
operations. The names below are those of the derivation in `docs/explanation/model.md`.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from openness.model.selection_kernel import tilt_by_returns

# Rows of the work array that holds one unit's sums, a column for each domain.
_A, _B, _D, _B1, _B2, _C1, _C2, _X1, _X2, _Y1, _Y2, _DET = range(12)
N_SUMS = 12


@njit(cache=True, error_model="numpy")
def _times(product, log_rest, factor):  # type: ignore[no-untyped-def]
    """Multiply, and move the product to the sum of logs before it over- or underflows."""
    product *= factor
    if 1e-100 < product < 1e100:
        return product, log_rest
    return 1.0, log_rest + np.log(product)


@njit(cache=True, error_model="numpy")
def _absorb(e, lam, gam, psi2, noise, shared, present, domain, sums):  # type: ignore[no-untyped-def]
    """Sum one unit's cells by domain; return log L (no constant), P and h, so z ~ N(h/P, 1/P)."""
    sums[:] = 0.0
    sums[_A] = 1.0
    sums[_D] = 1.0
    # prod w / prod det, so that there is one logarithm a unit and not one a cell.
    weight, log_weight = 1.0, 0.0
    quadratic = 0.0
    precision = 1.0
    h = 0.0
    for k in range(e.shape[0]):
        if not present[k]:
            continue
        m = domain[k]
        w = 1.0 / (psi2[k] + noise[k])
        t = shared[k]
        weight, log_weight = _times(weight, log_weight, w)
        quadratic += w * e[k] * e[k]
        precision += w * lam[k] * lam[k]
        h += w * lam[k] * e[k]
        sums[_A, m] += w * gam[k] * gam[k]
        sums[_B, m] += w * gam[k] * t
        sums[_D, m] += w * t * t
        sums[_B1, m] += w * gam[k] * e[k]
        sums[_B2, m] += w * t * e[k]
        sums[_C1, m] += w * gam[k] * lam[k]
        sums[_C2, m] += w * t * lam[k]
    for m in range(sums.shape[1]):
        a, b, d = sums[_A, m], sums[_B, m], sums[_D, m]
        b1, b2, c1, c2 = sums[_B1, m], sums[_B2, m], sums[_C1, m], sums[_C2, m]
        det = a * d - b * b
        inverse = 1.0 / det
        x1 = (d * c1 - b * c2) * inverse
        x2 = (a * c2 - b * c1) * inverse
        y1 = (d * b1 - b * b2) * inverse
        y2 = (a * b2 - b * b1) * inverse
        sums[_X1, m], sums[_X2, m], sums[_Y1, m], sums[_Y2, m] = x1, x2, y1, y2
        sums[_DET, m] = det
        weight, log_weight = _times(weight, log_weight, inverse)
        precision -= c1 * x1 + c2 * x2
        h -= b1 * x1 + b2 * x2
        quadratic -= b1 * y1 + b2 * y2
    log_l = 0.5 * (log_weight + np.log(weight / precision) - quadratic + h * h / precision)
    return log_l, precision, h


@njit(error_model="numpy")
def log_likelihood_and_gradient(  # type: ignore[no-untyped-def]
    residual,
    loading,
    residual_domain_loading,
    uniqueness,
    noise,
    shared,
    present,
    domain,
    offset,
    returned,
    intercept,
    slope,
    factor,
):
    """Return the log-likelihood of each unit and its derivatives by cell.

    Parameters
    ----------
    residual : (N, K) array
        Cell value minus its mean.
    loading, residual_domain_loading, uniqueness : (K,) arrays
        lam, gam and psi^2.
    noise, shared : (N, K) arrays
        Independent sampling variance, and the loading t on the domain's shared sampling error.
    present : (N, K) bool array
        Cells that count; the others are not read.
    domain : (K,) int array
        Position of each indicator's domain.
    offset : (N,) array
        theta - z.
    returned : (N, C) int array
        Returns made (1), not made (-1) and not to be made (0); C may be 0.
    intercept, slope, factor : (C,) arrays
        Of the selection model.

    Returns
    -------
    log_l : (N,) array
        Without the constant -n/2 log(2 pi).
    d_residual, d_loading, d_residual_domain_loading, d_variance : (N, K) arrays
        Fisher's identity: expected derivative of the complete-data log density, which is quadratic
        in the latents, so that the returns come in through the first two moments of z alone.
    d_offset : (N,) array
    d_intercept, d_slope, d_factor : (C,) arrays
    """
    n, k_all = residual.shape
    sums = np.empty((N_SUMS, domain.max() + 1))
    log_l = np.empty(n)
    d_residual = np.zeros((n, k_all))
    d_loading = np.zeros((n, k_all))
    d_residual_domain_loading = np.zeros((n, k_all))
    d_variance = np.zeros((n, k_all))
    d_offset = np.zeros(n)
    d_intercept, d_slope = np.zeros_like(intercept), np.zeros_like(slope)
    d_factor = np.zeros_like(factor)
    for i in range(n):
        log_l[i], precision, h = _absorb(
            residual[i],
            loading,
            residual_domain_loading,
            uniqueness,
            noise[i],
            shared[i],
            present[i],
            domain,
            sums,
        )
        mean_z = h / precision
        var_z = 1.0 / precision
        if np.any(returned[i] != 0):
            log_probability, mean_z, var_z, d_offset[i] = tilt_by_returns(
                mean_z,
                var_z,
                offset[i],
                returned[i],
                intercept,
                slope,
                factor,
                d_intercept,
                d_slope,
                d_factor,
            )
            log_l[i] += log_probability
        for k in range(k_all):
            if not present[i, k]:
                continue
            m = domain[k]
            lam, gam, t = loading[k], residual_domain_loading[k], shared[i, k]
            w = 1.0 / (uniqueness[k] + noise[i, k])
            x1, x2, det = sums[_X1, m], sums[_X2, m], sums[_DET, m]
            mean_d = sums[_Y1, m] - x1 * mean_z
            mean_f = sums[_Y2, m] - x2 * mean_z
            eps = residual[i, k] - lam * mean_z - gam * mean_d - t * mean_f
            # Covariances of the linear predictor lam z + gam d + t f with z, d and f.
            cov_z = var_z * (lam - gam * x1 - t * x2)
            cov_d = -x1 * cov_z + (sums[_D, m] * gam - sums[_B, m] * t) / det
            cov_f = -x2 * cov_z + (sums[_A, m] * t - sums[_B, m] * gam) / det
            predictor_variance = lam * cov_z + gam * cov_d + t * cov_f
            d_residual[i, k] = -w * eps
            d_loading[i, k] = w * (eps * mean_z - cov_z)
            d_residual_domain_loading[i, k] = w * (eps * mean_d - cov_d)
            d_variance[i, k] = 0.5 * (w * eps * w * eps + w * w * predictor_variance - w)
    return (
        log_l,
        d_residual,
        d_loading,
        d_residual_domain_loading,
        d_variance,
        d_offset,
        d_intercept,
        d_slope,
        d_factor,
    )


@njit(cache=True, error_model="numpy")
def condition_on_cells(  # type: ignore[no-untyped-def]
    residual, loading, residual_domain_loading, uniqueness, noise, shared, present, domain
):
    """Return the exact conditional law of every unit's latents given its cells.

    Parameters are those of `log_likelihood_and_gradient`.

    Returns
    -------
    log_l : (N,) array
    mean_z, var_z : (N,) arrays
        z ~ N(mean_z, var_z).
    intercept_d, slope_d, var_d : (N, M) arrays
        d_m given z ~ N(intercept_d - slope_d z, var_d).
    """
    n = residual.shape[0]
    m_all = domain.max() + 1
    sums = np.empty((N_SUMS, m_all))
    log_l = np.empty(n)
    mean_z = np.empty(n)
    var_z = np.empty(n)
    intercept_d = np.empty((n, m_all))
    slope_d = np.empty((n, m_all))
    var_d = np.empty((n, m_all))
    for i in range(n):
        log_l[i], precision, h = _absorb(
            residual[i],
            loading,
            residual_domain_loading,
            uniqueness,
            noise[i],
            shared[i],
            present[i],
            domain,
            sums,
        )
        mean_z[i] = h / precision
        var_z[i] = 1.0 / precision
        intercept_d[i] = sums[_Y1]
        slope_d[i] = sums[_X1]
        var_d[i] = sums[_D] / sums[_DET]
    return log_l, mean_z, var_z, intercept_d, slope_d, var_d
