"""How often intervals of missing shares hold the truth, and what they cost. Asserts nothing.

Leagues of 230 units with 10 cells each. A unit's cells go missing in blocks, with a probability
that depends on its true score or does not. The draws of the scores are those of a normal model
with a given reliability, which knows nothing of what is missing.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass

import numpy as np
import pandas as pd

from openness.league import load_league
from openness.ranking import (
    missing_share_interval,
    missing_shares,
    missingness_table,
    score_classes,
)
from openness.study.truth_of_2016 import UNITS_PER_GROUP

UNITS, CELLS, DRAWS = 230, 10, 400


@dataclass(frozen=True)
class World:
    """How cells go missing, and how well the scores are known."""

    words: str
    share: float = 0.05
    slope: float = 0.0
    together: int = 1
    reliability: float = 0.75


WORLDS = [
    World("whatever the score"),
    World("whatever the score, five cells at a time", together=5),
    World("whatever the score, rarely", share=0.01),
    World("more at low scores", slope=-0.7),
    World("more at low scores, five cells at a time", slope=-0.7, together=5),
    World("more at low scores, which are well known", slope=-0.7, reliability=0.9),
    World("more at low scores, which are hardly known", slope=-0.7, reliability=0.5),
]


def one_league(world: World, rng: np.random.Generator) -> tuple[float, bool, bool, float]:
    """Share of fifths held, whether their difference is held, whether it is told from 0, and it."""
    truth = rng.normal(size=UNITS)
    odds = np.log(world.share / (1 - world.share)) + world.slope * truth
    p = 1 / (1 + np.exp(-odds))
    missing = rng.binomial(CELLS // world.together, p) * world.together
    known = world.reliability
    estimate = known * truth + np.sqrt(known * (1 - known)) * rng.normal(size=UNITS)
    draws = estimate + np.sqrt(1 - known) * rng.normal(size=(DRAWS, UNITS))
    shares = missing_shares(
        score_classes(draws), np.full(UNITS, CELLS), missing[:, None], rng, count=5
    )
    fifth = score_classes(truth[None])[0]
    true = np.array([p[fifth == each].mean() for each in range(5)])
    lower, upper = missing_share_interval(shares, 0.95)
    low, high = np.quantile(shares.draws[:, 4, 0] - shares.draws[:, 0, 0], [0.025, 0.975])
    held = (lower[:, 0] <= true) & (true <= upper[:, 0])
    found = np.diff((shares.missing[:, 0] / shares.cells)[[0, 4]])[0]
    return held.mean(), low <= true[4] - true[0] <= high, low > 0 or high < 0, found


def print_coverage(leagues: int) -> None:
    print(f"95% intervals, {leagues} simulated leagues of {UNITS} units and {CELLS} cells each")
    print("cells go missing                              fifths   lowest less highest:   told")
    print("                                                held   held   found   true   from 0")
    for world in WORLDS:
        rng = np.random.default_rng(20)
        held, difference, told, found = np.mean(
            [one_league(world, rng) for _ in range(leagues)], axis=0
        )
        truth = true_difference(world)
        print(
            f"{world.words:<44} {held:>7.3f} {difference:>6.3f} {found:>7.3f} {truth:>6.3f} "
            f"{told:>8.3f}"
        )


def true_difference(world: World) -> float:
    theta = np.sort(np.random.default_rng(1).normal(size=1_000_000))
    p = 1 / (1 + np.exp(-(np.log(world.share / (1 - world.share)) + world.slope * theta)))
    return float(p[:200_000].mean() - p[-200_000:].mean())


def print_times() -> None:
    league = load_league("learning-from-mistakes-2016")
    rng = np.random.default_rng(1)
    print("\ntable of 4,000 draws and five reasons")
    for units in (230, 5_000):
        draws = rng.normal(size=(4_000, units)).astype(np.float32)
        counts = pd.DataFrame({f"reason{i}": rng.binomial(2, 0.05, units) for i in range(5)})
        counts = counts.rename(columns={"reason0": "any"}).assign(applicable=10)
        frame = pd.DataFrame({"group": rng.choice(list(UNITS_PER_GROUP), units)})
        start = time.perf_counter()
        missingness_table(draws, counts, frame, league, rng)
        print(f"{units:>7,} units  {time.perf_counter() - start:6.2f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leagues", type=int, default=400)
    print_coverage(parser.parse_args().leagues)
    print_times()


if __name__ == "__main__":
    main()
