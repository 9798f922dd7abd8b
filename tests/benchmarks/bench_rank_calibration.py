"""Do rank intervals and band probabilities keep what they promise? Prints; asserts nothing.

Simulated leagues with known error variances: true values are normal, estimates have errors of
unequal size, and nothing but the estimates and their standard errors is given to the ranking.
"""

from __future__ import annotations

import argparse

import numpy as np

from openness.ranking import (
    Posterior,
    bands,
    posterior_ranks,
    rank_draws,
    rank_sets,
)

SHARES = [0.08, 0.44, 0.34, 0.14]
EDGES = np.linspace(0, 1, 11)
PROB = 0.95
SETS_IN = 20
"""Leagues in which confidence sets are looked at too, which take the longest."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leagues", type=int, default=200)
    parser.add_argument("--units", type=int, default=230)
    asked = parser.parse_args()
    covered: dict[str, list[float]] = {}
    predicted, happened, misbanded = [], [], []
    for seed in np.random.SeedSequence(2016).spawn(asked.leagues):
        rng = np.random.default_rng(seed)
        truth = rng.normal(size=asked.units)
        se = 0.5 * np.exp(rng.normal(0, 0.4, asked.units))
        est = truth + se * rng.normal(size=asked.units)
        rank = rank_draws(truth[None])[0]
        post = Posterior.from_estimates(est, se, seed=rng)
        ranks = posterior_ranks(post)
        for kind in ("equal-tailed", "shortest"):
            limits = ranks.rank_interval(PROB, kind)
            covered.setdefault(kind, []).append(inside(limits, rank).mean())
        limits = ranks.rank_interval(PROB, simultaneous=True)
        covered.setdefault("simultaneous", []).append(inside(limits, rank).all())
        if len(covered["simultaneous"]) <= SETS_IN:
            limits = rank_sets(est, se, prob=PROB, seed=rng)
            covered.setdefault("confidence sets", []).append(inside(limits, rank).mean())
        banded = bands(post, shares=SHARES)
        true_bands = bands(certain(truth), shares=SHARES)
        predicted.append(banded.mean)
        happened.append(true_bands.mean)
        wrong = banded.band()["band"].to_numpy() != true_bands.band()["band"].to_numpy()
        misbanded.append((banded.expected_misbanded().value, wrong.mean()))
    print(f"{asked.leagues} leagues of {asked.units} units, intervals of {PROB:.0%}:")
    for what, shares in covered.items():
        mean, error = mean_and_error(np.array(shares, dtype=float))
        print(f"  {what:<16} cover {mean:.2%} (Monte Carlo error {error:.2%})")
    print("band probabilities: stated, and how often the band was true")
    for line in reliability_diagram(np.array(predicted), np.array(happened)):
        print(line)
    stated, found = np.transpose(misbanded)
    mean, error = mean_and_error(stated - found)
    print(
        f"share misbanded: stated {stated.mean():.2%}, found {found.mean():.2%} "
        f"(difference {mean:+.2%}, Monte Carlo error {error:.2%})"
    )


def certain(truth: np.ndarray) -> Posterior:
    return Posterior.from_draws(np.tile(truth, (16, 1)))


def inside(limits, rank: np.ndarray) -> np.ndarray:
    lower, upper = limits["rank_lower"].to_numpy(), limits["rank_upper"].to_numpy()
    return (lower <= rank) & (rank <= upper)


def mean_and_error(by_league: np.ndarray) -> tuple[float, float]:
    """Mean over leagues, which are independent, and its standard error."""
    return by_league.mean(), by_league.std(ddof=1) / np.sqrt(len(by_league))


def reliability_diagram(predicted: np.ndarray, happened: np.ndarray) -> list[str]:
    """One line for each tenth of the probabilities; arrays are (leagues, units, bands)."""
    tenth = np.clip(np.digitize(predicted, EDGES) - 1, 0, len(EDGES) - 2)
    lines = []
    for number in range(len(EDGES) - 1):
        chosen = tenth == number
        count = chosen.sum(axis=(1, 2))
        stated = (predicted * chosen).sum() / count.sum()
        excess = ((happened - predicted) * chosen).sum(axis=(1, 2))
        # A ratio of sums over leagues, whose error comes from the leagues.
        found = stated + excess.sum() / count.sum()
        spread = excess - (found - stated) * count
        error = np.sqrt((spread**2).sum()) / count.sum()
        lines.append(
            f"  {EDGES[number]:.1f} to {EDGES[number + 1]:.1f}: stated {stated:.3f}, true "
            f"{found:.3f} (Monte Carlo error {error:.3f}; {count.sum():,} bands)"
        )
    return lines


if __name__ == "__main__":
    main()
