"""How often do the guards cry wolf, and what do they find? Prints; asserts nothing.

Honest leagues are simulated from the model: four survey shares with common respondents, two counts
and a lone score; communalities and coherences from Beta(6, 6), as most lie between .2 and .8; two
types, two thirds and one third of the units; one cell in twenty empty. A false alarm is a league in
which any guard stops or warns. Then each fault is planted in such leagues, and the table says which
guards stopped or warned, in how many.

    python tests/benchmarks/bench_guards.py [LEAGUES] [TRIALS] [UNITS]

One compilation serves all leagues of one shape; a source that is split needs a second one.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable

import numpy as np
import pandas as pd

import openness
from openness.fitting import Fit, Settings
from openness.fitting.again import ReusableModel, compile_for_refits, refit_with_data
from openness.guards import GUARDS, findings
from openness.league import League
from openness.measures import Measures, read_measures
from openness.model.cells import make_cells
from openness.study import draw_truth

SETTINGS = Settings(chains=2, draws=400, tune=300, target_accept=0.9, cores=1)
HONEST = (6, 6)
ITEMS = ("heard", "safe", "fair", "valued")
LONE = "audit"

Fault = Callable[[pd.DataFrame, np.random.Generator], pd.DataFrame]


def league_of(*, split: bool = False) -> League:
    share = {"family": "proportion", "direction": "higher_is_better"}
    count = {"family": "count", "direction": "higher_is_better", "domain": "incidents"}
    items = [
        {"id": item, **share, "domain": "pulse" if split and at > 1 else "survey"}
        for at, item in enumerate(ITEMS)
    ]
    domains = ["survey", *(["pulse"] if split else []), "incidents", LONE]
    indicators = [
        *items,
        {"id": "reported", **count},
        {"id": "near_misses", **count},
        {"id": LONE, "family": "score", "direction": "higher_is_better", "domain": LONE},
    ]
    return League.model_validate(
        {
            "id": "guarded",
            "title": "A guarded league",
            "unit": "school",
            "unit_plural": "schools",
            "groups": [{"id": "town", "label": "Town"}, {"id": "country", "label": "Country"}],
            "domains": [
                {"id": d, "label": d, "error_correlation": 0.3 if d in ("survey", "pulse") else 0}
                for d in domains
            ],
            "indicators": [{"label": i["id"], **i} for i in indicators],
            "bands": {
                "rule": "shares",
                "levels": [
                    {"id": "upper", "label": "Upper", "share": 0.5},
                    {"id": "lower", "label": "Lower", "share": 0.5},
                ],
            },
        }
    )


def simulated(
    seed: int, n: int, *, coherence: tuple[float, float] = HONEST, league: League | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    league = league or league_of()
    units = {"town": n - n // 3, "country": n // 3}
    rng = np.random.default_rng([seed, n])
    truth = draw_truth(
        league, rng, units_per_group=units, communality=HONEST, coherence=coherence,
        group_sd=0.5, shift_sd=0.3,
    )  # fmt: skip
    made = openness.simulate_league(league, units, truth, rng, empty_share=0.05)
    return made.measures, made.units


def _rows(table: pd.DataFrame, *ids: str) -> pd.Series:
    return table["indicator"].isin(ids) & (table["status"] == "observed")


def honest(table: pd.DataFrame, _rng: np.random.Generator) -> pd.DataFrame:
    return table


def near_copy(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The second item is the first, with another half percentage point of noise."""
    table = table.copy()
    source = table[table["indicator"] == ITEMS[0]].set_index("unit")["value"].astype(float)
    rows = _rows(table, ITEMS[1])
    copied = table.loc[rows, "unit"].map(source)
    noise = rng.normal(0, 0.005, rows.sum())
    table.loc[rows, "value"] = np.clip(copied + noise, 0.001, 0.999)
    gone = rows & table["value"].isna()
    table.loc[gone, ["denominator", "se"]] = np.nan
    table.loc[gone, "status"] = "not_returned"
    return table


def reversed_measure(table: pd.DataFrame, _rng: np.random.Generator) -> pd.DataFrame:
    table, rows = table.copy(), _rows(table, ITEMS[0])
    table.loc[rows, "value"] = 1 - table.loc[rows, "value"].astype(float)
    return table


