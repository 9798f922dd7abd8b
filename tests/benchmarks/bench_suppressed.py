"""What it is worth to know that a suppressed count is small. Asserts nothing.

Simulated leagues of 150 units: four counts of about six events each, two survey shares and a score.
The source withholds a count below 5 and prints how large the unit is. Each league is fitted

* censored: the count is known to lie from 0 to 4;
* dropped: the cell is left out;
* in full: the count itself, before it was withheld, with its exact likelihood: the ceiling.

A count below 5 is rather one of a unit that is not open, so dropping it is not neutral. Printed for
the units with a withheld count: root mean squared error and bias of the score in sds of openness,
mean error of the median rank in places, how often the 95% interval of the score holds the truth,
and its width. The differences are paired by league; Monte Carlo errors are of the leagues.

    .venv/bin/python tests/benchmarks/bench_suppressed.py 20
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from openness.fitting import Fit, Settings, scores
from openness.fitting.fit import fit
from openness.league import League
from openness.measures import read_measures
from openness.ranking import rank_draws
from openness.study import SimulatedLeague, Sizes, draw_truth, simulate_league
from openness.study.truth import Truth

UNITS = 150
LIMIT = 5
COUNTS = ("falls", "sores", "errors", "losses")
EVENTS = 6.0
SPREAD = 0.6
SIZE = Sizes(200, 0.5)
SETTINGS = Settings(chains=2, draws=800, tune=500, target_accept=0.9)
MEASURED = ("rmse", "bias", "rank error", "95% hold", "width")


def league(**counted: Any) -> League:
    """A league of three sources; `counted` is said of each of the counts."""
    indicators = [
        *({"id": name, "family": "count", "domain": "incidents", **counted} for name in COUNTS),
        {"id": "fair", "family": "proportion", "domain": "survey"},
        {"id": "heard", "family": "proportion", "domain": "survey"},
        {"id": "board", "family": "score", "domain": "board"},
    ]
    return League.model_validate(
        {
            "id": "suppressed",
            "title": "Suppressed",
            "unit": "unit",
            "unit_plural": "units",
            "groups": [{"id": "all", "label": "All"}],
            "domains": [{"id": d, "label": d} for d in ("incidents", "survey", "board")],
            "indicators": [
                {"label": i["id"], "direction": "higher_is_better", **i} for i in indicators
            ],
            "bands": {
                "rule": "shares",
                "levels": [
                    {"id": "upper", "label": "Upper", "share": 0.5},
                    {"id": "lower", "label": "Lower", "share": 0.5},
                ],
            },
        }
    )


READINGS = {
    "censored": league(suppressed=[0, LIMIT - 1]),
    "dropped": league(),
    "in full": league(likelihood="exact"),
}


def simulated_leagues(n: int, seed: int) -> Iterator[SimulatedLeague]:
    for sequence in np.random.SeedSequence(seed).spawn(n):
        rng = np.random.default_rng(sequence)
        definition = READINGS["in full"]
        drawn = draw_truth(definition, rng, communality=(14, 6), coherence=(14, 6))
        yield simulate_league(definition, {"all": UNITS}, _small(drawn), rng, exposure=SIZE)


def withheld(table: pd.DataFrame) -> np.ndarray:
    """Which rows of a table of measures the source does not print."""
    counts = table["indicator"].isin(COUNTS)
    return (counts & (pd.to_numeric(table["value"].where(counts)) < LIMIT)).to_numpy()


def read_as(reading: str, simulated: SimulatedLeague, *, seed: int = 1) -> Fit:
    """Fit a simulated league as `READINGS` says; only "in full" sees what is withheld."""
    table = simulated.measures.copy()
    hidden = withheld(table)
    if reading == "in full":
        # Some are zeros, which are true here.
        table.loc[hidden, "note"] = "confirmed: as simulated"
    else:
        table.loc[hidden, "value"] = np.nan
        table.loc[hidden, "status"] = "suppressed"
    definition = READINGS[reading]
    measures = read_measures(table, simulated.units, definition)
    return fit(definition, measures, seed=seed, settings=SETTINGS)


def measure(result: Fit, simulated: SimulatedLeague, affected: np.ndarray) -> dict[str, float]:
    """How near the affected units come to the truth; names as in `MEASURED`."""
    draws = scores(result).transpose("sample", "unit").to_numpy()
    truth = simulated.factor.to_numpy()
    error = (draws.mean(axis=0) - truth)[affected]
    lower, upper = np.quantile(draws, [0.025, 0.975], axis=0)
    held = (lower <= truth) & (truth <= upper)
    places = np.median(rank_draws(draws), axis=0) - rank_draws(truth[None])[0]
    return {
        "rmse": float(np.sqrt((error**2).mean())),
        "bias": float(error.mean()),
        "rank error": float(np.abs(places[affected]).mean()),
        "95% hold": float(held[affected].mean()),
        "width": float((upper - lower)[affected].mean()),
    }


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 6
    found: dict[str, list[dict[str, float]]] = {reading: [] for reading in READINGS}
    shares, began = [], time.perf_counter()
    for number, simulated in enumerate(simulated_leagues(n, seed=5), start=1):
        hidden = withheld(simulated.measures)
        units = simulated.measures.loc[hidden, "unit"].unique()
        affected = simulated.factor.index.isin(units)
        cells = hidden.sum() / simulated.measures["indicator"].isin(COUNTS).sum()
        shares.append((cells, affected.mean()))
        for reading in READINGS:
            result = read_as(reading, simulated)
            found[reading].append(measure(result, simulated, affected))
            print(
                f"league {number}, {reading:>8}: rmse {found[reading][-1]['rmse']:.3f}; "
                f"{result.diagnostics.summary()}",
                flush=True,
            )
    cells, units = np.mean(shares, axis=0)
    print(
        f"{n} leagues of {UNITS} units in {time.perf_counter() - began:.0f} s; {cells:.0%} of the "
        f"counts are withheld, and {units:.0%} of the units have one"
    )
    tables = {reading: pd.DataFrame(rows)[list(MEASURED)] for reading, rows in found.items()}
    for reading, table in tables.items():
        print(f"{reading:>22}: {_line(table)}")
    for reading in ("censored", "in full"):
        print(f"{reading:>8} less dropped: {_line(tables[reading] - tables['dropped'])}")


def _small(truth: Truth) -> Truth:
    """The truth with counts of few events."""
    intercept, spread = truth.intercept.copy(), truth.spread.copy()
    intercept[list(COUNTS)] = np.log(EVENTS / SIZE.median)
    spread[list(COUNTS)] = SPREAD
    return replace(truth, intercept=intercept, spread=spread)


def _line(table: pd.DataFrame) -> str:
    """Means over leagues with their Monte Carlo errors."""
    mean, error = table.mean(), table.std(ddof=1) / np.sqrt(len(table))
    return ", ".join(f"{name} {mean[name]:+.3f} ({error[name]:.3f})" for name in table)


if __name__ == "__main__":
    main()
