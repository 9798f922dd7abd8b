"""The whole model on leagues with suppressed counts; the benchmark measures them at length."""

import numpy as np
import pandas as pd
import pytest

from ..benchmarks.bench_suppressed import measure, read_as, simulated_leagues, withheld

LEAGUES = 3
WITHIN = 4
"""Standard errors of a share of units."""


@pytest.mark.long
@pytest.mark.sampling
def test_fits_that_know_a_count_is_small_come_nearer_than_fits_without_it() -> None:
    """The benchmark has the error smaller in 11 leagues of 12."""
    found: dict[str, list[dict[str, float]]] = {"censored": [], "dropped": []}
    held = []
    for simulated in simulated_leagues(LEAGUES, seed=19):
        units = simulated.measures.loc[withheld(simulated.measures), "unit"].unique()
        affected = simulated.factor.index.isin(units)
        for reading, rows in found.items():
            rows.append(measure(read_as(reading, simulated), simulated, affected))
        assert found["censored"][-1]["bias"] < found["dropped"][-1]["bias"]
        held.append((found["censored"][-1]["95% hold"], affected.sum()))
    mean = {reading: pd.DataFrame(rows).mean() for reading, rows in found.items()}
    assert mean["censored"]["rmse"] < mean["dropped"]["rmse"]
    assert mean["censored"]["rank error"] < mean["dropped"]["rank error"]
    shares, numbers = np.transpose(held)
    share, n = np.average(shares, weights=numbers), numbers.sum()
    assert abs(share - 0.95) < WITHIN * np.sqrt(0.95 * 0.05 / n)
