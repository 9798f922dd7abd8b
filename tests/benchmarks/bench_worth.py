"""How long `openness worth` takes on a league with empty cells. Asserts nothing.

The trusts of the simulated league of 2016, in the same proportions, a fifth of the cells empty.
Convergence is not the question here: the chains are adapted briefly.
"""

from __future__ import annotations

import argparse
import resource
import time

import numpy as np

from openness.explain import explain_missing, worth
from openness.fitting import Settings
from openness.fitting.fit import fit
from openness.league import load_league
from openness.measures import read_measures
from openness.standing import stand
from openness.study.simulate import simulate_league
from openness.study.truth_of_2016 import UNITS_PER_GROUP, truth_of_2016


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=230)
    parser.add_argument("--draws", type=int, default=Settings().draws)
    asked = parser.parse_args()
    league = load_league("learning-from-mistakes-2016")
    factor = asked.units / sum(UNITS_PER_GROUP.values())
    groups = {group: round(count * factor) for group, count in UNITS_PER_GROUP.items()}
    rng = np.random.default_rng(3)
    simulated = simulate_league(league, groups, truth_of_2016(), rng, empty_share=0.2)
    measures = read_measures(simulated.measures, simulated.units, league)
    settings = Settings(draws=asked.draws, tune=150, target_accept=0.8)
    result = fit(league, measures, seed=1, settings=settings)
    standing = stand(result, draft=True)
    for attempt in ("first call, which compiles or loads the kernels", "second call"):
        start = time.perf_counter()
        found = worth(standing)
        table = found.table
        print(
            f"worth, {attempt}: {time.perf_counter() - start:.1f} s for {len(table):,} empty cells "
            f"of {len(measures.units):,} units, {found.about['draws']:,} draws"
        )
    start = time.perf_counter()
    own = explain_missing(standing, table.index[0][0]).table
    print(f"explain_missing: {time.perf_counter() - start:.1f} s for {len(own)} empty cells")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"peak memory of the process, fit included: {peak:.1f} GB")


if __name__ == "__main__":
    main()
