"""How often the nil-return detector blocks an honest league, and what it finds. Asserts nothing.

    python tests/benchmarks/bench_nil.py [LEAGUES]

Leagues of 230 trusts in the groups of 2016, with four measures each: counts of which the median
trust has 1,700, 360, 120 and 30, or shares of 0.9, 0.6, 0.3 and 0.1. Rates (of shares: odds) differ
between groups by a log sd of 0.4, and within them by the law that the row names. A trust's size is
log-normal (sd 0.6) and changes by some 10% from period to period. A history is of two earlier
periods, between which each trust's rates wobble by a gamma law. One row more is of the leagues that
the package simulates, with the parameters of 2016.

LEAGUES (200 unless given) leagues for each row of the first table, a quarter of that for each row
of the second, in which one trust, drawn at random, is altered in each measure. Last, where the real
tables are present, single answers of the staff survey of 2024 are altered.
"""

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import beta

from openness.league import League, load_league
from openness.measures import Measures, find_nil_returns, read_measures
from openness.study import simulate_league, truth_of_2016
from openness.study.truth_of_2016 import UNITS_PER_GROUP

SEED = 2016
ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("OPENNESS_DATA", ROOT.parent / "shared" / "data"))
PER_GROUP = np.array(list(UNITS_PER_GROUP.values()))
GROUPS = np.repeat(list(UNITS_PER_GROUP), PER_GROUP)
UNITS = pd.DataFrame({"name": "", "group": GROUPS}, [f"T{i:03d}" for i in range(len(GROUPS))])
IDS = ["m0", "m1", "m2", "m3"]
EVENTS = np.array([1700.0, 360.0, 120.0, 30.0])
ODDS = np.array([9.0, 1.5, 3 / 7, 1 / 9])
DAYS = 60_000
GROUP_SD, SIZE_SD, SIZE_CHANGE = 0.4, 0.6, 0.1
PARTIAL = 0.2


@dataclass(frozen=True)
class Kind:
    """One kind of honest league.

    Attributes
    ----------
    law : {"gamma", "log-normal", "Student"}
        Of the rates within a group; Student's t has 6 degrees of freedom, on the log scale.
    spread : float
        Coefficient of variation (gamma), or sd or scale of the logarithm.
    wobble : float
        Coefficient of variation between periods; 0 if there is no history.
    events : float
        By which the usual counts are multiplied.
    small_groups : float
        By which the spread is multiplied in the groups of 10 to 17 trusts.
    respondents : int
        Of the median trust, if the measures are shares; 0 if they are counts.
    """

    law: str
    spread: float
    wobble: float = 0.0
    events: float = 1.0
    small_groups: float = 1.0
    respondents: int = 0

    def __str__(self) -> str:
        words = [f"{self.law} {self.spread:g}"]
        words += [f"events x {self.events:g}"] * (self.events != 1)
        words += [f"small groups x {self.small_groups:g}"] * (self.small_groups != 1)
        words += [f"shares of {self.respondents}"] * (self.respondents > 0)
        words += [f"history, wobble {self.wobble:g}"] * (self.wobble > 0)
        return ", ".join(words)

    @property
    def league(self) -> League:
        family = "proportion" if self.respondents else "count"
        common = {"family": family, "domain": "all", "direction": "higher_is_better"}
        halves = [{"id": half, "label": half, "share": 0.5} for half in ("upper", "lower")]
        return League.model_validate(
            {
                "id": "bench",
                "title": "Bench",
                "unit": "trust",
                "unit_plural": "trusts",
                "groups": [{"id": group, "label": group} for group in UNITS_PER_GROUP],
                "domains": [{"id": "all", "label": "All"}],
                "indicators": [{"id": id, "label": id, **common} for id in IDS],
                "bands": {"rule": "shares", "levels": halves},
            }
        )

    def measures(self, rng: np.random.Generator) -> Measures:
        """Make an honest league."""
        rates = self._rates(rng)
        sizes = np.exp(rng.normal(0, SIZE_SD, (len(UNITS), 1)))
        periods = []
        for _ in range(3 if self.wobble else 1):
            size = sizes * np.exp(rng.normal(0, SIZE_CHANGE, rates.shape))
            now = rates * (_gamma(self.wobble, rates.shape, rng) if self.wobble else 1)
            if self.respondents:
                n = np.maximum(1, np.rint(self.respondents * size))
                value = rng.binomial(n.astype(int), ODDS * now / (1 + ODDS * now)) / n
            else:
                n = np.maximum(1, np.rint(DAYS * size))
                value = rng.poisson(n / DAYS * EVENTS * self.events * now).astype(float)
            periods.append((value, n))
        return _as_measures(periods)

    def _rates(self, rng: np.random.Generator) -> np.ndarray:
        shape = (len(UNITS), len(IDS))
        spread = np.full(len(PER_GROUP), self.spread)
        spread[PER_GROUP < 20] *= self.small_groups
        sd = np.repeat(spread, PER_GROUP)[:, None]
        between = rng.normal(0, GROUP_SD, (len(PER_GROUP), len(IDS)))
        if self.law == "gamma":
            within = _gamma(sd, shape, rng)
        else:
            student = self.law == "Student"
            within = np.exp(sd * (rng.standard_t(6, shape) if student else rng.normal(size=shape)))
        return within * np.exp(np.repeat(between, PER_GROUP, axis=0))


