import numpy as np
import pytest
from scipy import integrate, stats

from openness.errors import InvalidInput
from openness.ranking import Posterior, expected_rank, posterior_ranks, rank_draws

POST = Posterior.from_draws(
    np.random.default_rng(12).normal([0, 1, 2, 0.5], 1, size=(400, 4)), ["a", "b", "c", "d"]
)


def test_summaries_are_those_of_the_functions_on_ranks_and_are_labelled():
    ranks = posterior_ranks(POST)
    np.testing.assert_array_equal(ranks.ranks, rank_draws(POST.draws))
    np.testing.assert_array_equal(ranks.expected_rank, expected_rank(ranks.ranks))
    assert ranks.optimal_rank.to_dict() == {"a": 4, "b": 2, "c": 1, "d": 3}
    assert ranks.median_rank["c"] == 1
    assert (ranks.percentile.rank(ascending=False) == ranks.optimal_rank).all()


def test_every_rank_has_its_share_of_the_draws():
    ranks = posterior_ranks(POST)
    found = ranks.rank_probabilities()
    counted = [(ranks.ranks == place).mean(axis=0) for place in range(1, 5)]
    np.testing.assert_allclose(found.probability, np.transpose(counted), atol=1e-12)
    np.testing.assert_allclose(found.probability.sum(), 1)
    assert (found.monte_carlo_error.to_numpy() < 0.05).all()


def test_prob_top_adds_up_to_the_places():
    ranks = posterior_ranks(POST)
    found = ranks.prob_top(2)
    assert found["probability"].sum() == pytest.approx(2)
    np.testing.assert_allclose(found["probability"], (ranks.ranks <= 2).mean(axis=0), atol=1e-12)


def test_an_interval_says_what_it_is():
    table = posterior_ranks(POST).rank_interval(0.8, "shortest", simultaneous=True)
    assert set(table["interval_kind"]) == {"shortest"}
    assert set(table["interval_prob"]) == {0.8}
    assert table["simultaneous"].all()


def test_simultaneous_intervals_that_reach_beyond_few_draws_are_ranks():
    ranks = posterior_ranks(Posterior.from_draws(np.random.default_rng(17).normal(size=(40, 60))))
    table = ranks.rank_interval(0.9, simultaneous=True)
    lower, upper = table["rank_lower"].to_numpy(), table["rank_upper"].to_numpy()
    assert (lower <= ranks.ranks.min(axis=0)).all()
    assert (upper > ranks.ranks.max(axis=0)).any()
    assert set(lower) | set(upper) <= set(range(1, 61))


@pytest.mark.parametrize("m", [0, 5])
def test_a_top_list_has_from_one_to_all_units(m):
    with pytest.raises(InvalidInput, match="it must be from 1 to the 4 units"):
        posterior_ranks(POST).prob_top(m)


@pytest.mark.real_data
def test_surgical_league_has_the_ranks_of_its_closed_form(real_data):
    """Twelve hospitals with independent beta posteriors (BUGS, "Surgical: institutional ranking").

    The witness is quadrature: P(one mortality is below another) and hence expected ranks, and the
    probability of being best.
    """
    table = np.genfromtxt(
        real_data / "published/surgical-bugs/surgical.csv", delimiter=",", names=True, dtype=None
    )
    alpha, beta = table["deaths"] + 1.0, table["n"] - table["deaths"] + 1.0
    units, size = len(table), 20_000
    mortality = np.random.default_rng(13).beta(alpha, beta, size=(size, units))
    names = [str(name) for name in table["hospital"]]
    ranks = posterior_ranks(Posterior.from_draws(-mortality, names))

    def density(unit, p):
        return stats.beta.pdf(p, alpha[unit], beta[unit])

    def integral(function):
        return integrate.quad(function, 0, 1, points=[0.02, 0.05, 0.1, 0.2], limit=200)[0]

    exact = [
        1
        + sum(
            integral(lambda p, i=i, j=j: density(i, p) * stats.beta.cdf(p, alpha[j], beta[j]))
            for j in range(units)
            if j != i
        )
        for i in range(units)
    ]
    error = 4 * ranks.ranks.std(axis=0) / np.sqrt(size)
    assert (abs(ranks.expected_rank - exact) < error).all()
    best = [
        integral(
            lambda p, i=i: (
                density(i, p)
                * np.prod([stats.beta.sf(p, alpha[j], beta[j]) for j in range(units) if j != i])
            )
        )
        for i in range(units)
    ]
    top = ranks.prob_top(1)
    assert (abs(top["probability"] - best) <= 4 * top["monte_carlo_error"] + 1e-4).all()
    assert ranks.optimal_rank.idxmin() == "A"
    assert ranks.optimal_rank.idxmax() == "H"
    published = table["published_fixed_mean"]
    known = np.isfinite(published)
    # Printed after 10,000 draws, to four digits.
    tolerance = 4 * mortality.std(axis=0) / np.sqrt(10_000) + 5e-5
    assert (abs(mortality.mean(axis=0) - published) < tolerance)[known].all()
