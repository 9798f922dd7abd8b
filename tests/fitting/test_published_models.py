"""The model on classic data, beside published fits of the same structure.

The largest figures of each, and those under the default priors, are printed by
`tests/benchmarks/bench_published.py`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from openness.fitting import Settings

from ..benchmarks.bench_published import ALL, FLAT, LARGER_STEPS, holzinger, lsat7

NEAR = 0.25
"""In published standard errors; a posterior mean under flat priors and a maximum differ by less."""

BEYOND_LINK = 0.4
"""In published standard errors, from the best probit curve; the largest is 0.31, for item 3 at an
ability of +2. There the probability is 0.997, and a posterior mean of such a number lies further
from 1 than the maximum does. Everywhere else it is below 0.25."""

SAME_ORDER = 0.99
"""Least correlation of unit scores."""

pytestmark = [pytest.mark.real_data, pytest.mark.sampling, pytest.mark.long]


def test_loadings_and_factor_scores_of_three_domains(real_data: Path) -> None:
    folder = real_data / "published/factor-holzinger-1939"
    ours = holzinger(folder, FLAT, Settings())
    assert ours.passed
    assert len(ours.table) == 9
    assert ours.table["difference"].abs().max() < NEAR
    assert ours.correlation.min() > SAME_ORDER


def test_probabilities_and_abilities_of_five_items(real_data: Path) -> None:
    """At given abilities the published curves are logistic, and no probit curve is as near to them.

    What a link does not change is the probability over all people; at given abilities ours are near
    the best probit curves.
    """
    ours = lsat7(real_data / "published/irt-lsat7", FLAT, LARGER_STEPS)
    assert ours.passed
    marginal = ours.table.xs(ALL, level=1)
    assert len(marginal) == 5
    assert marginal["difference"].abs().max() < NEAR
    beyond_link = (ours.table["difference"] - ours.table["link"]).abs()
    assert np.isfinite(beyond_link).all()
    assert beyond_link.max() < BEYOND_LINK
    assert ours.correlation["ability"] > SAME_ORDER
