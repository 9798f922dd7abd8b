"""Numba kernels of what was observed: every latent of a unit integrated out, under many draws.

A unit is a tree: z, levels of domains and facets, its cells (see `openness.model.observed`). A
Gaussian cell sends an exact message up the tree. The others are log-concave in their level, so that
what is left of each integral is adaptive Gauss-Hermite quadrature about the mode: over the level of
a domain with several of them, and over z where several domains hold some or returns were asked for.
A single rating in a domain has a closed form given z. Where such cells hang from several levels
of a source, itself and its facets, those are integrated over together, about their joint mode.

Functions named `..._term` return the logarithm of an integral over a normal distribution with the
given mean and variance, and its first two derivatives by the mean.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.polynomial.hermite_e import hermegauss

from openness.model.ordered_kernel import log_normal_mass, log_phi
from openness.model.selection_kernel import _F, _LOG_F_WEIGHT, Derivatives, Returns, tilt_by_returns
from openness.model.tree import fold

Array = np.ndarray

_NODES, _WEIGHTS = hermegauss(11)
_LOG_WEIGHT = np.log(_WEIGHTS / math.sqrt(2 * math.pi)) + 0.5 * _NODES**2
_LOG_2PI = math.log(2 * math.pi)
_ROOT_HALF = math.sqrt(0.5)
_STEPS = 30
_CLOSE = 0.1  # of the spread about the mode: as near as the nodes need to be placed
_TINY = 1e-200
_FURTHEST, _STEP = 8.0, 0.2  # levels at which exact cells are looked at, and how close together
_N_KNOTS = int(2 * _FURTHEST / _STEP) + 2


class Parameters(NamedTuple):
    """S draws of what the likelihood needs; K indicators, M domains, G groups, C collections."""

    expected: Array
    """(S, G, K)"""
    domain_loading: Array
    """(S, K) on the level of the facet, or of the domain"""
    uniqueness_sd: Array
    """(S, K)"""
    coherence: Array
    """(S, M)"""
    facet_coherence: Array
    """(S, F)"""
    group_effect: Array
    """(S, G)"""
    cut_point: Array
    """(S, cuts)"""
    return_intercept: Array
    """(S, G, C)"""
    return_slope: Array
    """(S, C)"""
    return_factor: Array
    """(S, C)"""


class Exact(NamedTuple):
    """E exact cells, each one number of events or up to R possible ones."""

    events: Array
    """(E, R)"""
    log_weight: Array
    """(E, R), -inf where there are fewer than R"""
    size: Array
    """(E,)"""
    start: Array
    """(E,) where Newton's method starts"""
    is_softplus: Array
    """(E,) bool: `Counted.normaliser` is softplus, not exp"""


class Evidence(NamedTuple):
    """What was observed of N units."""

    value: Array
    """(N, K) Gaussian cells"""
    error_variance: Array
    """(N, K)"""
    common_error_loading: Array
    """(N, K)"""
    kind: Array
    """(N, K) int: 0 for an absent cell, or _GAUSSIAN, _ORDERED, _EXACT"""
    below: Array
    """(N, K) int, cut point below an ordered cell; -1 if none"""
    above: Array
    """(N, K) int, likewise"""
    exact_at: Array
    """(N, K) int, position among the E"""
    exact: Exact
    group: Array
    """(N,) int"""
    domain: Array
    """(K,) int"""
    facet: Array
    """(K,) int, -1 for none"""
    domain_of_facet: Array
    """(F,) int"""
    returned: Array
    """(N, C) int"""


ABSENT, GAUSSIAN, ORDERED, EXACT = range(4)

# Columns of the work array that holds a unit's cells that are not Gaussian, a row for each.
_LOADING, _EXPECTED, _VARIANCE, _LOWER, _UPPER, _EXACT_AT, _KNOTS_AT = range(7)
# Rows of the one that holds its levels given z: where their law is, their cells in the other, and
# how many levels of the source have such cells: that of the source, and of each facet. The law is
# of the only one; where there are several, it is in a third array, for each source a row for each
# of them: its centre, slope and cells, then a row of the covariance.
_CENTRE, _SLOPE, _SPREAD, _FROM, _TO, _SEVERAL = range(6)
_ROW_CENTRE, _ROW_SLOPE, _ROW_FROM, _ROW_TO, _ROW_COVARIANCE = range(5)
# Columns of the one that holds the facets of a source with such cells: sums over their Gaussian
# cells, r and g.
_CC, _CT, _TT, _CE, _TE, _R, _G = range(7)


