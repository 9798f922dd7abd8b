"""What a value teaches, against the joint normal law and against numerical integration."""

import numpy as np
import pytest
from scipy.stats import norm

from openness.explain.learn import (
    LEAST_EFFECTIVE,
    AbsentCell,
    Latents,
    category_probabilities,
    category_quantile,
    effective_share,
    learn_category,
    learn_value,
    mixture_nodes,
    mixture_quantile,
)
from openness.model.selection import SelectionParameters, condition_on_returns

DRAWS = 200_000
WITHIN = 5 / np.sqrt(DRAWS)
"""Five standard errors of a mean of draws whose sd is at most 1."""


def cell(*, mean=0.3, variance=1.5, covariance=0.6, mean_z=-0.2, var_z=0.5, spread=0.0):
    """One cell; `spread` sets its mean apart between draws, and z with it."""
    rng = np.random.default_rng(1)
    shift = spread * rng.normal(size=DRAWS)
    z = mean_z + shift + np.sqrt(var_z) * rng.normal(size=DRAWS)
    full = np.ones(DRAWS)
    return AbsentCell(
        mean=mean + shift,
        variance=variance * full,
        covariance=covariance * full[:, None],
        latents=Latents(
            mean=(mean_z + shift)[:, None],
            covariance=var_z * full[:, None, None],
            drawn=z[:, None],
            score_if=lambda x: x[:, 0] + 1.0,
        ),
    )


def moments(updated):
    mean = np.average(updated.score, weights=updated.weights)
    return mean, np.average((updated.score - mean) ** 2, weights=updated.weights)


@pytest.mark.parametrize("value", [-2.0, 0.3, 1.5])
@pytest.mark.parametrize("spread", [0.0, 0.5])
def test_a_value_conditions_the_joint_normal_law(value: float, spread: float) -> None:
    """With means that are normal between draws, all is one joint normal law of (y, z)."""
    updated = learn_value(cell(spread=spread), value)
    v, c, vz = 1.5 + spread**2, 0.6 + spread**2, 0.5 + spread**2
    mean, variance = moments(updated)
    assert mean == pytest.approx(1.0 - 0.2 + c / v * (value - 0.3), abs=2 * WITHIN)
    assert variance == pytest.approx(vz - c**2 / v, abs=2 * WITHIN)
    assert updated.power == 1


def test_the_expected_value_of_an_uninformative_cell_changes_nothing() -> None:
    before = cell(covariance=0.0)
    updated = learn_value(before, 0.3)
    np.testing.assert_allclose(updated.score, before.latents.drawn[:, 0] + 1.0, rtol=1e-12)
    np.testing.assert_array_equal(updated.weights, 1)


def test_a_value_that_no_draw_foretold_is_followed_as_far_as_the_draws_go() -> None:
    updated = learn_value(cell(spread=0.5), 30.0)
    assert updated.power < 1
    assert effective_share(updated.weights) == pytest.approx(LEAST_EFFECTIVE, rel=1e-6)
    assert np.average(updated.score, weights=updated.weights) > updated.score.mean()


@pytest.mark.parametrize("category", [0, 1, 2])
def test_a_category_conditions_by_its_probability(category: int) -> None:
    """Against the integral of z over its normal law times the ordered probit."""
    cuts = np.array([-0.5, 0.8])
    updated = learn_category(cell(), np.tile(cuts, (DRAWS, 1)), category)
    z = np.linspace(-8, 8, 4001)
    slope = 0.6 / 0.5
    probit = norm(0.3 + slope * (z + 0.2), np.sqrt(1.5 - slope * 0.6))
    edges = np.concatenate([[-np.inf], cuts, [np.inf]])
    density = norm.pdf(z, -0.2, np.sqrt(0.5)) * (
        probit.cdf(edges[category + 1]) - probit.cdf(edges[category])
    )
    density /= density.sum()
    mean = density @ z
    came = moments(updated)
    assert came[0] == pytest.approx(1 + mean, abs=3 * WITHIN)
    assert came[1] == pytest.approx(density @ (z - mean) ** 2, abs=3 * WITHIN)