HONEST = [
    Kind("gamma", 0.2),
    Kind("gamma", 0.35),
    Kind("gamma", 0.7),
    Kind("gamma", 1.5),
    Kind("log-normal", 0.35),
    Kind("log-normal", 0.8),
    Kind("gamma", 0.35, events=0.02),
    Kind("gamma", 0.35, small_groups=2),
    Kind("log-normal", 0.35, respondents=400),
    Kind("log-normal", 0.8, respondents=60),
    Kind("gamma", 0.35, wobble=0.15),
    Kind("gamma", 0.7, wobble=0.3),
    Kind("log-normal", 0.35, wobble=0.15, small_groups=2),
    Kind("gamma", 0.25, small_groups=4),
]
BEYOND = [Kind("Student", 0.3)]
POWER = [
    Kind("log-normal", 0.2),
    Kind("log-normal", 0.2, wobble=0.1),
    Kind("log-normal", 0.35),
    Kind("log-normal", 0.35, wobble=0.1),
    Kind("log-normal", 0.35, wobble=0.2),
    Kind("log-normal", 0.7),
    Kind("log-normal", 0.7, wobble=0.1),
    Kind("log-normal", 0.35, respondents=400),
    Kind("log-normal", 0.35, respondents=400, wobble=0.1),
]