@njit(error_model="numpy", cache=True)
def sum_over_latents(p, e):  # type: ignore[no-untyped-def]
    """Return the log-likelihood of what was observed of each unit under each draw, (S, N).

    Parameters
    ----------
    p : Parameters
    e : Evidence
    """
    n_draws, n = p.expected.shape[0], e.value.shape[0]
    log_l = np.empty((n_draws, n))
    n_domains, n_facets = p.coherence.shape[1], e.domain_of_facet.shape[0]
    level = np.empty((6, n_domains))
    several = np.empty((n_domains, 1 + n_facets, 5 + n_facets))
    facets = np.empty((n_facets, 7))
    others = np.empty((e.domain.shape[0], 7))
    knots = np.empty((e.domain.shape[0], 2, _N_KNOTS))
    for s in range(n_draws):
        for i in range(n):
            log_l[s, i], mean, variance = _gaussian_part(p, e, s, i, level, several, others, facets)
            exact = (e.exact, knots)
            knots[: int(level[_TO, -1])] = np.nan
            asked = np.any(e.returned[i] != 0)
            held, odd = 0, -1  # domains with cells that are not Gaussian, and the last of them
            for m in range(level.shape[1]):
                if level[_TO, m] > level[_FROM, m]:
                    held, odd = held + 1, m
            if asked:
                returns = (
                    p.group_effect[s, e.group[i]],
                    Returns(
                        e.returned[i],
                        p.return_intercept[s, e.group[i]],
                        p.return_slope[s],
                        p.return_factor[s],
                    ),
                )
                log_l[s, i] += _with_returns(
                    mean, variance, level, several, others, exact, held, returns
                )
            elif held == 1:
                log_l[s, i] += _source_term(
                    level, several, others, exact, odd, mean, variance, False
                )[0]
            elif held > 1:
                log_l[s, i] += _factor_integral(mean, variance, level, several, others, exact)
    return log_l


