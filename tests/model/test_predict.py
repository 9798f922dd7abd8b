"""Predictions of absent cells, held to the likelihood of the cells that are there."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from openness.model.conditional import conditional_on
from openness.model.predict import predict_absent
from openness.model.returns import SamplingError, nil_return, typical_errors
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
        now = (law.mean_z[:, law.row], law.var_z[:, law.row])
        np.testing.assert_allclose(
            now[0] + gain * (value - law.mean), mean_z[:, units], rtol=RELATIVE, atol=RELATIVE
        )
        np.testing.assert_allclose(now[1] - gain * law.covariance, var_z[:, units], rtol=RELATIVE)
        if cells.domain[k] in structure.sampled:
            assert np.all(law.covariance == 0)


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


def test_cells_are_predicted_as_if_alone(example, posterior):
    """All absent cells at once, in any order, and some of the draws."""
    cells, structure = example.cells, example.structure
    units, indicators = np.nonzero(~cells.present)
    typical = typical_errors(cells, example.measures)
    errors = [typical[k] for k in indicators]
    together = predict_absent(posterior, cells, structure, units, indicators, errors)
    for j in np.arange(len(units))[::-7]:
        alone = predict_absent(
            posterior, cells, structure, units[[j]], indicators[[j]], [errors[j]],
            at=np.array([4, 1]),
        )  # fmt: skip
        for part in ("mean", "variance", "covariance"):
            both = getattr(together, part)[[4, 1], j], getattr(alone, part)[:, 0]
            np.testing.assert_array_equal(*both)
        np.testing.assert_array_equal(together.mean_z[[4, 1], together.row[j]], alone.mean_z[:, 0])


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
    assert np.all(law.covariance[:, known] == 0)
    loading = posterior["loading"].to_numpy().reshape(-1, 2)[:, indicators[~known]]
    np.testing.assert_allclose(law.covariance[:, ~known], loading, rtol=RELATIVE)


def test_the_error_of_a_typical_return_is_between_those_that_came(example):
    cells = example.cells
    for k, error in enumerate(typical_errors(cells, example.measures)):
        if cells.labels[k]:
            assert error == SamplingError(0, 0)
            continue
        variance = error.error_variance + error.common_error_loading**2
        assert variance > 0
        rows = cells.present[:, k]
        if cells.definitions[k].likelihood == "matched":
            came = (cells.error_variance + cells.common_error_loading**2)[rows, k]
            assert variance == pytest.approx(np.median(came))
            assert np.sign(error.common_error_loading) == cells.definitions[k].sign * (
                cells.common_error_loading[:, k].any()
            )


def test_a_nil_is_far_below_what_came(example):
    cells, measures = example.cells, example.measures
    typical = typical_errors(cells, measures)
    for k, indicator in enumerate(cells.definitions):
        nil = nil_return(cells, measures, 0, k, typical[k])
        if indicator.family not in ("proportion", "count"):
            assert nil is None
            continue
        value, error = nil
        assert value < cells.centre[cells.present[:, k], k].min()
        assert error.error_variance > typical[k].error_variance
