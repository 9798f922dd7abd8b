import numpy as np
import pandas as pd
import pytest

from openness.errors import InvalidInput
from openness.ranking import Posterior, posterior_ranks, rank_sets
from openness.ranking import confidence as module
from openness.ranking.confidence import _settled_for_all, _settled_for_each, _standardised_leads
from openness.ranking.estimates import as_estimates

EST = np.array([0.0, 1.0, 2.5, 4.0, 4.1, 7.0])
SE = np.array([0.5, 1.0, 0.3, 1.0, 0.6, 1.5])
LIMITS = ["rank_lower", "rank_upper"]


def slow_stepdown(lead, sd, errors, prob, hypotheses):
    """Reject (i ahead of j) one round at a time, with a critical value for those that are left."""
    left, settled = list(hypotheses), set()
    while left:
        largest = np.max([(errors[i] - errors[j]) / sd[i, j] for i, j in left], axis=0)
        critical = np.quantile(largest, prob, method="higher")
        found = {(i, j) for i, j in left if lead[i, j] > critical}
        if not found:
            break
        settled |= found
        left = [pair for pair in left if pair not in found]
    return settled


@pytest.mark.parametrize("block", [2000, 7])
def test_stepdown_is_that_of_one_pair_at_a_time(monkeypatch, block):
    monkeypatch.setattr(module, "_BLOCK", block)
    estimates = as_estimates(EST, SE, None)
    lead, sharpness = _standardised_leads(estimates)
    sd = estimates.difference_sd()
    errors = estimates.draw_errors(501, np.random.default_rng(60)).T.astype(np.float32, "C")
    pairs = [(i, j) for i in range(6) for j in range(6) if i != j]
    found = _settled_for_all(lead, sharpness, errors, 0.9)
    assert {tuple(pair) for pair in np.argwhere(found)} == slow_stepdown(
        lead, sd, errors, 0.9, pairs
    )
    ahead, behind = _settled_for_each(lead, sharpness, errors, 0.9)
    for unit in range(6):
        own = slow_stepdown(lead, sd, errors, 0.9, [pair for pair in pairs if unit in pair])
        assert set(np.flatnonzero(ahead[unit])) == {j for i, j in own if i == unit}
        assert set(np.flatnonzero(behind[unit])) == {i for i, j in own if j == unit}


def test_sets_of_independent_and_of_jointly_known_estimates_are_the_same():
    shared = rank_sets(EST, cov=np.diag(SE**2) + 5, seed=1)
    alone = rank_sets(EST, SE, seed=1)
    # The draws differ; among these six units no limit moves by more than 1 with them.
    assert (shared[LIMITS] - alone[LIMITS]).abs().to_numpy().max() <= 1


def test_sets_for_all_hold_those_for_each_and_the_rank_itself():
    each, every = rank_sets(EST, SE), rank_sets(EST, SE, method="simultaneous", tau_best=2)
    assert (every["rank_lower"] <= each["rank_lower"]).all()
    assert (every["rank_upper"] >= each["rank_upper"]).all()
    assert each["rank"].between(each["rank_lower"], each["rank_upper"]).all()
    np.testing.assert_array_equal(every["in_best"], every["rank_lower"] <= 2)
    assert each["rank"].tolist() == [6, 5, 4, 3, 2, 1]


def test_estimates_far_apart_and_alike_have_certain_and_empty_sets():
    apart = rank_sets([0, 100, 200], [1, 1, 1], method="simultaneous")
    assert (apart["rank_lower"] == apart["rank_upper"]).all()
    alike = rank_sets([0, 0, 0], [1, 1, 1])
    assert alike[LIMITS].to_numpy().tolist() == [[1, 3]] * 3


@pytest.mark.parametrize("method", ["marginal", "simultaneous"])
def test_sets_cover_the_true_ranks(method):
    """Of 300 samples: 95% less four standard errors of a share, with ranks that are tied."""
    rng = np.random.default_rng(61)
    truth, rank = np.array([0.0, 0, 0, 1, 2, 4]), np.array([4, 4, 4, 3, 2, 1])
    covered = []
    for _ in range(300):
        found = rank_sets(rng.normal(truth, 0.5), np.full(6, 0.5), method=method, seed=rng)
        covered.append((found["rank_lower"] <= rank) & (rank <= found["rank_upper"]))
    covered = np.array(covered)
    shares = covered.mean(axis=0) if method == "marginal" else covered.all(axis=1).mean()
    assert np.min(shares) > 0.95 - 4 * np.sqrt(0.95 * 0.05 / 300)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"se": SE, "method": "both"}, "'both'; it is one of 'marginal', 'simultaneous'"),
        ({"se": SE, "prob": 0.3}, "it must be at least 0.5"),
        ({"se": SE, "tau_best": 7}, "7; it must be from 1 to 6"),
        ({}, "none given"),
        ({"cov": np.ones((6, 6))}, "their difference has no variance"),
    ],
)
def test_what_makes_no_sense_is_refused(arguments, words):
    with pytest.raises(InvalidInput, match=words):
        rank_sets(EST, **arguments)


@pytest.mark.real_data
def test_published_sets_of_oecd_countries(real_data):
    """PISA 2018, mathematics: limits of the R package csranks, which move by 1 with its seed."""
    table = pd.read_csv(
        real_data / "published/pisa-2018-rank-sets/pisa2018_with_csranks.csv", index_col=0
    )
    est, se = table["math_score"], table["math_se"]
    for method, short in (("marginal", "marg"), ("simultaneous", "simul")):
        found = rank_sets(est, se, method=method, tau_best=5)
        stored = table[[f"math_{short}_L", f"math_{short}_U"]].to_numpy()
        assert np.abs(found[LIMITS].to_numpy() - stored).max() <= 1
        assert (found["in_best"] == table["math_tau5best"].astype(bool)).all()
        assert found["in_best"].sum() == 12
        assert (found["rank"] == table["math_rank"]).all()
    kingdom = rank_sets(est, se).loc["United Kingdom"]
    assert abs(kingdom["rank_lower"] - 7) <= 1
    assert abs(kingdom["rank_upper"] - 23) <= 1


@pytest.mark.real_data
def test_posterior_intervals_are_narrower_than_simultaneous_sets(real_data):
    table = pd.read_csv(
        real_data / "published/pisa-2018-rank-sets/pisa2018_with_csranks.csv", index_col=0
    )
    post = Posterior.from_estimates(table["math_score"], table["math_se"], prior="flat")
    ranks = posterior_ranks(post).rank_interval(0.95)
    sets = rank_sets(table["math_score"], table["math_se"], method="simultaneous")
    assert (
        (ranks["rank_upper"] - ranks["rank_lower"]) <= sets["rank_upper"] - sets["rank_lower"]
    ).all()