@njit(error_model="numpy")
def _gaussian_part(p, e, s, i, level, several, others, facets):  # type: ignore[no-untyped-def]
    """Log-likelihood of a unit's Gaussian cells, and the mean and variance of z given them.

    The cells of a domain say -J u^2 / 2 + h u + k of its level u, with the error that its
    respondents share integrated out, and the levels of its facets. `level`, `several` and `others`
    are filled for what is left.
    """
    g, n_others = e.group[i], 0
    precision, h, log_l = 1.0, 0.0, 0.0
    for m in range(level.shape[1]):
        level[_FROM, m], level[_SEVERAL, m] = n_others, 1
        a, b, d, b1, b2, quadratic, weight = 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0
        n_held = 0  # facets with cells that are not Gaussian
        for f in range(-1, e.domain_of_facet.shape[0]):
            if f >= 0 and e.domain_of_facet[f] != m:
                continue
            first = n_others
            cc, ct, tt, ce, te = 0.0, 0.0, 0.0, 0.0, 0.0
            for k in range(e.domain.shape[0]):
                kind = e.kind[i, k]
                if e.domain[k] != m or e.facet[k] != f or kind == ABSENT:
                    continue
                c, psi2 = p.domain_loading[s, k], p.uniqueness_sd[s, k] ** 2
                if kind != GAUSSIAN:
                    row = others[n_others]
                    row[_LOADING], row[_EXPECTED], row[_VARIANCE] = c, p.expected[s, g, k], psi2
                    row[_LOWER], row[_UPPER], row[_EXACT_AT] = -np.inf, np.inf, e.exact_at[i, k]
                    row[_KNOTS_AT] = n_others
                    if e.below[i, k] >= 0:
                        row[_LOWER] = p.cut_point[s, e.below[i, k]]
                    if e.above[i, k] >= 0:
                        row[_UPPER] = p.cut_point[s, e.above[i, k]]
                    n_others += 1
                    continue
                w = 1.0 / (psi2 + e.error_variance[i, k])
                t = e.common_error_loading[i, k]
                x = e.value[i, k] - p.expected[s, g, k]
                cc += w * c * c
                ct += w * c * t
                tt += w * t * t
                ce += w * c * x
                te += w * t * x
                quadratic += w * x * x
                weight *= w
                log_l -= 0.5 * _LOG_2PI
                if not _TINY < weight < 1.0 / _TINY:
                    log_l += 0.5 * math.log(weight)
                    weight = 1.0
            if f >= 0:
                kappa = p.facet_coherence[s, f]
                r, rest = math.sqrt(kappa), math.sqrt(1.0 - kappa)
                if n_others > first:
                    held = facets[n_held]
                    held[_CC], held[_CT], held[_TT], held[_CE], held[_TE] = cc, ct, tt, ce, te
                    held[_R], held[_G] = r, rest
                    n_held += 1
                    several[m, n_held, _ROW_FROM], several[m, n_held, _ROW_TO] = first, n_others
                    continue
                (cc, ct, tt, ce, te), k2, spread = fold(cc, ct, tt, ce, te, r, rest)
                log_l += 0.5 * (k2 - math.log(spread))
            else:
                several[m, 0, _ROW_FROM], several[m, 0, _ROW_TO] = first, n_others
            a += cc
            b += ct
            d += tt
            b1 += ce
            b2 += te
        level[_TO, m] = n_others
        rho = p.coherence[s, m]
        log_l += 0.5 * (math.log(weight) - quadratic)
        if n_held:
            sums = a, b, d, b1, b2
            j_z, h_z, k_z = _law_of_several(m, level, several, facets[:n_held], sums, rho)
            precision += j_z
            h += h_z
            log_l += k_z
            continue
        j_m, h_m = a - b * b / d, b1 - b * b2 / d
        spread = 1.0 + (1.0 - rho) * j_m
        precision += rho * j_m / spread
        h += math.sqrt(rho) * h_m / spread
        log_l += 0.5 * (b2 * b2 / d + (1.0 - rho) * h_m * h_m / spread)
        log_l -= 0.5 * math.log(d * spread)
        level[_CENTRE, m] = (1.0 - rho) * h_m / spread
        level[_SLOPE, m] = math.sqrt(rho) / spread
        level[_SPREAD, m] = (1.0 - rho) / spread
    return log_l + 0.5 * (h * h / precision - math.log(precision)), h / precision, 1.0 / precision


@njit(error_model="numpy")
def _law_of_several(m, level, several, facets, sums, rho):  # type: ignore[no-untyped-def]
    """Law given z of the levels of a source that hold cells which are not Gaussian.

    x = (u, v of each of `facets`) = by_z z + root d, d ~ N(0, I), and the Gaussian cells say
    -x'Jx / 2 + h'x of it, with what respondents share integrated out. `level` or `several` is
    filled. Returned is what those cells say of z: -j z^2 / 2 + h z + k.
    """
    a, b, d, b1, b2 = sums
    n = 1 + facets.shape[0]
    j, h, by_halo = np.zeros((n, n)), np.empty(n), np.empty(n)
    root, by_z = np.zeros((n, n)), np.empty(n)
    j[0, 0], h[0], by_halo[0], by_z[0] = a, b1, b, math.sqrt(rho)
    root[0, 0] = math.sqrt(1.0 - rho)
    for x in range(1, n):
        held = facets[x - 1]
        j[x, x], h[x], by_halo[x] = held[_CC], held[_CE], held[_CT]
        d += held[_TT]
        b2 += held[_TE]
        by_z[x] = held[_R] * by_z[0]
        root[x, 0], root[x, x] = held[_R] * root[0, 0], held[_G]
    j -= np.outer(by_halo, by_halo) / d
    h -= by_halo * b2 / d
    inner = np.eye(n) + root.T @ (j @ root)
    covariance = root @ np.linalg.solve(inner, root.T.copy())
    centre, seen = covariance @ h, j @ by_z
    slope = by_z - covariance @ seen
    n_rows = 0
    rows = several[m]
    for x in range(n):
        if rows[x, _ROW_TO] > rows[x, _ROW_FROM]:
            rows[n_rows, _ROW_FROM], rows[n_rows, _ROW_TO] = rows[x, _ROW_FROM], rows[x, _ROW_TO]
            rows[n_rows, _ROW_CENTRE], rows[n_rows, _ROW_SLOPE] = centre[x], slope[x]
            column = 0
            for y in range(n):
                if y == 0 and x > 0 and n_rows == x - 1:
                    continue  # the source has no such cells of its own
                rows[n_rows, _ROW_COVARIANCE + column] = covariance[x, y]
                column += 1
            n_rows += 1
    level[_SEVERAL, m] = n_rows
    level[_CENTRE, m], level[_SLOPE, m] = rows[0, _ROW_CENTRE], rows[0, _ROW_SLOPE]
    level[_SPREAD, m] = rows[0, _ROW_COVARIANCE]
    k = 0.5 * (b2 * b2 / d + h @ centre - math.log(d) - math.log(np.linalg.det(inner)))
    return by_z @ seen - seen @ (covariance @ seen), by_z @ h - seen @ centre, k