def _gamma(cv: np.ndarray | float, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    return rng.gamma(1 / cv**2, cv**2, shape)


def _as_measures(periods: list[tuple[np.ndarray, np.ndarray]]) -> Measures:
    """Lay the last of the periods out as cells, and those before it as history."""
    *past, now = (
        pd.DataFrame(
            {
                "unit": np.repeat(UNITS.index, len(IDS)),
                "indicator": np.tile(IDS, len(UNITS)),
                "period": str(period),
                "value": value.ravel(),
                "denominator": n.ravel(),
            }
        )
        for period, (value, n) in enumerate(periods)
    )
    blank = {"label": "", "note": "", "status": "observed", "se": np.nan}
    measures = Measures(UNITS, now.drop(columns="period").assign(**blank, denominator_filled=False))
    return replace(measures, history=pd.concat(past)) if past else measures


def _altered(
    measures: Measures, left: float, rng: np.random.Generator
) -> tuple[Measures, list[tuple[str, str]]]:
    """Leave, in each measure, one trust this share of its events."""
    chosen = list(zip(rng.choice(UNITS.index, len(IDS)), IDS, strict=True))
    cells = measures.cells.set_index(["unit", "indicator"])
    kept = cells.loc[chosen, "value"] * left
    cells.loc[chosen, "value"] = kept.round() if (cells["value"] > 1).any() else kept
    return replace(measures, cells=cells.reset_index()), chosen


def _blocked(kind: Kind | None, seed: int, leagues: int) -> int:
    """Count honest leagues that are blocked; those of no kind are the package's own."""
    rng = np.random.default_rng([SEED, seed])
    league = kind.league if kind else load_league("learning-from-mistakes-2016")
    count = 0
    for _ in range(leagues):
        measures = kind.measures(rng) if kind else _simulated(league, rng)
        count += len(find_nil_returns(measures, league)) > 0
    return count


def _simulated(league: League, rng: np.random.Generator) -> Measures:
    made = simulate_league(league, UNITS_PER_GROUP, truth_of_2016(), rng)
    return read_measures(made.measures, made.units, league)


def _found(kind: Kind, seed: int, leagues: int) -> np.ndarray:
    """Count what is found of nil and of partial returns, shape (2, measures)."""
    rng, league = np.random.default_rng([SEED, seed]), kind.league
    hits = np.zeros((2, len(IDS)), dtype=int)
    for _ in range(leagues):
        honest = kind.measures(rng)
        for row, left in enumerate((0.0, PARTIAL)):
            measures, chosen = _altered(honest, left, rng)
            found = find_nil_returns(measures, league).index
            hits[row] += [key in found for key in chosen]
    return hits


def _found_in_survey(folder: Path, history: bool) -> tuple[int, int, int]:
    """Count nil returns found, partial returns found and answers tried, in the survey of 2024."""
    common = Kind("log-normal", 0, respondents=1).league
    ids = pd.read_csv(folder / "measures.csv")["indicator"].unique()
    questions = tuple(common.indicators[0].model_copy(update={"id": id}) for id in ids)
    league = common.model_copy(update={"indicators": questions})
    measures = read_measures(folder / "measures.csv", folder / "units.csv", league, period="2024")
    if not history:
        measures = replace(measures, history=measures.history.iloc[:0])
    hits = {0.0: 0, PARTIAL: 0}
    positions = measures.observed.index[::37]
    for position in positions:
        key = tuple(measures.cells.loc[position, ["unit", "indicator"]])
        for left in hits:
            cells = measures.cells.copy()
            cells.loc[position, "value"] *= left
            hits[left] += key in find_nil_returns(replace(measures, cells=cells), league).index
    return hits[0.0], hits[PARTIAL], len(positions)


def _interval(hits: int, n: int) -> str:
    """Share, and its exact 95% interval (Clopper and Pearson 1934)."""
    low = beta.ppf(0.025, hits, n - hits + 1) if hits else 0.0
    high = beta.ppf(0.975, hits + 1, n - hits)
    return f"{hits:5d} of {n:,}: {hits / n:.4f} ({low:.4f} to {high:.4f})"


def main() -> None:
    leagues = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    trials = max(1, leagues // 4)
    start = time.perf_counter()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        kinds = [*HONEST, None, *BEYOND]
        honest = [pool.submit(_blocked, kind, i, leagues) for i, kind in enumerate(kinds)]
        power = [pool.submit(_found, kind, 100 + i, trials) for i, kind in enumerate(POWER)]
        survey = DATA / "staff-survey-2021-2024"
        real = [pool.submit(_found_in_survey, survey, history) for history in (False, True)]
        print("Honest leagues that are blocked, with 95% Monte Carlo intervals\n")
        names = [
            *map(str, HONEST),
            "learning-from-mistakes-2016, as simulated",
            *(f"[beyond] {kind}" for kind in BEYOND),
        ]
        for name, job in zip(names, honest, strict=True):
            print(f"{name:60s} {_interval(job.result(), leagues)}", flush=True)
        promised = [job.result() for job in honest[: len(HONEST) + 1]]
        print(f"{'all but those beyond':60s} {_interval(sum(promised), leagues * len(promised))}")

        error = np.sqrt(0.25 / trials)
        print(f"\nReturns that are found, in % (Monte Carlo error at most {100 * error:.0f})\n")
        print(f"{'':56s} {'nil':^24s} {'80% partial':^24s}")
        print(f"{'':56s}" + f"{'1,700':>7s}{'360':>6s}{'120':>6s}{'30':>6s}" * 2)
        for kind, job in zip(POWER, power, strict=True):
            shares = np.rint(100 * job.result() / trials).astype(int).ravel()
            print(f"{kind!s:56s} " + "".join(f"{share:6d}" for share in shares), flush=True)
        shares = ", ".join(f"{odds / (1 + odds):g}" for odds in ODDS)
        print(f"\nRows of shares: the columns are shares of {shares}.")
        if survey.is_dir():
            print("\nSingle answers of the staff survey of 2024, altered and found\n")
            for words, job in zip(("without history", "with three years"), real, strict=True):
                nil, partial, tried = job.result()
                print(f"{words}: nil {nil} of {tried}, 80% partial {partial} of {tried}")
    print(f"\n{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
