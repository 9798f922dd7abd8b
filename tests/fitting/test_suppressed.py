"""The whole model on leagues with suppressed counts; the benchmark measures them at length."""

import numpy as np
import pytest

from ..benchmarks.bench_suppressed import measure, read_as, simulated_leagues, withheld

LEAGUES = 3


@pytest.mark.long
@pytest.mark.sampling
def test_fits_that_know_a_count_is_small_come_nearer_than_fits_without_it() -> None:
    """In the benchmark every league of 12 has it so, in error and in rank."""
    for simulated in simulated_leagues(LEAGUES, seed=19):
        units = simulated.measures.loc[withheld(simulated.measures), "unit"].unique()
        affected = simulated.openness.index.isin(units)
        censored, dropped = (
            measure(read_as(reading, simulated), simulated, affected)
            for reading in ("censored", "dropped")
        )
        assert censored["rmse"] < dropped["rmse"]
        assert censored["rank error"] < dropped["rank error"]
        assert censored["bias"] < dropped["bias"]
        # A share of some 90 units: 4 standard errors are 0.09.
        assert abs(censored["95% hold"] - 0.95) < 4 * np.sqrt(0.95 * 0.05 / affected.sum())
