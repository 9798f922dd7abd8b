"""Shares of missing cells, against exact mixtures, plain loops and simulation."""

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import beta

from openness.errors import InvalidInput
from openness.ranking import missing_share_interval, missing_shares, rank_draws, score_classes

APPLICABLE = np.array([10, 10, 8, 10, 8, 10, 0, 6])
MISSING = np.array([[0, 0], [5, 5], [1, 0], [3, 1], [0, 0], [10, 4], [0, 0], [2, 2]])
CLASSES = np.array([[0, 0, 0, 0, 1, 1, 1, 1], [0, 1, 0, 0, 1, 1, 0, 0], [1, 0, 1, 0, 1, 0, 1, 0]])

QUANTILE_ERROR = 0.004
"""Of quantiles of 60,000 draws whose density there is at least 1: three standard errors."""


def design_effect_by_loops(classes, reason):
    observed = binomial = 0.0
    members = {c: [i for i in range(8) if classes[i] == c] for c in set(classes)}
    for units in members.values():
        total = sum(APPLICABLE[i] for i in units)
        p = sum(MISSING[i, reason] for i in units) / total
        observed += sum((MISSING[i, reason] - p * APPLICABLE[i]) ** 2 for i in units)
        binomial += p * (1 - p) * total
    measured = sum(APPLICABLE > 0)
    return max(1.0, observed / (measured - len(members)) * measured / binomial)


@pytest.mark.parametrize("reason", [0, 1])
@pytest.mark.parametrize("which", [0, 1])
def test_the_draws_are_the_mixture_of_the_posteriors_of_each_draw(reason, which):
    each = 20_000
    shares = missing_shares(
        np.repeat(CLASSES, each, axis=0), APPLICABLE, MISSING, np.random.default_rng(1), count=2
    )
    parts = []
    for classes in CLASSES:
        effect = design_effect_by_loops(classes, reason)
        hits = MISSING[classes == which, reason].sum() / effect
        rest = APPLICABLE[classes == which].sum() / effect - hits
        parts.append(beta(hits + 0.5, rest + 0.5))
    for prob in (0.025, 0.5, 0.975):

        def off(x, prob=prob):
            return np.mean([part.cdf(x) for part in parts]) - prob

        found = np.quantile(shares.draws[:, which, reason], prob)
        assert found == pytest.approx(brentq(off, 0, 1), abs=QUANTILE_ERROR)


def test_counts_are_means_over_the_draws():
    shares = missing_shares(CLASSES, APPLICABLE, MISSING, np.random.default_rng(1), count=2)
    cells = [[APPLICABLE[row == c].sum() for c in (0, 1)] for row in CLASSES]
    hits = [[MISSING[row == c].sum(axis=0) for c in (0, 1)] for row in CLASSES]
    np.testing.assert_allclose(shares.cells, np.mean(cells, axis=0))
    np.testing.assert_allclose(shares.missing, np.mean(hits, axis=0))


def test_known_classes_need_one_row():
    arguments = (APPLICABLE, MISSING)
    one = missing_shares(CLASSES[:1], *arguments, np.random.default_rng(3), count=2, size=500)
    many = missing_shares(
        np.repeat(CLASSES[:1], 500, axis=0), *arguments, np.random.default_rng(3), count=2
    )
    np.testing.assert_array_equal(one.draws, many.draws)


def test_a_class_without_cells_has_no_share_and_a_whole_one_reaches_the_end():
    classes, applicable = np.array([[0, 1, 2, 3]]), np.array([4, 4, 4, 0])
    missing = np.array([[0], [4], [2], [0]])
    shares = missing_shares(
        classes, applicable, missing, np.random.default_rng(0), count=4, size=400
    )
    lower, upper = missing_share_interval(shares, 0.9)
    assert lower[0, 0] == 0
    assert upper[1, 0] == 1
    assert 0 < lower[2, 0] < 0.5 < upper[2, 0] < 1
    assert np.isnan([lower[3, 0], upper[3, 0]]).all()


def test_fifths_are_cut_by_rank_in_each_draw():
    draws = np.random.default_rng(0).normal(size=(50, 23))
    fifths = score_classes(draws)
    np.testing.assert_array_equal(fifths[rank_draws(draws) == 1], 0)
    np.testing.assert_array_equal(fifths[rank_draws(draws) == 23], 4)
    counts = np.array([(fifths == fifth).sum(axis=1) for fifth in range(5)])
    assert counts.min() == 4
    assert counts.max() == 5
    assert (score_classes(draws[:, :3]).max(axis=1) == 4).all()


def coverage(rng, together, *, as_units):
    """How often the interval holds 0.1, where cells go missing `together` cells at a time."""
    held = 0
    for _ in range(400):
        times = rng.binomial(10 // together, 0.1, size=120)
        applicable, missing = np.full(120, 10), times * together
        if not as_units:
            applicable = np.ones(1200)
            missing = np.arange(1200) < missing.sum()
        classes = np.zeros((1, len(applicable)), dtype=int)
        shares = missing_shares(classes, applicable, missing[:, None], rng, count=1, size=1000)
        lower, upper = missing_share_interval(shares, 0.95)
        held += lower[0, 0] <= 0.1 <= upper[0, 0]
    return held / 400


COVERAGE_ERROR = 0.03
"""Of a coverage of 0.95 from 400 simulations: nearly three standard errors of 0.011."""


@pytest.mark.parametrize("together", [1, 5])
def test_intervals_of_known_classes_hold_what_they_say(together):
    found = coverage(np.random.default_rng(together), together, as_units=True)
    assert found == pytest.approx(0.95, abs=COVERAGE_ERROR)


def test_cells_that_go_missing_together_would_look_like_knowledge_one_by_one():
    assert coverage(np.random.default_rng(5), 5, as_units=False) < 0.75


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"classes": CLASSES[0]}, "it must be \\(draws, units\\)"),
        ({"classes": CLASSES + 1}, "1 to 2; they must lie from 0 to 1"),
        ({"applicable": APPLICABLE[:3]}, r"\(3,\); it must be \(8,\)"),
        ({"missing": MISSING[:, 0]}, r"it must be \(8, reasons\)"),
        ({"missing": MISSING + 8}, r"unit 1: \[13.0, 13.0\] of 10 cells"),
    ],
)
def test_arguments_that_do_not_fit_together_are_refused(change, words):
    arguments = {"classes": CLASSES, "applicable": APPLICABLE, "missing": MISSING, "count": 2}
    with pytest.raises(InvalidInput, match=words):
        missing_shares(**(arguments | change), rng=np.random.default_rng(0))
