"""From hyperparameters to the log-likelihood of the units, with its gradient, in one pass.

The kernels of `openness.model.kernel` see residuals and columns. Here they are assembled from what
the model has: the expected value of each indicator, its loadings, and the values that are sampled.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from openness.model.kernel import log_likelihood_and_gradient


@njit(error_model="numpy")
def sum_over_units(  # type: ignore[no-untyped-def]
    expected,
    domain_loading,
    loading,
    residual_domain_loading,
    uniqueness_sd,
    coherence,
    level,
    exact,
    group_effect,
    return_intercept,
    return_slope,
    return_factor,
    value,
    noise,
    shared,
    present,
    domain,
    row,
    direct,
    sampled,
    level_at,
    exact_at,
    is_factor,
    returned,
):
    """Return the log-likelihood, its derivatives by the first twelve arguments, and its parts.

    Parameters
    ----------
    expected : (R, K) array
        Link-scale expectation of every indicator, in R rows; `row` says which a unit has.
    domain_loading, loading, residual_domain_loading, uniqueness_sd : (K,) arrays
        sign omega sqrt(h), lam, gam and psi.
    coherence : (M,) array
        rho.
    level, exact : (Q,) and (E,) arrays
        Sampled domain levels, less the mean of the group, and sampled values of exact cells.
    group_effect : (R,) array
        Mean openness by row.
    return_intercept, return_slope, return_factor : (C,) arrays
        Of the selection model.
    value, noise, shared : (N, K) arrays
        Gaussian cells; see `openness.model.cells.Cells`.
    present : (N, K + X) bool array
        Gaussian cells, then one column for each sampled domain.
    domain : (K + X,) int array
        Of each column.
    row : (N,) int array
    direct : (K,) bool array
        Whether the indicator reaches openness by itself, not through a sampled level.
    sampled : (X,) int array
        Position of each sampled domain among the M.
    level_at, exact_at : (N, X) and (N, K) int arrays
        Position in `level` and in `exact`; -1 where there is none.
    is_factor : (X,) bool array
        Whether the sampled level is z itself, with the law N(0, 1). Selection is not for these.
    returned : (N, C) int array
        Returns made (1), not made (-1) and not to be made (0).

    Returns
    -------
    total : float
        Without the constant -n/2 log(2 pi).
    derivatives : twelve arrays
        Shaped as the first twelve arguments.
    by_unit : (N,) array
    """
    n, n_indicators = value.shape
    n_sampled = sampled.shape[0]
    n_columns = n_indicators + n_sampled
    through = np.full(n_indicators, -1)
    for x in range(n_sampled):
        for k in range(n_indicators):
            if domain[k] == sampled[x]:
                through[k] = x

    lam, gam, psi2 = np.zeros(n_columns), np.zeros(n_columns), np.ones(n_columns)
    for k in range(n_indicators):
        psi2[k] = uniqueness_sd[k] ** 2
        if direct[k]:
            lam[k], gam[k] = loading[k], residual_domain_loading[k]
    for x in range(n_sampled):
        if not is_factor[x]:
            rho = coherence[sampled[x]]
            lam[n_indicators + x], psi2[n_indicators + x] = np.sqrt(rho), 1.0 - rho

    residual = np.zeros((n, n_columns))
    own, common = np.zeros((n, n_columns)), np.zeros((n, n_columns))
    for i in range(n):
        for k in range(n_indicators):
            own[i, k], common[i, k] = noise[i, k], shared[i, k]
            residual[i, k] = value[i, k] - expected[row[i], k]
            if exact_at[i, k] >= 0:
                residual[i, k] += exact[exact_at[i, k]]
            if through[k] >= 0 and level_at[i, through[k]] >= 0:
                residual[i, k] -= domain_loading[k] * level[level_at[i, through[k]]]
        for x in range(n_sampled):
            if level_at[i, x] >= 0:
                residual[i, n_indicators + x] = level[level_at[i, x]]

    (
        by_unit,
        d_residual,
        d_lam,
        d_gam,
        d_psi2,
        d_offset,
        d_return_intercept,
        d_return_slope,
        d_return_factor,
    ) = log_likelihood_and_gradient(
        residual,
        lam,
        gam,
        psi2,
        own,
        common,
        present,
        domain,
        group_effect[row],
        returned,
        return_intercept,
        return_slope,
        return_factor,
    )

    d_expected, d_domain_loading = np.zeros_like(expected), np.zeros_like(domain_loading)
    d_loading, d_residual_domain_loading = (
        np.zeros_like(loading),
        np.zeros_like(residual_domain_loading),
    )
    d_uniqueness_sd, d_coherence = np.zeros_like(uniqueness_sd), np.zeros_like(coherence)
    d_level, d_exact = np.zeros_like(level), np.zeros_like(exact)
    d_group_effect = np.zeros_like(group_effect)
    total = 0.0
    for i in range(n):
        total += by_unit[i]
        d_group_effect[row[i]] += d_offset[i]
        for k in range(n_indicators):
            if not present[i, k]:
                continue
            d_expected[row[i], k] -= d_residual[i, k]
            d_uniqueness_sd[k] += 2.0 * uniqueness_sd[k] * d_psi2[i, k]
            if direct[k]:
                d_loading[k] += d_lam[i, k]
                d_residual_domain_loading[k] += d_gam[i, k]
            if exact_at[i, k] >= 0:
                d_exact[exact_at[i, k]] += d_residual[i, k]
            if through[k] >= 0 and level_at[i, through[k]] >= 0:
                q = level_at[i, through[k]]
                d_domain_loading[k] -= level[q] * d_residual[i, k]
                d_level[q] -= domain_loading[k] * d_residual[i, k]
        for x in range(n_sampled):
            if level_at[i, x] < 0:
                continue
            c = n_indicators + x
            d_level[level_at[i, x]] += d_residual[i, c]
            if not is_factor[x]:
                d_coherence[sampled[x]] += 0.5 / lam[c] * d_lam[i, c] - d_psi2[i, c]
    return (
        total,
        d_expected,
        d_domain_loading,
        d_loading,
        d_residual_domain_loading,
        d_uniqueness_sd,
        d_coherence,
        d_level,
        d_exact,
        d_group_effect,
        d_return_intercept,
        d_return_slope,
        d_return_factor,
        by_unit,
    )
