"""The joint normal distribution of one unit's latents and cells, under many draws at once.

Under a draw of the parameters everything in the tree is a linear function of Q independent standard
normal variates: the factor, what each source, facet and measure has of its own, and the errors that
respondents share. Its coefficients are found by drawing from the tree with one variate at 1 and the
others at 0, so that no equation stands here again. What the cells say of any linear function of the
latents is then a regression:

    gain = V^-1 C,   E = gain' residual,   Var = T'T - C' gain,   C = A'T,   V = A'A + diag(s^2),

with A the coefficients of what is known (Q, P), and T those of what is asked for (Q, X). `ascend`
says the same of the factor, and is quicker for all units under one draw.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from openness.model.conditional import Conditional
from openness.model.tree import draw_facets, draw_levels, linear_predictor, nodes

Array = np.ndarray


class Coefficients(NamedTuple):
    """Of the latents, less what is usual in the type, on Q standard normal variates."""

    factor: Array
    """(S, Q)"""
    level: Array
    """(S, Q, M) of sources."""
    true_value: Array
    """(S, Q, K) of measures."""
    common_error: Array
    """(Q, M) error that the respondents of a source share."""

    def of_cells(self, indicators: Array, domain: Array, common_error_loading: Array) -> Array:
        """Return those of cells without the error of each alone, (S, Q, P)."""
        common = self.common_error[:, domain] * common_error_loading
        return np.asarray(self.true_value[:, :, indicators] + common)


class Known(NamedTuple):
    """What is known of a unit: P Gaussian and exact cells, then sampled levels."""

    coefficients: Array
    """(S, Q, P)"""
    error_variance: Array
    """(P,) or (S, P)"""
    residual: Array
    """(S, P) by how much each lies off what is usual in the type."""
    indicator: Array
    """(P,) position of the measure; -1 for a level."""
    domain: Array
    """(P,)"""


class Regression(NamedTuple):
    """X linear functions of a unit's latents, given what is known of it."""

    gain: Array
    """(S, P, X) by how much the mean rises with each residual."""
    mean: Array
    """(S, X)"""
    covariance: Array
    """(S, X, X)"""


def coefficients_of(given: Conditional, at: Array) -> Coefficients:
    """Draw from the tree once for each independent variate, under the draws `at`."""
    e = given.evidence
    m, f, k = e.level_at.shape[1], len(e.domain_of_facet), len(e.domain_of_indicator)
    ends = np.cumsum([1, m, f, k, m])
    basis = np.eye(ends[-1])  # by row: one variate is 1
    factor, of_level, of_facet, specific, common = np.split(basis, ends[:-1], axis=1)
    node = nodes(e.domain_of_indicator, e.facet_of_indicator, m)
    level = np.empty((len(at), ends[-1], m))
    true_value = np.empty((len(at), ends[-1], k))
    for s, p in enumerate(given.each(at)):
        level[s] = draw_levels(factor[:, 0], 0.0, p.root_coherence, p.root_rest, lambda _: of_level)
        facet = draw_facets(
            level[s], e.domain_of_facet, p.facet_root, p.facet_rest, lambda _: of_facet
        )
        above = np.concatenate([level[s], facet], axis=1)[:, node]
        true_value[s] = linear_predictor(above, 0.0, p.domain_loading, p.uniqueness_sd * specific)
    return Coefficients(np.repeat(factor.T, len(at), axis=0), level, true_value, common)


def known_of(
    given: Conditional, a: Coefficients, unit: int, at: Array, domain: int | None = None
) -> Known:
    """Return what is known of the unit at this position under the draws `at`.

    With `domain`, by the cells of one source alone.
    """
    e, draws = given.evidence, given.draws
    measured, sampled = e.present[unit], e.level_at[unit] >= 0
    if domain is not None:
        measured = measured & (e.domain_of_indicator == domain)
        sampled = sampled & (np.arange(len(sampled)) == domain)
    k, m = np.flatnonzero(measured), np.flatnonzero(sampled)
    of_cells = a.of_cells(k, e.domain_of_indicator[k], e.common_error_loading[unit, k])
    expected = draws["expected"][at][:, e.group_of_unit[unit]].astype(float)[:, k]
    residual = e.value[unit, k] - expected
    if (exact := e.exact_at[unit, k] >= 0).any():
        residual[:, exact] += draws["cell_value"][at][:, e.exact_at[unit, k[exact]]]
    level = np.zeros((len(at), 0))
    if len(m):
        level = draws["level"][at][:, e.level_at[unit, m]].astype(float)
    return Known(
        np.concatenate([of_cells, a.level[:, :, m]], axis=2),
        np.concatenate([e.error_variance[unit, k], np.zeros(len(m))]),
        np.concatenate([residual, level], axis=1),
        np.concatenate([k, np.full(len(m), -1)]),
        np.concatenate([e.domain_of_indicator[k], m]),
    )


def regress(wanted: Array, known: Known) -> Regression:
    """Condition linear functions of the latents, coefficients (S, Q, X), on what is known."""
    a = known.coefficients
    covariance = a.swapaxes(1, 2) @ a
    diagonal = np.arange(a.shape[2])
    covariance[:, diagonal, diagonal] += known.error_variance
    cross = a.swapaxes(1, 2) @ wanted
    gain = np.linalg.solve(covariance, cross)
    left = wanted.swapaxes(1, 2) @ wanted - cross.swapaxes(1, 2) @ gain
    mean = (known.residual[:, None, :] @ gain)[:, 0]
    return Regression(gain, mean, left)
