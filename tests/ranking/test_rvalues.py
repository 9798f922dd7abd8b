import numpy as np
import pandas as pd
import pytest
from scipy import stats

from openness.errors import InvalidInput
from openness.ranking import Posterior, r_values, r_values_of_tails, rank_draws
from openness.ranking import rvalues as module

RNG = np.random.default_rng(70)
MEAN, SD = RNG.normal(size=30), np.exp(RNG.normal(-1, 0.5, 30))
POST = Posterior.from_draws(RNG.normal(MEAN, SD, size=(2000, 30)))


def slow_r_values(tail, shares):
    """By the definition: the first share of the grid whose list has the unit."""
    units = len(tail)
    result = np.full(units, shares[-1])
    for unit in range(units):
        for column, share in enumerate(shares):
            listed = sorted(tail[:, column], reverse=True)[: int(np.ceil(share * units - 1e-9))]
            if tail[unit, column] >= listed[-1]:
                result[unit] = share
                break
    return result


def test_values_are_those_of_the_definition_to_a_step_of_the_grid():
    found = r_values(POST).to_numpy()
    ranks = rank_draws(POST.draws)
    tail = np.array([(ranks <= place).mean(axis=0) for place in range(1, 31)]).T
    slow = slow_r_values(tail, np.arange(1, 31) / 30)
    assert (found <= slow + 1e-12).all()
    assert (found > slow - 1 / 30 - 1e-12).all()


def test_a_population_gives_the_thresholds():
    population = stats.norm.ppf((np.arange(5000) + 0.5) / 5000)
    shares = np.arange(1, 31) / 30
    tail = stats.norm.sf(stats.norm.isf(shares), MEAN[:, None], SD[:, None])
    exact = r_values_of_tails(tail, shares)
    found = r_values(POST, population).to_numpy()
    # Probabilities from 2,000 draws are good to 0.01; a crossing moves by not much more.
    assert np.median(abs(found - exact)) < 0.02
    assert stats.spearmanr(found, exact).statistic > 0.99


def test_units_known_equally_well_are_in_the_order_of_their_means():
    mean = np.arange(20.0)
    shares = np.arange(1, 21) / 20
    tail = stats.norm.sf(stats.norm.isf(shares, 10, 6), mean[:, None], 2.0)
    found = r_values_of_tails(tail, shares)
    np.testing.assert_allclose(found, shares[::-1], atol=0.05)
    assert (np.diff(found) < 0).all()


def test_long_lists_are_looked_at_less_closely(monkeypatch):
    whole = r_values(POST)
    monkeypatch.setattr(module, "_FINEST_GRID", 20)
    # Twenty steps from 1/30 to 1 are factors of 1.2.
    np.testing.assert_allclose(r_values(POST), whole, rtol=0.2, atol=1 / 30)


@pytest.mark.parametrize(
    ("tail", "shares", "words"),
    [
        (np.zeros((3, 2)), [0.5], r"tail: shape: \(3, 2\)"),
        (np.zeros(3), [0.5], r"tail: shape: \(3,\)"),
        (np.zeros((3, 2)), [0.5, 0.5], "they must rise"),
        (np.zeros((3, 2)), [0.0, 0.5], "they must rise, from above 0"),
        (np.zeros((3, 2)), [0.5, 1.5], "to at most 1"),
    ],
)
def test_what_makes_no_sense_is_refused(tail, shares, words):
    with pytest.raises(InvalidInput, match=words):
        r_values_of_tails(tail, shares)


@pytest.mark.real_data
def test_published_r_values_of_free_throws(real_data):
    """NBA 2013/14 with the published beta prior: the top ten, and their r-values.

    The published grid has steps of 1.3% of its value, and the ten are printed to four decimals.
    Further down the crossing is flatter; those without an attempt, who are the prior, are left out.
    """
    table = pd.read_csv(real_data / "published/free-throws-r-values/nba1314.csv")
    alpha, beta = 15.12155, 5.37848
    made, missed = alpha + table["FTM"], beta + table["FTA"] - table["FTM"]
    published = table["RValue"].to_numpy()
    ten = np.argsort(published)[:10]

    shares = np.arange(1, len(table) + 1) / len(table)
    cuts = stats.beta.isf(shares, alpha, beta)
    tail = stats.beta.sf(cuts, made.to_numpy()[:, None], missed.to_numpy()[:, None])
    exact = r_values_of_tails(tail, shares)
    assert table["PLAYER"][np.argsort(exact)[:10]].tolist() == table["PLAYER"][ten].tolist()
    np.testing.assert_allclose(exact[ten], published[ten], atol=3e-4)
    often = (table["FTA"] >= 50).to_numpy()
    np.testing.assert_allclose(exact[often], published[often], atol=0.015)
    assert stats.spearmanr(exact, published).statistic > 0.995

    draws = np.random.default_rng(71).beta(made, missed, size=(10_000, len(table)))
    population = stats.beta.ppf((np.arange(20_000) + 0.5) / 20_000, alpha, beta)
    found = r_values(Posterior.from_draws(draws), population).to_numpy()
    np.testing.assert_allclose(found[ten], published[ten], atol=2e-3)
    by_mean = np.argsort(np.argsort(-draws.mean(axis=0)))
    muscala = table["PLAYER"].str.startswith("Mike Muscala").to_numpy()
    # The rank loss matters: 7th by r-value, 34th by posterior mean.
    assert abs(by_mean[muscala][0] + 1 - 34) <= 1
    assert (found < found[muscala]).sum() + 1 == 7