def test_categories_together_teach_nothing() -> None:
    """The law of total probability, draw by draw: the chances of all categories add up to 1."""
    cuts = np.tile([-0.5, 0.8], (DRAWS, 1))
    weights = [learn_category(cell(), cuts, category).weights for category in range(3)]
    ratio = np.linalg.lstsq(np.array(weights).T, np.ones(DRAWS), rcond=None)[0]
    np.testing.assert_allclose(np.array(weights).T @ ratio, 1, atol=1e-9)


def test_an_impossible_category_still_gives_numbers() -> None:
    cuts = np.tile([-200.0, -100.0], (DRAWS, 1))
    updated = learn_category(cell(), cuts, 0)
    assert np.isfinite(updated.weights).all()
    assert effective_share(updated.weights) >= LEAST_EFFECTIVE * (1 - 1e-6)


PARAMETERS = SelectionParameters(np.array([0.4, 0.9]), np.array([1.2, -0.7]), np.zeros(2))


def selected(*, mean_z: float, var_z: float, mean: float, variance: float, covariance: float):
    """A cell of a unit of which two returns are asked for and one was made; draws by rejection."""
    parameters = PARAMETERS
    returned = np.array([-1, 1])
    rng = np.random.default_rng(5)
    z = mean_z + np.sqrt(var_z) * rng.normal(size=12 * DRAWS)
    index = parameters.intercept + parameters.slope * (0.2 + z[:, None])
    made = rng.normal(size=index.shape) < index
    z = z[(made == (returned == 1)).all(axis=1)][:DRAWS]
    full = np.ones(len(z))

    def given_returns(mean, variance):
        rows = np.tile(returned, (len(mean), 1))
        return condition_on_returns(mean, variance, 0.2 * full, rows, parameters)

    latents = Latents(
        (mean_z * full)[:, None],
        var_z * full[:, None, None],
        z[:, None],
        lambda x: x[:, 0],
        given_returns,
    )
    cell = AbsentCell(mean * full, variance * full, covariance * full[:, None], latents)
    grid = np.linspace(-8, 8, 4001)
    density = norm.pdf(grid, mean_z, np.sqrt(var_z))
    for a, b, sign in zip(parameters.intercept, parameters.slope, returned, strict=True):
        density = density * norm.cdf(sign * (a + b * (0.2 + grid)))
    return cell, grid, density


LAW = {"mean_z": -0.2, "var_z": 0.5, "mean": 0.3, "variance": 1.5, "covariance": 0.6}


@pytest.mark.parametrize("value", [-2.0, 0.3, 1.5])
def test_a_value_is_learnt_beside_what_the_returns_say(value: float) -> None:
    """Against the integral of z over its law given cells, returns and value."""
    cell, z, density = selected(**LAW)
    assert len(cell.latents.drawn) > DRAWS / 2
    updated = learn_value(cell, value)
    slope = LAW["covariance"] / LAW["var_z"]
    spread = np.sqrt(LAW["variance"] - slope * LAW["covariance"])
    of_value = norm.pdf(value, LAW["mean"] + slope * (z - LAW["mean_z"]), spread)
    after = density * of_value / (density @ of_value)
    mean = after @ z
    came = moments(updated)
    assert came[0] == pytest.approx(mean, abs=3 * WITHIN)
    assert came[1] == pytest.approx(after @ (z - mean) ** 2, abs=3 * WITHIN)
    # Without the returns the mean would be elsewhere.
    assert abs(mean - (LAW["mean_z"] + 0.4 * (value - LAW["mean"]))) > 0.1


def test_the_predictive_of_a_value_knows_the_returns() -> None:
    cell, z, density = selected(**LAW)
    density /= density.sum()
    slope = LAW["covariance"] / LAW["var_z"]
    expected = LAW["mean"] + slope * (z - LAW["mean_z"])
    rest = LAW["variance"] - slope * LAW["covariance"]
    mean, variance = cell.predictive()
    assert mean[0] == pytest.approx(density @ expected, abs=1e-6)
    assert variance[0] == pytest.approx(
        rest + density @ (expected - density @ expected) ** 2, abs=1e-6
    )


