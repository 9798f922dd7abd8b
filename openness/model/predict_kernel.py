"""Numba kernel of cells that are not there: the law of each, given the unit's other cells.

The notation is that of `openness.model.kernel`. A new cell `e = lam z + gam d + t f + N(0, v)` is
normal given the others, and so is openness given it: with C = Cov(e, z) and V = Var(e),

    E[z | e] = E[z] + C / V (e - E[e]),    Var(z | e) = Var(z) - C^2 / V.

Without a shared sampling error (t = 0) this adds (lam - gam c / S)^2 / (v + gam^2 / S) to the
precision of z.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from openness.model.kernel import _A, _B, _D, _DET, _X1, _X2, _Y1, _Y2, N_SUMS, _absorb


@njit(cache=True, error_model="numpy")
def predict_cells(  # type: ignore[no-untyped-def]
    residual,
    loading,
    residual_domain_loading,
    uniqueness,
    noise,
    shared,
    present,
    domain,
    wanted,
    new_loading,
    new_domain_loading,
    new_shared,
    new_variance,
):
    """Return the law of each wanted cell given the unit's present cells, and what it tells of z.

    Parameters
    ----------
    residual, loading, residual_domain_loading, uniqueness, noise, shared, present, domain
        The present cells; see `openness.model.kernel.log_likelihood_and_gradient`.
    wanted : (N, K) bool array
        Cells to predict, each by itself; K may be less than the number of columns.
    new_loading, new_domain_loading, new_shared, new_variance : (N, K) arrays
        lam, gam, t and v = psi^2 + noise of the wanted cells; the others are not read.

    Returns
    -------
    mean, variance, covariance : (N, K) arrays
        Mean of the residual that the cell would have, its variance, and its covariance with z; NaN
        where a cell is not wanted.
    mean_z, var_z : (N,) arrays
        z ~ N(mean_z, var_z) as it stands.
    """
    n, k_all = wanted.shape
    sums = np.empty((N_SUMS, domain.max() + 1))
    mean = np.full((n, k_all), np.nan)
    variance = np.full((n, k_all), np.nan)
    covariance = np.full((n, k_all), np.nan)
    mean_z, var_z = np.empty(n), np.empty(n)
    for i in range(n):
        _, precision, h = _absorb(
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
        for k in range(k_all):
            if not wanted[i, k]:
                continue
            m = domain[k]
            lam, gam, t = new_loading[i, k], new_domain_loading[i, k], new_shared[i, k]
            x1, x2, det = sums[_X1, m], sums[_X2, m], sums[_DET, m]
            mean_d = sums[_Y1, m] - x1 * mean_z[i]
            mean_f = sums[_Y2, m] - x2 * mean_z[i]
            cov_z = var_z[i] * (lam - gam * x1 - t * x2)
            cov_d = -x1 * cov_z + (sums[_D, m] * gam - sums[_B, m] * t) / det
            cov_f = -x2 * cov_z + (sums[_A, m] * t - sums[_B, m] * gam) / det
            mean[i, k] = lam * mean_z[i] + gam * mean_d + t * mean_f
            variance[i, k] = lam * cov_z + gam * cov_d + t * cov_f + new_variance[i, k]
            covariance[i, k] = cov_z
    return mean, variance, covariance, mean_z, var_z


@njit(cache=True, error_model="numpy")
def shift_factor(  # type: ignore[no-untyped-def]
    distance,
    loading,
    residual_domain_loading,
    uniqueness,
    noise,
    shared,
    present,
    domain,
    wanted,
    new_loading,
    new_domain_loading,
    new_shared,
    new_variance,
):
    """Return by how much E[z] rises if wanted cells and sampled levels lie this far off, (N,).

    With Y the wanted cells of a unit and V their joint predictive variance, it is
    Cov(z, Y) V^-1 distance: E[z] is linear in the residuals, so it is E[z] of a unit whose present
    cells have residuals 0 and whose wanted cells are present with `distance` as theirs.

    Parameters
    ----------
    distance : (N, L) array
        Of the wanted cells from their prediction, on the link scale, and of present columns after
        the K indicators; the others are not read.
    loading, ..., new_variance
        As for `predict_cells`.
    """
    n, k_all = wanted.shape
    sums = np.empty((N_SUMS, domain.max() + 1))
    moved = np.empty(n)
    for i in range(n):
        e, also = np.zeros(len(loading)), present[i].copy()
        e[k_all:] = distance[i, k_all:]
        lam, gam, t = loading.copy(), residual_domain_loading.copy(), shared[i].copy()
        psi2, s2 = uniqueness.copy(), noise[i].copy()
        for k in range(k_all):
            if wanted[i, k]:
                e[k], also[k] = distance[i, k], True
                lam[k], gam[k], t[k] = new_loading[i, k], new_domain_loading[i, k], new_shared[i, k]
                psi2[k], s2[k] = new_variance[i, k], 0.0
        _, precision, h = _absorb(e, lam, gam, psi2, s2, t, also, domain, sums)
        moved[i] = h / precision
    return moved


@njit(cache=True, error_model="numpy")
def contributions_to_factor(  # type: ignore[no-untyped-def]
    residual, loading, residual_domain_loading, uniqueness, noise, shared, present, domain
):
    """Return what each present cell adds to E[z], (N, L); the sum over cells is E[z].

    E[z] = h / P is linear in the residuals: cell k adds w_k (lam_k - gam_k x1 - t_k x2) e_k / P.
    The parameters are those of `openness.model.kernel.log_likelihood_and_gradient`.
    """
    n, k_all = residual.shape
    sums = np.empty((N_SUMS, domain.max() + 1))
    added = np.zeros((n, k_all))
    for i in range(n):
        _, precision, _ = _absorb(
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
        for k in range(k_all):
            if not present[i, k]:
                continue
            m = domain[k]
            w = 1.0 / (uniqueness[k] + noise[i, k])
            q = loading[k] - residual_domain_loading[k] * sums[_X1, m] - shared[i, k] * sums[_X2, m]
            added[i, k] = w * q * residual[i, k] / precision
    return added