@njit(error_model="numpy")
def _with_returns(mean, variance, level, several, others, exact, held, returns):  # type: ignore[no-untyped-def]
    """Log of the integral over z ~ N(mean, variance) of returns and cells that are not Gaussian."""
    offset, of_unit = returns
    scratch = np.zeros((3, of_unit.made.shape[0]))
    unused = Derivatives(scratch[0], scratch[1], scratch[2])
    log_p, tilted, tilted_variance, _ = tilt_by_returns(mean, variance, offset, of_unit, unused)
    if not held:
        return log_p
    z, scale = _place_nodes(tilted, tilted_variance, level, several, others, exact)
    terms = np.empty(_NODES.shape[0])
    for q in range(_NODES.shape[0]):
        at = z + scale * _NODES[q]
        terms[q] = _given_factor(level, several, others, exact, at, False)[0] + _LOG_WEIGHT[q]
        terms[q] += _log_returned(offset + at, of_unit)
        terms[q] -= 0.5 * (at - mean) ** 2 / variance
    return _log_sum(terms) + math.log(scale) - 0.5 * math.log(variance)


@njit(error_model="numpy")
def _log_returned(theta, returns):  # type: ignore[no-untyped-def]
    """Log-probability of what a unit returned, given its openness."""
    returned, intercept, slope, factor = returns
    n_returns, divided = 0, False
    for c in range(returned.shape[0]):
        n_returns += returned[c] != 0
        divided = divided or factor[c] != 0.0
    several = divided and n_returns > 1
    terms = np.zeros(_F.shape[0] if several else 1)
    for q in range(terms.shape[0]):
        if several:
            terms[q] = _LOG_F_WEIGHT[q]
        for c in range(returned.shape[0]):
            if returned[c] != 0:
                at = intercept[c] + slope[c] * theta
                if several:
                    at += factor[c] * _F[q]
                else:
                    at /= math.sqrt(1.0 + factor[c] ** 2)
                terms[q] += log_phi(returned[c] * at)
    return _log_sum(terms)


@njit(error_model="numpy")
def _factor_integral(mean, variance, level, several, others, exact):  # type: ignore[no-untyped-def]
    """Log of the integral over z ~ N(mean, variance) of cells that are not Gaussian."""
    z, scale = _place_nodes(mean, variance, level, several, others, exact)
    terms = np.empty(_NODES.shape[0])
    for q in range(_NODES.shape[0]):
        at = z + scale * _NODES[q]
        terms[q] = _given_factor(level, several, others, exact, at, False)[0] + _LOG_WEIGHT[q]
        terms[q] -= 0.5 * (at - mean) ** 2 / variance
    return _log_sum(terms) + math.log(scale) - 0.5 * math.log(variance)


@njit(error_model="numpy")
def _place_nodes(mean, variance, level, several, others, exact):  # type: ignore[no-untyped-def]
    """Mode of the law of z and its spread there, by Newton's method."""
    z, scale = mean, math.sqrt(variance)
    for _ in range(_STEPS):
        _, slope, curvature = _given_factor(level, several, others, exact, z, True)
        scale = 1.0 / math.sqrt(1.0 / variance - curvature)
        step = (slope - (z - mean) / variance) * scale * scale
        z += min(max(step, -1.0), 1.0)
        if abs(step) < _CLOSE * scale:
            break
    return z, scale


