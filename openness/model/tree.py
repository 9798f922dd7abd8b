"""The tree of levels: factor, source, measure. Its equations are here and in `joint`, nowhere else.

    theta_i ~ N(mean_i, 1)                                        the factor
    u_im    = a_m theta_i + b_m d_im,                d ~ N(0, 1)  the level of source m
    y_ik    = alpha_gk + c_k u_im + t_ik f_im + N(0, v_ik)        a Gaussian cell
    f_im    ~ N(0, 1)                                             error that respondents share

Downwards it is drawn from (`draw_levels`, `linear_predictor`). Upwards everything is integrated
out: what the cells say of a level is -J u^2 / 2 + h u + k. A `leaf` is a sum over cells, `halo`
integrates f out of it, `up` the level given the factor; the root adds what all sources say to the
prior. `descend` brings the moments down again. All of it is exact, and takes O(cells) operations.

This is the rule for one period and for sources that hold measures, so every message is a few
numbers. A facet is one more `up`, between the leaves and the halo of its source, with its own a and
b. With T periods J, a^2 and b^2 become T x T blocks and h vectors, in the same places. The names
are those of `docs/explanation/model.md`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numba import njit

Array = np.ndarray


def draw_levels(
    factor: Array,
    mean: Array | float,
    root_coherence: Array,
    root_rest: Array,
    draw: Callable[[tuple[int, ...]], Array],
) -> Array:
    """Draw the levels of all sources, (N, M).

    Parameters
    ----------
    factor : (N,) array
        theta.
    mean : (N, M) array or float
        By how much the sources differ besides: of a group, for instance.
    root_coherence, root_rest : (M,) arrays
        a and b.
    draw : callable
        Takes a shape; draws what has mean 0 and variance 1.
    """
    shape = (len(factor), len(root_coherence))
    return mean + root_coherence * factor[:, None] + root_rest * draw(shape)


def linear_predictor(level: Array, intercept: Any, domain_loading: Any, specific: Any) -> Array:
    """Return eta = alpha + c u + psi e, what a measure would read without sampling error."""
    return intercept + domain_loading * level + specific


def roots(share: Any) -> tuple[Any, Any]:
    """Return a = sqrt(rho) and b = sqrt(1 - rho)."""
    return np.sqrt(share), np.sqrt(1 - share)


def usual_level(root_coherence: Any, factor_mean: Any) -> Any:
    """Return the level of a source where the factor is at its mean."""
    return root_coherence * factor_mean


def group_shift(level: Any, effect: Any, root_coherence: Any) -> Any:
    """Return nu (G, M): what is left of the mean levels of groups beside their mean factor (G,)."""
    return level - usual_level(root_coherence, effect[:, None])


@njit(cache=True, error_model="numpy")
def halo(cc, ct, tt, ce, te):  # type: ignore[no-untyped-def]
    """Integrate f ~ N(0, 1) out of the sums of a source: J, h, 2 k less log d, and d."""
    d = 1.0 + tt
    return cc - ct * ct / d, ce - ct * te / d, te * te / d, d


@njit(cache=True, error_model="numpy")
def up(j, h, a, b):  # type: ignore[no-untyped-def]
    """Integrate u = a theta + b d, d ~ N(0, 1), out of J and h: J, h, 2 k less log s, and s.

    Where b is 0, u is a theta.
    """
    s = 1.0 + b * b * j
    return a * a * j / s, a * h / s, b * b * h * h / s, s


@njit(cache=True, error_model="numpy")
def _times(product, log_rest, factor):  # type: ignore[no-untyped-def]
    """Multiply, and move the product to the sum of logs before it over- or underflows."""
    product *= factor
    if 1e-100 < product < 1e100:
        return product, log_rest
    return 1.0, log_rest + np.log(product)


class Messages(NamedTuple):
    """What the cells of every unit say, on the way up."""

    log_l: Array
    """(N,) log density of the cells and sampled levels, without -log(2 pi) / 2 for each."""
    mean: Array
    """(N,) of the factor given the cells."""
    variance: Array
    """(N,) likewise."""
    j: Array
    """(N, M) precision that the cells give to a level."""
    h: Array
    """(N, M) and their pull on it."""
    s: Array
    """(N, M) 1 + b^2 J; for a sampled level b^2."""
    j_root: Array
    """(N, M) precision that a source gives to the factor."""
    h_root: Array
    """(N, M) and its pull on it."""
    halo_mean: Array
    """(N, M) f = halo_mean - halo_slope u + N(0, halo_variance)."""
    halo_slope: Array
    halo_variance: Array


@njit(cache=True, error_model="numpy")
def ascend(p, e):  # type: ignore[no-untyped-def]
    """Send what the cells of every unit say up to the factor; `Parameters`, `Evidence`: `Messages`.

    Returns are not looked at.
    """
    value, present, domain = e.value, e.present, e.domain_of_indicator
    error_variance, t_of = e.error_variance, e.common_error_loading
    exact_at, level_at, group = e.exact_at, e.level_at, e.group_of_unit
    intercept, c_of, psi, exact = p.intercept, p.domain_loading, p.uniqueness_sd, p.exact
    a_of, b_of, level, factor_mean = p.root_coherence, p.root_rest, p.level, p.factor_mean
    n, n_indicators = value.shape
    n_domains = a_of.shape[0]
    log_l, mean, variance = np.empty(n), np.empty(n), np.empty(n)
    j_of, h_of, s_of, j_root, h_root = np.empty((5, n, n_domains))
    halo_mean, halo_slope, halo_variance = np.empty((3, n, n_domains))
    sums = np.empty((n_domains, 5))
    for i in range(n):
        sums[:] = 0.0
        # prod w / prod det, so that there is one logarithm a unit and not one a cell.
        weight, log_weight, quadratic = 1.0, 0.0, 0.0
        for k in range(n_indicators):
            if not present[i, k]:
                continue
            m, c, t = domain[k], c_of[k], t_of[i, k]
            x = value[i, k] - intercept[group[i], k]
            if exact_at[i, k] >= 0:
                x += exact[exact_at[i, k]]
            w = 1.0 / (psi[k] * psi[k] + error_variance[i, k])
            weight, log_weight = _times(weight, log_weight, w)
            quadratic += w * x * x
            sums[m, 0] += w * c * c
            sums[m, 1] += w * c * t
            sums[m, 2] += w * t * t
            sums[m, 3] += w * c * x
            sums[m, 4] += w * t * x
        usual = factor_mean[i]
        precision, pull, known = 1.0, usual, False
        for m in range(n_domains):
            _, ct, tt, _, te = sums[m]
            j, h, k2, d = halo(sums[m, 0], ct, tt, sums[m, 3], te)
            j_of[i, m], h_of[i, m] = j, h
            halo_mean[i, m], halo_slope[i, m], halo_variance[i, m] = te / d, ct / d, 1.0 / d
            quadratic -= k2
            a, b, q = a_of[m], b_of[m], level_at[i, m]
            if q < 0:
                j, h, k2, s = up(j, h, a, b)
                quadratic -= k2
            elif n_domains == 1:  # the level of the only source is the factor
                u, s, known = level[q], 1.0, True
                quadratic += j * u * u - 2.0 * h * u
                mean[i], variance[i] = u, 0.0
            else:
                u, s = level[q], b * b
                quadratic += j * u * u - 2.0 * h * u + u * u / s
                j, h = a * a / s, a * u / s
            s_of[i, m], j_root[i, m], h_root[i, m] = s, j, h
            weight, log_weight = _times(weight, log_weight, 1.0 / (d * s))
            precision += j
            pull += h
        if known:
            quadratic += (mean[i] - usual) ** 2
        else:
            mean[i], variance[i] = pull / precision, 1.0 / precision
            quadratic += usual * usual - pull * pull / precision
            weight /= precision
        log_l[i] = 0.5 * (log_weight + np.log(weight) - quadratic)
    sources = j_of, h_of, s_of, j_root, h_root, halo_mean, halo_slope, halo_variance
    return Messages(log_l, mean, variance, *sources)


class Levels(NamedTuple):
    """Moments of every level, (N, M): its slope by the factor too."""

    mean: Array
    variance: Array
    slope: Array


@njit(cache=True, error_model="numpy")
def descend(p, e, up, mean, variance):  # type: ignore[no-untyped-def]
    """Bring moments of the factor (N,) down to the levels.

    They may know more than the cells do: the returns, for instance. With 0 for both, what comes is
    the distribution of a level given the factor: its intercept and slope, and what is left.
    """
    level_at, level = e.level_at, p.level
    n, n_domains = level_at.shape
    mean_u, var_u, slope_u = np.zeros((3, n, n_domains))
    for i in range(n):
        for m in range(n_domains):
            if level_at[i, m] >= 0:
                mean_u[i, m] = level[level_at[i, m]]
                continue
            s, b2 = up.s[i, m], p.root_rest[m] ** 2
            slope = p.root_coherence[m] / s
            slope_u[i, m] = slope
            mean_u[i, m] = slope * mean[i] + b2 * up.h[i, m] / s
            var_u[i, m] = b2 / s + slope * slope * variance[i]
    return Levels(mean_u, var_u, slope_u)


@njit(cache=True, error_model="numpy")
def add_leaves(p, e, up, levels, gradient):  # type: ignore[no-untyped-def]
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


@njit(cache=True, error_model="numpy")
def add_edges(p, e, up, mean, variance, gradient):  # type: ignore[no-untyped-def]
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
