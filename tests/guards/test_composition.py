"""What a score is made of."""

from __future__ import annotations

import numpy as np
import pytest

import openness
from openness.fitting import Fit
from openness.guards import look

from .conftest import LONE, SURVEY


def test_shares_add_up_and_known_parameters_come_back(honest: Fit) -> None:
    table = openness.composition(honest).table
    assert table["information"].sum() == pytest.approx(1)
    np.testing.assert_allclose(table.loc[list(SURVEY), "communality"], 0.6, atol=1e-5)
    np.testing.assert_allclose(table.loc[list(SURVEY), "coherence"], 0.7, atol=1e-5)
    # A lone measure has one share, .6 of .7.
    assert table.loc[LONE, "coherence"] == pytest.approx(0.42, abs=1e-5)
    assert table["weight"].isna().all()
    assert table["correlation"].between(0.3, 0.95).all()


def test_left_out_cells_are_what_a_dense_normal_says(honest: Fit) -> None:
    """All draws have the same parameters: the prediction is that of one multivariate normal."""
    looked = look(honest)
    cells, p, left = looked.cells, looked.parameters, looked.left_out
    a = np.sqrt(p.coherence[0])
    between = np.outer(a, a)
    np.fill_diagonal(between, 1.0)
    c, of = p.domain_loading[0], cells.domain
    for i in (0, 7, 80):
        t = cells.common_error_loading[i]
        v = np.outer(c, c) * between[np.ix_(of, of)] + np.outer(t, t) * (of[:, None] == of)
        v += np.diag(p.uniqueness_sd[0] ** 2 + cells.error_variance[i])
        here = np.flatnonzero(cells.present[i])
        precision = np.linalg.inv(v[np.ix_(here, here)])
        off = (cells.value[i] - p.expected[0, cells.group[i]])[here]
        residual = precision @ off / np.diag(precision)
        np.testing.assert_allclose(left.residual[i, here], residual, rtol=1e-4, atol=1e-6)
        np.testing.assert_allclose(left.sd[i, here], np.diag(precision) ** -0.5, rtol=1e-5)


def test_implied_correlations_are_those_of_the_model(honest: Fit) -> None:
    looked = look(honest)
    cells, p = looked.cells, looked.parameters
    a = np.sqrt(p.coherence[0])
    for pair in looked.pairs.rows:
        j, k = pair.first, pair.second
        m, n = cells.domain[j], cells.domain[k]
        shared = 1.0 if m == n else a[m] * a[n]
        covariance = p.domain_loading[0, j] * p.domain_loading[0, k] * shared
        both = looked.known[:, j] & looked.known[:, k]
        if m == n:
            t = cells.common_error_loading[both]
            covariance += (t[:, j] * t[:, k]).mean()
        sd = [
            p.domain_loading[0, x] ** 2
            + p.uniqueness_sd[0, x] ** 2
            + looked.sampling_variance[both, x].mean()
            for x in (j, k)
        ]
        # A mean of 200 replicates of a correlation of 85 units, with an sd of .11 at most.
        assert pair.implied == pytest.approx(covariance / np.sqrt(np.prod(sd)), abs=0.04)
        assert pair.lower < pair.implied < pair.upper