@njit(error_model="numpy")
def _given_factor(level, several, others, exact, z, derivatives):  # type: ignore[no-untyped-def]
    total, first, second = 0.0, 0.0, 0.0
    for m in range(level.shape[1]):
        if level[_TO, m] > level[_FROM, m]:
            log_p, slope, curvature = _source_term(
                level, several, others, exact, m, z, 0.0, derivatives
            )
            total += log_p
            first += slope
            second += curvature
    return total, first, second


@njit(error_model="numpy")
def _source_term(level, several, others, exact, m, mean, variance, derivatives):  # type: ignore[no-untyped-def]
    """Cells of one domain that are not Gaussian, given z ~ N(mean, variance)."""
    if level[_SEVERAL, m] > 1:
        rows = several[m, : int(level[_SEVERAL, m])]
        return _joint_term(rows, others, exact, mean, variance)
    cells, slope = others[int(level[_FROM, m]) : int(level[_TO, m])], level[_SLOPE, m]
    centre, spread = level[_CENTRE, m] + slope * mean, level[_SPREAD, m] + slope**2 * variance
    log_p, first, second = _level_term(cells, exact, centre, spread, derivatives)
    return log_p, slope * first, slope * slope * second


@njit(error_model="numpy")
def _joint_term(rows, others, exact, mean, variance):  # type: ignore[no-untyped-def]
    """Cells of several levels x of one source, which are jointly normal given z.

    x = centre + root t, t ~ N(0, I), so that a level may be known; a grid of nodes in t about the
    mode. Each level has its own cells, so that second derivatives by the levels are diagonal.
    """
    n = rows.shape[0]
    slope = rows[:, _ROW_SLOPE].copy()
    centre = rows[:, _ROW_CENTRE] + slope * mean
    covariance = rows[:, _ROW_COVARIANCE : _ROW_COVARIANCE + n] + variance * np.outer(slope, slope)
    root = _root_of(covariance)
    t, first, second = np.zeros(n), np.zeros(n), np.zeros(n)
    precision = np.eye(n)
    for _ in range(_STEPS):
        _given_levels(rows, others, exact, centre + root @ t, first, second)
        precision = np.eye(n) - root.T @ (second.reshape(n, 1) * root)
        step = np.linalg.solve(precision, root.T @ first - t)
        furthest = np.abs(root @ step).max()
        t += step * min(1.0, 1.0 / max(furthest, 1e-300))
        if step @ (precision @ step) < _CLOSE * _CLOSE:
            break
    scale = np.linalg.inv(np.linalg.cholesky(precision)).T.copy()
    n_nodes = _NODES.shape[0]
    terms = np.empty(n_nodes**n)
    by_mean, bend, node = np.empty(terms.shape[0]), np.empty(terms.shape[0]), np.empty(n)
    for q in range(terms.shape[0]):
        rest, log_weight = q, 0.0
        for j in range(n):
            node[j] = _NODES[rest % n_nodes]
            log_weight += _LOG_WEIGHT[rest % n_nodes]
            rest //= n_nodes
        at = t + scale @ node
        log_p = _given_levels(rows, others, exact, centre + root @ at, first, second)
        terms[q] = log_p + log_weight - 0.5 * (at @ at)
        by_mean[q], bend[q] = slope @ first, (slope * slope) @ second
    log_sum, pull, square = _log_sum(terms), 0.0, 0.0
    for q in range(terms.shape[0]):
        weight = math.exp(terms[q] - log_sum)
        pull += weight * by_mean[q]
        square += weight * (by_mean[q] ** 2 + bend[q])
    log_scale = 0.0
    for j in range(n):
        log_scale += math.log(scale[j, j])
    return log_sum + log_scale, pull, square - pull * pull


@njit(error_model="numpy")
def _root_of(covariance):  # type: ignore[no-untyped-def]
    """Lower triangular root of a covariance matrix, whose rank need not be full."""
    n = covariance.shape[0]
    root = np.zeros((n, n))
    for i in range(n):
        for j in range(i + 1):
            rest = covariance[i, j] - root[i, :j] @ root[j, :j]
            if i == j:
                root[i, i] = math.sqrt(max(rest, 0.0))
            elif root[j, j] > 0.0:
                root[i, j] = rest / root[j, j]
    return root


