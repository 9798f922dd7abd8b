"""The tree of levels: factor, source, facet, measure. Its equations are here and in `joint` alone.

    theta_i ~ N(mean_i, 1)                                        the factor
    u_im    = a_m theta_i + b_m d_im,                d ~ N(0, 1)  the level of source m
    v_if    = r_f u_im + g_f N(0, 1)                              the level of a facet of source m
    y_ik    = alpha_gk + c_k x_ik + t_ik f_im + N(0, v_ik)        a Gaussian cell
    f_im    ~ N(0, 1)                                             error that respondents share

with x = v for a measure in a facet and x = u for one that is not: its node.

Downwards it is drawn from (`draw_levels`, `draw_facets`, `linear_predictor`). Upwards everything is
integrated out. What cells say of the node above them and of f is a quadratic in both, held as five
sums over cells; `fold` takes the level of a facet out of its sums, which leaves some of its source,
`halo` takes f out of those of a source, `up` the level given the factor; the root adds what all
sources say to the prior. `descend` brings the moments down again. All of it is exact, and takes
O(cells) operations.

This is the rule for one period, so every message is a few numbers. With T periods they become
blocks, in the same places. The names are those of `docs/explanation/model.md`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from openness.model.signature import Evidence, Parameters

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


def draw_facets(
    levels: Array,
    domain_of_facet: Array,
    facet_root: Array,
    facet_rest: Array,
    draw: Callable[[tuple[int, ...]], Array],
) -> Array:
    """Draw the levels of all facets, (N, F), given those of their sources; see `draw_levels`.

    Parameters
    ----------
    levels : (N, M) array
        u. What a source differs by in a group, its facets differ by as well, r times.
    domain_of_facet : (F,) int array
    facet_root, facet_rest : (F,) arrays
        r and g.
    draw : callable
    """
    shape = (len(levels), len(facet_root))
    return facet_root * levels[:, domain_of_facet] + facet_rest * draw(shape)


def linear_predictor(level: Array, intercept: Any, domain_loading: Any, specific: Any) -> Array:
    """Return eta = alpha + c x + psi e, what a measure would read without sampling error."""
    return intercept + domain_loading * level + specific


def roots(share: Any) -> tuple[Any, Any]:
    """Return a = sqrt(rho) and b = sqrt(1 - rho)."""
    return np.sqrt(share), np.sqrt(1 - share)


@njit(cache=True)
def nodes(domain_of_indicator: Any, facet_of_indicator: Any, n_domains: int) -> Any:
    """Return the node of each indicator, int (K,): domains from 0, and facets after them."""
    in_facet = facet_of_indicator >= 0
    return np.where(in_facet, n_domains + facet_of_indicator, domain_of_indicator)


def at_nodes(of_domain: Array, domain_of_facet: Array, facet_root: Array) -> Array:
    """Put what is usual of a facet's level after what is of the domains', (..., M) to (..., M + F).

    That is r times what is usual of its domain.
    """
    of_facet = facet_root * of_domain[..., domain_of_facet]
    return np.concatenate([of_domain, of_facet], axis=-1)


def usual_level(root_coherence: Any, factor_mean: Any) -> Any:
    """Return the level of a source where the factor is at its mean."""
    return root_coherence * factor_mean


def group_shift(level: Any, effect: Any, root_coherence: Any) -> Any:
    """Return nu (G, M): what is left of the mean levels of groups beside their mean factor (G,)."""
    return level - usual_level(root_coherence, effect[:, None])


@njit(cache=True, error_model="numpy")
def fold(cc, ct, tt, ce, te, r, g):  # type: ignore[no-untyped-def]
    """Integrate v = r u + g d, d ~ N(0, 1), out of the sums of a facet.

    They are of -cc v^2 / 2 - ct v f - tt f^2 / 2 + ce v + te f. What is left are such sums in u and
    f, then 2 k less log s, and s.
    """
    g2 = g * g
    s = 1.0 + g2 * cc
    left = r * r * cc / s, r * ct / s, tt - g2 * ct * ct / s, r * ce / s, te - g2 * ct * ce / s
    return left, g2 * ce * ce / s, s


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
    facet: Array
    """(N, F, 4) of a facet: its sums cc, ct and ce, and s = 1 + g^2 cc."""


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
    n_domains, n_facets = a_of.shape[0], e.domain_of_facet.shape[0]
    node = nodes(domain, e.facet_of_indicator, n_domains)
    log_l, mean, variance = np.empty(n), np.empty(n), np.empty(n)
    j_of, h_of, s_of, j_root, h_root = np.empty((5, n, n_domains))
    halo_mean, halo_slope, halo_variance = np.empty((3, n, n_domains))
    facet = np.empty((n, n_facets, 4))
    sums = np.empty((n_domains + n_facets, 5))
    for i in range(n):
        sums[:] = 0.0
        # prod w / prod det, so that there is one logarithm a unit and not one a cell.
        weight, log_weight, quadratic = 1.0, 0.0, 0.0
        for k in range(n_indicators):
            if not present[i, k]:
                continue
            m, c, t = node[k], c_of[k], t_of[i, k]
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
        for f in range(n_facets):
            cc, ct, tt, ce, te = sums[n_domains + f]
            left, k2, s = fold(cc, ct, tt, ce, te, p.facet_root[f], p.facet_rest[f])
            for position in range(5):
                sums[e.domain_of_facet[f], position] += left[position]
            quadratic -= k2
            weight, log_weight = _times(weight, log_weight, 1.0 / s)
            facet[i, f, 0], facet[i, f, 1], facet[i, f, 2], facet[i, f, 3] = cc, ct, ce, s
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
    return Messages(log_l, mean, variance, *sources, facet)


class Levels(NamedTuple):
    """Moments of every level, (N, M + F): of the domains, then of the facets."""

    mean: Array
    variance: Array
    slope: Array
    """By the factor."""
    halo_mean: Array
    """f of its domain is halo_mean - halo_slope x + N(0, halo_variance), with x the level."""
    halo_slope: Array
    halo_variance: Array


@njit(cache=True, error_model="numpy")
def descend(p, e, up, mean, variance):  # type: ignore[no-untyped-def]
    """Bring moments of the factor (N,) down to the levels.

    They may know more than the cells do: the returns, for instance. With 0 for both, what comes is
    the distribution of a level given the factor: its intercept and slope, and what is left.
    """
    level_at, level = e.level_at, p.level
    n, n_domains = level_at.shape
    n_facets = e.domain_of_facet.shape[0]
    mean_x, var_x, slope_x = np.zeros((3, n, n_domains + n_facets))
    halo_mean, halo_slope, halo_variance = up.halo_mean, up.halo_slope, up.halo_variance
    if n_facets > 0:
        halo_mean, halo_slope, halo_variance = np.empty((3, n, n_domains + n_facets))
        halo_mean[:, :n_domains] = up.halo_mean
        halo_slope[:, :n_domains] = up.halo_slope
        halo_variance[:, :n_domains] = up.halo_variance
    for i in range(n):
        for m in range(n_domains):
            if level_at[i, m] >= 0:
                mean_x[i, m] = level[level_at[i, m]]
                continue
            s, b2 = up.s[i, m], p.root_rest[m] ** 2
            slope = p.root_coherence[m] / s
            slope_x[i, m] = slope
            mean_x[i, m] = slope * mean[i] + b2 * up.h[i, m] / s
            var_x[i, m] = b2 / s + slope * slope * variance[i]
        for f in range(n_facets):
            m, q = e.domain_of_facet[f], n_domains + f
            _, ct, ce, s = up.facet[i, f]
            r, g2 = p.facet_root[f], p.facet_rest[f] ** 2
            hm, hs, hv = up.halo_mean[i, m], up.halo_slope[i, m], up.halo_variance[i, m]
            # v = (g2 ce + r u - g2 ct f) / s + N(0, g2 / s), and f = hm - hs u + N(0, hv)
            by_u, by_f = (r + g2 * ct * hs) / s, -g2 * ct / s
            mean_x[i, q] = g2 * (ce - ct * hm) / s + by_u * mean_x[i, m]
            var_x[i, q] = by_u * by_u * var_x[i, m] + by_f * by_f * hv + g2 / s
            slope_x[i, q] = by_u * slope_x[i, m]
            covariance = by_f * hv - hs * by_u * var_x[i, m]  # of v and f
            of_v = covariance / var_x[i, q] if var_x[i, q] > 0.0 else 0.0
            halo_slope[i, q] = -of_v
            halo_mean[i, q] = hm - hs * mean_x[i, m] - of_v * mean_x[i, q]
            halo_variance[i, q] = hv + hs * hs * var_x[i, m] - of_v * covariance
    return Levels(mean_x, var_x, slope_x, halo_mean, halo_slope, halo_variance)


def draw_facets_given_cells(
    p: Parameters, e: Evidence, up: Messages, levels: Array, rng: np.random.Generator
) -> Array:
    """Draw the levels of all facets, (N, F), given those of their sources (N, M) and the cells.

    By way of f: given it, the facets of a source say nothing of each other.
    """
    of, g2 = e.domain_of_facet, p.facet_rest**2
    f = up.halo_mean - up.halo_slope * levels
    f = f + np.sqrt(up.halo_variance) * rng.standard_normal(levels.shape)
    _, ct, ce, s = np.moveaxis(up.facet, -1, 0)
    mean = (p.facet_root * levels[:, of] + g2 * (ce - ct * f[:, of])) / s
    return np.asarray(mean + np.sqrt(g2 / s) * rng.standard_normal(mean.shape))


@njit(cache=True, error_model="numpy")
def add_leaves(p, e, levels, gradient):  # type: ignore[no-untyped-def]
    """Add the derivatives of every cell c x + t f + N(0, v)."""
    value, present, domain, group = e.value, e.present, e.domain_of_indicator, e.group_of_unit
    error_variance, t_of, exact_at = e.error_variance, e.common_error_loading, e.exact_at
    intercept, c_of, psi, exact = p.intercept, p.domain_loading, p.uniqueness_sd, p.exact
    d_intercept, d_c, d_psi = gradient.intercept, gradient.domain_loading, gradient.uniqueness_sd
    d_exact, mean_x, var_x = gradient.exact, levels.mean, levels.variance
    halo_mean, halo_slope = levels.halo_mean, levels.halo_slope
    halo_variance = levels.halo_variance
    node = nodes(domain, e.facet_of_indicator, p.root_coherence.shape[0])
    for i in range(value.shape[0]):
        g = group[i]
        for k in range(value.shape[1]):
            if not present[i, k]:
                continue
            m, t, q = node[k], t_of[i, k], exact_at[i, k]
            w = 1.0 / (psi[k] * psi[k] + error_variance[i, k])
            r = c_of[k] - t * halo_slope[i, m]
            eps = value[i, k] - intercept[g, k] - r * mean_x[i, m] - t * halo_mean[i, m]
            if q >= 0:
                eps += exact[q]
                d_exact[q] -= w * eps
            spread = r * r * var_x[i, m] + t * t * halo_variance[i, m]
            d_intercept[g, k] += w * eps
            d_c[k] += w * (eps * mean_x[i, m] - r * var_x[i, m])
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


@njit(cache=True, error_model="numpy")
def add_facets(p, e, up, levels, gradient):  # type: ignore[no-untyped-def]
    """Add the derivatives of every edge v = r u + g d of a facet."""
    d_r, d_g = gradient.facet_root, gradient.facet_rest
    for i in range(up.facet.shape[0]):
        for f in range(up.facet.shape[1]):
            m, r, g = e.domain_of_facet[f], p.facet_root[f], p.facet_rest[f]
            cc, ct, ce, s = up.facet[i, f]
            hm, hs, hv = up.halo_mean[i, m], up.halo_slope[i, m], up.halo_variance[i, m]
            # Given u and f the cells pull on v by (ce - cc r u - ct f) / s; f is as in `descend`.
            by_u = cc * r - ct * hs
            pull = ce - ct * hm - by_u * levels.mean[i, m]
            spread = by_u * by_u * levels.variance[i, m] + ct * ct * hv
            d_r[f] += (pull * levels.mean[i, m] - by_u * levels.variance[i, m]) / s
            d_g[f] += g * ((pull * pull + spread) / s - cc) / s
