"""How long the ranking takes, and how much memory. Prints; asserts nothing."""

import resource
import time
from collections.abc import Callable

import numpy as np

from openness.ranking import (
    band_limits,
    equal_tailed,
    expected_rank,
    median_rank,
    rank_band_probabilities,
    rank_draws,
)

SHARES = [0.08, 0.44, 0.34, 0.14]


def rank_everything(draws: np.ndarray) -> None:
    ranks = rank_draws(draws)
    expected_rank(ranks)
    median_rank(ranks)
    equal_tailed(ranks, 0.95)
    equal_tailed(draws, 0.95)
    rank_band_probabilities(ranks, band_limits(draws.shape[1], shares=SHARES))


def best_of(runs: int, call: Callable[[], None]) -> float:
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    rng = np.random.default_rng(1)
    print("ranks, intervals and bands of 4,000 draws")
    for units, runs in ((230, 5), (5_000, 2), (20_000, 1)):
        draws = rng.normal(size=(4_000, units))
        seconds = best_of(runs, lambda draws=draws: rank_everything(draws))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        print(f"{units:>7,} units  {seconds:8.3f} s   peak so far {peak:.2f} GiB, draws included")


if __name__ == "__main__":
    main()
