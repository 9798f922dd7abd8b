"""Predictions of absent cells, held to the likelihood of the cells that are there."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest
from scipy.stats import norm

from openness.model.conditional import conditional_on
from openness.model.joint_normal import coefficients_of, known_of, regress
from openness.model.predict import contributions
from openness.model.returns import SamplingError
from openness.model.tree import ascend

from .leagues import CATEGORIES, EVERY_FAMILY, make_league, simulate
from .posteriors import made_posterior

RELATIVE = 1e-8
"""The log densities compared are differences of sums over a unit's cells, of size 100 at most."""

RATED_SHARE = {"id": "rated_share", "family": "proportion", "domain": "rating"}


@pytest.fixture(scope="module")
def example():
    league = make_league((*EVERY_FAMILY, RATED_SHARE), error_correlation={"survey": 0.4})
    return simulate(league, 40, seed=3, empty_share=0.2)


@pytest.fixture(scope="module")
def posterior(example):
    return made_posterior(example, 3, seed=4)


class Prediction(NamedTuple):
    """Of J cells, (S, J) each: moments given the unit's other cells, and covariance with z."""

    mean: np.ndarray
    variance: np.ndarray
    covariance: np.ndarray
    mean_z: np.ndarray
    var_z: np.ndarray


def predict_absent(posterior, cells, structure, units, indicators, errors, at=None) -> Prediction:
    given = conditional_on(posterior, cells, structure)
    at = np.arange(len(given)) if at is None else at
    a = coefficients_of(given, at)
    found = []
    for i, k, error in zip(units, indicators, errors, strict=True):
        new = a.of_cells([k], cells.domain[[k]], np.array([error.common_error_loading]))
        both = np.concatenate([new, a.factor[..., None]], axis=2)
        law = regress(both, known_of(given, a, i, at))
        expected = given.draws["expected"][at, cells.group[i], k]
        found.append(
            (
                expected + law.mean[:, 0],
                law.covariance[:, 0, 0] + error.error_variance,
                law.covariance[:, 0, 1],
                law.mean[:, 1],
                law.covariance[:, 1, 1],
            )
        )
    return Prediction(*(np.stack(part, axis=1) for part in zip(*found, strict=True)))


def conditional_laws(posterior, cells, structure):
    """log L (with the constant), mean and variance of z by draw, of the cells as they are."""
    given = conditional_on(posterior, cells, structure)
    terms = given.evidence.present.sum(axis=1) + (given.evidence.level_at >= 0).sum(axis=1)
    laws = []
    for p in given.each():
        up = ascend(p, given.evidence)
        log_l = up.log_l - 0.5 * np.log(2 * np.pi) * terms
        laws.append((log_l, up.mean - p.factor_mean, up.variance))
    return (np.array(part) for part in zip(*laws, strict=True))


def test_a_cell_taken_out_is_predicted_with_the_density_that_the_likelihood_gives_it(
    example, posterior
):
    """p(all cells) = p(the others) p(cell | others), and z given all is z given the others moved.

    Every Gaussian cell of every unit in turn; the sampling error is its own.
    """
    cells, structure = example.cells, example.structure
    log_l, mean_z, var_z = conditional_laws(posterior, cells, structure)
    gaussian = cells.present & (cells.category < 0) & ~cells.exact
    for k in np.flatnonzero(gaussian.any(axis=0)):
        units = np.flatnonzero(gaussian[:, k])
        if cells.domain[k] in structure.sampled:
            # Units whose level is sampled because of other cells, which stay.
            others = cells.present & (cells.domain == cells.domain[k])
            others[:, k] = False
            units = units[others[units].any(axis=1)]
        present, value = cells.present.copy(), cells.value[units, k]
        present[units, k] = False
        without = replace(cells, present=present)
        errors = [
            SamplingError(cells.error_variance[i, k], cells.common_error_loading[i, k])
            for i in units
        ]
        law = predict_absent(posterior, without, structure, units, [k] * len(units), errors)
        rest, *_ = conditional_laws(posterior, without, structure)
        density = norm.logpdf(value, law.mean, np.sqrt(law.variance))
        np.testing.assert_allclose(density, (log_l - rest)[:, units], rtol=RELATIVE, atol=RELATIVE)
        gain = law.covariance / law.variance
        now = law.mean_z, law.var_z
        np.testing.assert_allclose(
            now[0] + gain * (value - law.mean), mean_z[:, units], rtol=RELATIVE, atol=RELATIVE
        )
        np.testing.assert_allclose(now[1] - gain * law.covariance, var_z[:, units], rtol=RELATIVE)
        if cells.domain[k] in structure.sampled:
            np.testing.assert_allclose(law.covariance, 0, atol=RELATIVE)