@njit(error_model="numpy")
def _given_levels(rows, others, exact, x, first, second):  # type: ignore[no-untyped-def]
    """Log-probability of the cells of several levels x, and its derivatives by each."""
    total = 0.0
    for j in range(rows.shape[0]):
        cells = others[int(rows[j, _ROW_FROM]) : int(rows[j, _ROW_TO])]
        log_p, first[j], second[j] = _given_level(cells, exact, x[j], 0.0, True)
        total += log_p
    return total


@njit(error_model="numpy")
def _level_term(cells, exact, mean, variance, derivatives):  # type: ignore[no-untyped-def]
    """Cells of one domain that are not Gaussian; its level is N(mean, variance)."""
    if cells.shape[0] == 1 or variance <= 0.0:
        return _given_level(cells, exact, mean, variance, derivatives)
    u, scale = mean, math.sqrt(variance)
    for _ in range(_STEPS):
        _, slope, curvature = _given_level(cells, exact, u, 0.0, True)
        scale = 1.0 / math.sqrt(1.0 / variance - curvature)
        step = (slope - (u - mean) / variance) * scale * scale
        u += min(max(step, -1.0), 1.0)
        if abs(step) < _CLOSE * scale:
            break
    terms = np.empty(_NODES.shape[0])
    for q in range(_NODES.shape[0]):
        at = u + scale * _NODES[q]
        terms[q] = _given_level(cells, exact, at, 0.0, False)[0]
        terms[q] += _LOG_WEIGHT[q] - 0.5 * (at - mean) ** 2 / variance
    return _moments(terms, u - mean, scale, variance, derivatives)


@njit(error_model="numpy")
def _given_level(cells, exact, u, variance, derivatives):  # type: ignore[no-untyped-def]
    """Sum over the cells of a domain, whose level is u, or N(u, variance) if there is one cell."""
    total, first, second, product = 0.0, 0.0, 0.0, 1.0
    for row in cells:
        c = row[_LOADING]
        centre, spread = row[_EXPECTED] + c * u, row[_VARIANCE] + c * c * variance
        if row[_EXACT_AT] >= 0:
            at = int(row[_EXACT_AT])
            if variance == 0.0 and abs(u) < _FURTHEST:
                log_p, slope, curvature = _between_knots(row, exact, u)
            else:
                log_p, slope, curvature = _exact_term(exact[0], at, centre, spread, derivatives)
        elif derivatives:
            log_p, slope, curvature = _interval_term(centre, spread, row[_LOWER], row[_UPPER])
        else:
            log_p, slope, curvature = 0.0, 0.0, 0.0
            sd = math.sqrt(spread)
            mass = _mass((row[_LOWER] - centre) / sd, (row[_UPPER] - centre) / sd)
            if mass * product > _TINY:
                product *= mass
            else:
                log_p = _interval_term(centre, spread, row[_LOWER], row[_UPPER])[0]
        total += log_p
        first += c * slope
        second += c * c * curvature
    return total + math.log(product), first, second


@njit(error_model="numpy")
def _between_knots(row, exact, u):  # type: ignore[no-untyped-def]
    """Log-probability of an exact cell given its level, by cubic Hermite interpolation.

    The same knots serve wherever the level is asked about, and are made when they are needed.
    """
    cells, knots = exact
    c = row[_LOADING]
    at = (u + _FURTHEST) / _STEP
    left = int(at)
    for knot in (left, left + 1):
        if math.isnan(knots[int(row[_KNOTS_AT]), 0, knot]):
            log_p, slope, _ = _exact_term(
                cells,
                int(row[_EXACT_AT]),
                row[_EXPECTED] + c * (knot * _STEP - _FURTHEST),
                row[_VARIANCE],
                True,
            )
            knots[int(row[_KNOTS_AT]), 0, knot] = log_p
            knots[int(row[_KNOTS_AT]), 1, knot] = slope
    value, slopes = knots[int(row[_KNOTS_AT])]
    x, scale = at - left, c * _STEP
    rise = value[left + 1] - value[left]
    # value[left] + x (first + x (second + x third))
    first = slopes[left] * scale
    second = 3.0 * rise - (2.0 * slopes[left] + slopes[left + 1]) * scale
    third = (slopes[left] + slopes[left + 1]) * scale - 2.0 * rise
    return (
        value[left] + x * (first + x * (second + x * third)),
        (first + x * (2.0 * second + 3.0 * x * third)) / scale,
        (2.0 * second + 6.0 * x * third) / scale**2,
    )


