"""Bands of declared sizes, beside every assignment written out."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openness.errors import InvalidInput
from openness.ranking import Posterior, bands, bands_of_sizes
from openness.ranking.banding import band_of_least_loss

COST = 1e-9
"""Sums of a few products of probabilities may differ by rounding."""


def distance(levels):
    return np.abs(np.subtract.outer(np.arange(levels), np.arange(levels))).astype(float)


def least(probabilities, loss, sizes, alike=()):
    """Least difference from the sizes, and least cost with it, over every assignment."""
    units, levels = probabilities.shape
    expected = probabilities @ loss.T
    found = (np.inf, np.inf)
    for bands_of in itertools.product(range(levels), repeat=units):
        chosen = np.array(bands_of)
        if any(len(set(chosen[members])) > 1 for members in alike):
            continue
        off = abs(np.bincount(chosen, minlength=levels) - sizes).sum()
        found = min(found, (off, expected[np.arange(units), chosen].sum()))
    return found


@st.composite
def problems(draw, classes=False):
    units, levels = draw(st.integers(2, 6)), draw(st.integers(2, 3))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    probabilities = rng.dirichlet(np.full(levels, 0.7), units)
    cuts = sorted(draw(st.integers(0, units)) for _ in range(levels - 1))
    sizes = np.diff([0, *cuts, units])
    members = rng.permutation(units)
    alike = ()
    if classes:
        first = draw(st.integers(2, units))
        parts = (members[:first], members[first:])
        alike = tuple(np.sort(part) for part in parts if len(part) > 1)
        for part in alike:
            probabilities[part] = probabilities[part[0]]
    return probabilities, sizes, alike


@given(problem=problems())
def test_the_cost_is_the_least_of_all_assignments_of_these_sizes(problem):
    probabilities, sizes, _ = problem
    loss = distance(len(sizes))
    chosen = bands_of_sizes(probabilities, loss, sizes)
    assert np.bincount(chosen, minlength=len(sizes)).tolist() == sizes.tolist()
    cost = (probabilities @ loss.T)[np.arange(len(chosen)), chosen].sum()
    assert cost == pytest.approx(least(probabilities, loss, sizes)[1], abs=COST)


@given(problem=problems(classes=True))
def test_classes_move_together_and_sizes_are_as_near_as_they_can_be(problem):
    probabilities, sizes, alike = problem
    loss = distance(len(sizes))
    chosen = bands_of_sizes(probabilities, loss, sizes, alike=alike)
    for members in alike:
        assert len(set(chosen[members])) == 1
    off, cost = least(probabilities, loss, sizes, alike)
    assert abs(np.bincount(chosen, minlength=len(sizes)) - sizes).sum() == off
    found = (probabilities @ loss.T)[np.arange(len(chosen)), chosen].sum()
    assert found == pytest.approx(cost, abs=COST)


def test_the_most_probable_band_gives_other_sizes():
    draws = np.random.default_rng(3).normal(np.linspace(0, 1, 40), 1, (500, 40))
    banded = bands(Posterior.from_draws(draws), shares=[0.1, 0.8, 0.1])
    assert banded.declared == (4, 32, 4)
    free = banded.band()["band"].value_counts()
    assert free["2"] > 32
    kept = banded.band("absolute", sizes="as_declared")["band"].value_counts()
    assert kept[["1", "2", "3"]].tolist() == [4, 32, 4]
    share = banded.expected_misbanded("absolute", sizes="as_declared").value
    assert share > banded.expected_misbanded().value


def test_where_the_free_bands_have_the_declared_sizes_they_are_the_solution():
    probabilities = np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]])
    loss = distance(2)
    free = band_of_least_loss(probabilities, loss)
    assert bands_of_sizes(probabilities, loss, [2, 1]).tolist() == free.tolist()


@pytest.mark.parametrize("sizes", [[1, 1], [1.5, 1.5], [4, -1], [3], [1, 1, 1]])
def test_sizes_that_do_not_fit_are_refused(sizes):
    with pytest.raises(InvalidInput, match="sizes: values"):
        bands_of_sizes(np.full((3, 2), 0.5), distance(2), sizes)


def test_cut_points_declare_no_sizes():
    draws = np.random.default_rng(3).normal(np.linspace(0, 1, 5), 1, (100, 5))
    banded = bands(Posterior.from_draws(draws), cut_points=[0.5])
    assert banded.declared is None
    with pytest.raises(InvalidInput, match="cut points declare no sizes"):
        banded.band(sizes="as_declared")