def reversed_lone_source(table: pd.DataFrame, _rng: np.random.Generator) -> pd.DataFrame:
    table, rows = table.copy(), _rows(table, LONE)
    table.loc[rows, "value"] = -table.loc[rows, "value"].astype(float)
    return table


def silent_source(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    table, rows = table.copy(), _rows(table, "reported", "near_misses")
    size = table.loc[rows, "denominator"].astype(float)
    table.loc[rows, "value"] = rng.poisson(0.001 * size).astype(float)
    return table


def unrelated_source(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The counts of each unit are those of another."""
    table = table.copy()
    units = table["unit"].unique()
    other = dict(zip(units, rng.permutation(units), strict=True))
    what = ["value", "denominator", "se", "status", "note"]
    for count in ("reported", "near_misses"):
        rows = table["indicator"] == count
        given = table[rows].set_index("unit")[what]
        table.loc[rows, what] = given.loc[table.loc[rows, "unit"].map(other)].to_numpy()
    return table


def mistyped_cell(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    table = table.copy()
    position = rng.choice(np.flatnonzero(_rows(table, ITEMS[2])))
    table.loc[position, "value"] = 0.999
    return table


def constant_measure(table: pd.DataFrame, _rng: np.random.Generator) -> pd.DataFrame:
    table, rows = table.copy(), _rows(table, LONE)
    table.loc[rows, "value"] = 6.0
    return table


FAULTS: dict[str, Fault] = {
    "near copy": near_copy,
    "reversed measure": reversed_measure,
    "reversed lone source": reversed_lone_source,
    "silent source": silent_source,
    "unrelated source": unrelated_source,
    "mistyped cell": mistyped_cell,
    "constant measure": constant_measure,
}


class Bench:
    """Leagues of one shape, compiled when the first is fitted."""

    def __init__(self, league: League, n: int) -> None:
        self.league, self.n = league, n
        self._model: ReusableModel | None = None

    def alarms(self, fault: Fault, seed: int, *, split: bool = False) -> list[str]:
        """Names of the guards that stop or warn, each once."""
        # A split source is drawn as one, and surely says something that the others do not.
        table, units = simulated(seed, self.n, coherence=(4, 8) if split else HONEST)
        table = fault(table, np.random.default_rng([seed, 1]))
        measures = read_measures(table, units, self.league)
        fit = self._fit(measures, seed)
        grave = [finding for finding in findings(fit) if finding.severity != "notes"]
        if fault is honest and not split:
            for finding in grave:
                print(f"  league {seed}: {finding.name}: {finding.sentence}", flush=True)
        return sorted({finding.name for finding in grave})

    def _fit(self, measures: Measures, seed: int) -> Fit:
        if self._model is None:
            self._model = compile_for_refits(self.league, make_cells(self.league, measures))
        return refit_with_data(
            self._model, self.league, measures, seed=seed, settings=SETTINGS, lean=True
        )


def main() -> None:
    leagues, trials, n = (
        int(sys.argv[at]) if len(sys.argv) > at else default
        for at, default in ((1, 200), (2, 20), (3, 90))
    )
    start = time.perf_counter()
    bench = Bench(league_of(), n)
    print(f"{leagues} honest leagues of {n} units and 7 measures of 3 sources:", flush=True)
    fired = [bench.alarms(honest, seed) for seed in range(leagues)]
    false = sum(bool(names) for names in fired)
    print(f"false alarms: {false} of {leagues} ({false / leagues:.3f})")
    print(f"by guard: {dict(Counter(name for names in fired for name in names))}")
    seconds = time.perf_counter() - start
    print(f"{seconds:.0f} s\n\nPlanted faults: guards that stopped or warned, of {trials}\n")

    names = [name for name in GUARDS if name not in ("types", "prior", "shares")]
    print(f"{'':22s}" + "".join(f"{name:>15s}" for name in (*names, "any")))
    splitting = Bench(league_of(split=True), n)
    for words, fault in {**FAULTS, "split source": honest}.items():
        split = fault is honest
        where = splitting if split else bench
        count: Counter[str] = Counter()
        for seed in range(1000, 1000 + trials):
            found = where.alarms(fault, seed, split=split)
            count.update([*found, *(["any"] if found else [])])
        print(
            f"{words:22s}" + "".join(f"{count[name]:15d}" for name in (*names, "any")), flush=True
        )
    print(f"\n{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