@njit(error_model="numpy")
def _mass(a, b):  # type: ignore[no-untyped-def]
    """Phi(b) - Phi(a), from the tail in which both are small."""
    if a + b > 0:
        a, b = -b, -a
    mass = math.erfc(-b * _ROOT_HALF)
    if a > -np.inf:
        mass -= math.erfc(-a * _ROOT_HALF)
    return 0.5 * mass


@njit(error_model="numpy")
def _interval_term(mean, variance, lower, upper):  # type: ignore[no-untyped-def]
    """A value known to lie between two cut points."""
    sd = math.sqrt(variance)
    a, b = (lower - mean) / sd, (upper - mean) / sd
    log_mass, d_lower, d_upper = log_normal_mass(a, b)
    first = -(d_lower + d_upper)
    second = -first * first
    if lower > -np.inf:
        second -= a * d_lower
    if upper < np.inf:
        second -= b * d_upper
    return log_mass, first / sd, second / variance


@njit(error_model="numpy")
def _exact_term(exact, j, mean, variance, derivatives):  # type: ignore[no-untyped-def]
    """A number of events, or a range of numbers."""
    x, scale = exact.start[j], 1.0
    for _ in range(_STEPS):
        _, slope, curvature = _events(exact, j, x)
        scale = 1.0 / math.sqrt(1.0 / variance - curvature)
        step = (slope - (x - mean) / variance) * scale * scale
        x += min(max(step, -1.0), 1.0)
        if abs(step) < _CLOSE * scale:
            break
    terms = np.empty(_NODES.shape[0])
    for q in range(_NODES.shape[0]):
        at = x + scale * _NODES[q]
        terms[q] = _events(exact, j, at)[0] + _LOG_WEIGHT[q] - 0.5 * (at - mean) ** 2 / variance
    return _moments(terms, x - mean, scale, variance, derivatives)


@njit(error_model="numpy")
def _moments(terms, off, scale, variance, derivatives):  # type: ignore[no-untyped-def]
    """Log of an integral from its nodes, about `off` from the mean, and the derivatives by it."""
    log_sum = _log_sum(terms)
    log_integral = log_sum + math.log(scale) - 0.5 * math.log(variance)
    if not derivatives:
        return log_integral, 0.0, 0.0
    first, second = 0.0, 0.0
    for q in range(_NODES.shape[0]):
        weight, distance = math.exp(terms[q] - log_sum), off + scale * _NODES[q]
        first += weight * distance
        second += weight * distance * distance
    return log_integral, first / variance, ((second - first**2) / variance - 1.0) / variance


@njit(error_model="numpy")
def _events(exact, j, eta):  # type: ignore[no-untyped-def]
    """Log-probability of the events of one exact cell given eta, and two derivatives."""
    largest = -np.inf
    for r in range(exact.events.shape[1]):
        largest = max(largest, exact.log_weight[j, r] + exact.events[j, r] * eta)
    total, mean, square = 0.0, 0.0, 0.0
    for r in range(exact.events.shape[1]):
        y = exact.events[j, r]
        share = math.exp(exact.log_weight[j, r] + y * eta - largest)
        total += share
        mean += share * y
        square += share * y * y
    mean /= total
    log_p = largest + math.log(total)
    spread = square / total - mean * mean
    n = exact.size[j]
    if exact.is_softplus[j]:
        share = 1.0 / (1.0 + math.exp(-eta))
        softplus = max(eta, 0.0) + math.log1p(math.exp(-abs(eta)))
        return log_p - n * softplus, mean - n * share, spread - n * share * (1.0 - share)
    rate = n * math.exp(eta)
    return log_p - rate, mean - rate, spread - rate


@njit(error_model="numpy")
def _log_sum(terms):  # type: ignore[no-untyped-def]
    largest = terms.max()
    total = 0.0
    for term in terms:
        total += math.exp(term - largest)
    return largest + math.log(total)