def test_draws_are_weighted_by_what_they_gave_to_the_value_given_the_returns() -> None:
    """p(y | r) = p(y) P(r | y) / P(r), against the integral over z, for two draws."""
    cell, z, _density = selected(**LAW)
    other, _, _ = selected(**LAW | {"mean": 1.4, "mean_z": 0.6})
    both = [cell, other]
    latents = Latents(
        *(
            np.stack([getattr(each.latents, name)[0] for each in both])
            for name in ("mean", "covariance", "drawn")
        ),
        lambda x: x[:, 0],
        lambda mean, variance: condition_on_returns(
            mean, variance, np.full(2, 0.2), np.tile([-1, 1], (2, 1)), PARAMETERS
        ),
    )
    two = AbsentCell(
        *(
            np.stack([getattr(each, name)[0] for each in both])
            for name in ("mean", "variance", "covariance")
        ),
        latents,
    )
    covariance, mean_z, var_z = two.covariance[:, 0], latents.mean[:, 0], latents.variance[:, 0]
    weights = learn_value(two, 1.0).weights
    chances = []
    for j in range(2):
        slope = covariance[j] / var_z[j]
        prior = norm.pdf(z, mean_z[j], np.sqrt(var_z[j]))
        for a, b, sign in zip(PARAMETERS.intercept, PARAMETERS.slope, (-1, 1), strict=True):
            prior = prior * norm.cdf(sign * (a + b * (0.2 + z)))
        spread = np.sqrt(two.variance[j] - slope * covariance[j])
        value = norm.pdf(1.0, two.mean[j] + slope * (z - mean_z[j]), spread)
        chances.append(prior @ value / prior.sum())
    assert weights[0] / weights[1] == pytest.approx(chances[0] / chances[1], rel=1e-6)


RNG = np.random.default_rng(1)
MEAN, VARIANCE = RNG.normal(size=50), RNG.uniform(0.2, 2, size=50)


@pytest.mark.parametrize("probability", [0.05, 0.5, 0.95])
def test_the_quantile_has_its_probability(probability: float) -> None:
    found = mixture_quantile(MEAN, VARIANCE, probability)
    mass = norm.cdf(found, MEAN, np.sqrt(VARIANCE)).mean()
    assert mass == pytest.approx(probability, abs=1e-12)


def test_nodes_are_exact_to_the_fifth_power_of_a_normal_law() -> None:
    mean, variance = np.full(4, 0.7), np.full(4, 2.0)
    nodes, weights = mixture_nodes(mean, variance)
    for power in range(6):
        exact = norm.moment(power, loc=0.7, scale=np.sqrt(2.0)) if power else 1.0
        assert weights @ nodes**power == pytest.approx(exact)


def test_nodes_have_the_mean_and_variance_of_the_mixture() -> None:
    nodes, weights = mixture_nodes(MEAN, VARIANCE)
    assert weights @ nodes == pytest.approx(MEAN.mean())
    assert weights @ (nodes - MEAN.mean()) ** 2 == pytest.approx(VARIANCE.mean() + MEAN.var())


def test_categories_lie_between_their_cut_points() -> None:
    cuts = np.sort(RNG.normal(size=(50, 3)), axis=1)
    found = category_probabilities(MEAN, VARIANCE, cuts)
    assert found.shape == (50, 4)
    np.testing.assert_allclose(found.sum(axis=1), 1)
    law = norm(MEAN, np.sqrt(VARIANCE))
    np.testing.assert_allclose(found[:, 1], law.cdf(cuts[:, 1]) - law.cdf(cuts[:, 0]))
    np.testing.assert_allclose(found[:, 3], law.sf(cuts[:, 2]))


@pytest.mark.parametrize(("probability", "category"), [(0.05, 0), (0.1, 0), (0.5, 1), (0.95, 2)])
def test_the_quantile_of_a_category(probability: float, category: int) -> None:
    chances = np.array([[0.2, 0.6, 0.2], [0.0, 0.7, 0.3]])
    assert category_quantile(chances, probability) == category