def test_a_unit_without_the_domain_speaks_through_its_openness(example, posterior):
    """eta = E[eta] + domain_loading (sqrt(rho) z + sqrt(1 - rho) d), with d as in the prior."""
    cells, structure = example.cells, example.structure
    k = cells.indicators.index("rating")
    m = cells.domain[k]
    unit = int(np.flatnonzero(~cells.present[:, cells.domain == m].any(axis=1))[0])
    law = predict_absent(posterior, cells, structure, [unit], [k], [SamplingError(0, 0)])
    _, mean_z, var_z = conditional_laws(posterior, cells, structure)
    flat = posterior.stack(sample=("chain", "draw")).transpose("sample", ...)
    loading, other = (
        flat[name].sel(indicator="rating").to_numpy()
        for name in ("loading", "residual_domain_loading")
    )
    psi = flat["uniqueness_sd"].sel(indicator="rating").to_numpy()
    expected = flat["expected"].to_numpy()[:, cells.group[unit], k]
    z, v = mean_z[:, unit], var_z[:, unit]
    for came, should in (
        (law.mean, expected + loading * z),
        (law.variance, loading**2 * v + other**2 + psi**2),
        (law.covariance, loading * v),
    ):
        np.testing.assert_allclose(came[:, 0], should, rtol=RELATIVE)


def test_what_the_cells_add_to_the_factor_is_what_the_tree_says(example, posterior):
    """For all units, by other code: gains times residuals, and the tree's contributions."""
    given = conditional_on(posterior, example.cells, example.structure)
    at = np.array([4, 1])
    a = coefficients_of(given, at)
    by_tree = [contributions(p, given.evidence) for p in given.each(at)]
    for i in range(len(example.cells.units)):
        known = known_of(given, a, i, at)
        added = regress(a.factor[..., None], known).gain[..., 0] * known.residual
        cells = known.indicator >= 0
        for s, (of_cells, of_levels) in enumerate(by_tree):
            expected = np.append(
                of_cells[i, known.indicator[cells]], of_levels[i, known.domain[~cells]]
            )
            np.testing.assert_allclose(added[s], expected, rtol=RELATIVE, atol=RELATIVE)


def test_one_domain_whose_level_is_openness():
    ratings = [
        {"id": name, "family": "ordinal", "domain": "rating", "categories": CATEGORIES}
        for name in ("safe", "caring")
    ]
    example = simulate(make_league(ratings, groups=["all"]), 30, seed=2, empty_share=0.4)
    cells, structure = example.cells, example.structure
    posterior = made_posterior(example, 2)
    units, indicators = np.nonzero(~cells.present)
    nothing = [SamplingError(0, 0)] * len(units)
    law = predict_absent(posterior, cells, structure, units, indicators, nothing)
    known = cells.present.any(axis=1)[units]
    assert known.any()
    assert not known.all()
    np.testing.assert_allclose(law.covariance[:, known], 0, atol=RELATIVE)
    loading = posterior["loading"].to_numpy().reshape(-1, 2)[:, indicators[~known]]
    np.testing.assert_allclose(law.covariance[:, ~known], loading, rtol=RELATIVE)
