"""Peak memory of a fit of many units, as many draws as by default. Asserts nothing.

The trusts of the simulated league of 2016, in the same proportions. Convergence is not the question
here: the chains are adapted briefly.
"""

from __future__ import annotations

import argparse
import resource
import time

import numpy as np

from openness.fitting import Settings
from openness.fitting.fit import fit
from openness.league import load_league
from openness.measures import read_measures
from openness.standing import rank, stand
from openness.study.simulate import simulate_league
from openness.study.truth_of_2016 import UNITS_PER_GROUP, truth_of_2016


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=5000)
    parser.add_argument("--draws", type=int, default=Settings().draws)
    asked = parser.parse_args()
    league = load_league("learning-from-mistakes-2016")
    factor = asked.units / sum(UNITS_PER_GROUP.values())
    groups = {group: round(count * factor) for group, count in UNITS_PER_GROUP.items()}
    simulated = simulate_league(league, groups, truth_of_2016(), np.random.default_rng(3))
    measures = read_measures(simulated.measures, simulated.units, league)
    start = time.perf_counter()
    settings = Settings(draws=asked.draws, tune=150, target_accept=0.8)
    result = fit(league, measures, seed=1, settings=settings)
    fitted = time.perf_counter()
    rank(stand(result, draft=True))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(
        f"{len(simulated.units)} units, {settings.chains} x {settings.draws} draws: fit "
        f"{fitted - start:.0f} s, ranking {time.perf_counter() - fitted:.0f} s, peak {peak:.2f} GiB"
    )


if __name__ == "__main__":
    main()
