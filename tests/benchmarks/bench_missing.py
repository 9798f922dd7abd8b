"""Who keeps a trust in its place when most of its cells are lost. Asserts nothing.

A share of the observed cells of a random half of the units is deleted (`not_collected`), again and
again. The model and three means of z-scores rank all units of what is left, and the units that
lost cells are compared:

- in the table itself, with where the same method puts them from all cells;
- in a twin of the table, simulated from parameters at the posterior means of its fit, anew for each
  mask, with where they are in truth.

Of the model two ranks are shown: the posterior median, which a ranking prints ("31 (12 to 64)"),
and the place in the order of expected ranks, in which it is sorted. Its intervals are held against
the draws of the rank from all cells: with right intervals, 95% of those draws lie in the 95%
interval of what is left. (The median of the draws lies in it more often, and says less.) In the
twin they are held against the true rank.

All methods weigh the measures as the league declares, and are compared on the same units: those
with a cell left. The table of 2024 where it is present, else the simulated league of 2016; or, with
`--table`, a year of the survey of acute trusts, or 2024 of the staff survey, whose league is the
survey part of that of 2024.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from bench_command import ROOT, evidence
from scipy.stats import rankdata, spearmanr

import openness
from openness.fitting import Fit, Settings, scores
from openness.league import League
from openness.measures import Measures
from openness.naive import Method, mean_available_z, mean_fill, multiple_imputation, zero_fill
from openness.ranking import equal_tailed, expected_rank, median_rank, rank_draws
from openness.study import simulate_twin, true_score, truth_of_fit

DATA = Path(os.environ.get("OPENNESS_DATA", ROOT.parent / "shared" / "data"))

LIGHT = Settings(chains=2, draws=600, tune=400, target_accept=0.95)
"""Enough for ranks: a score has an R-hat near 1.00, which is printed, but too few for the gate."""

PRINTED, SORTED = "model, median rank", "model, order"
NAIVE: dict[str, Method] = {
    "mean of available z": mean_available_z,
    "mean fill": mean_fill,
    "multiple imputation": multiple_imputation,
    "zero fill": zero_fill,
}
INTERVAL = 0.95


@dataclass(frozen=True)
class Placed:
    """Ranks of all units by every method; by the model also draws of them, (S, n)."""

    ranks: dict[str, np.ndarray]
    draws: np.ndarray
    rhat: float
    divergences: int


def place(measures: Measures, league: League, seed: int) -> tuple[Placed, Fit]:
    fit = openness.fit(league, measures, seed=seed, settings=LIGHT)
    draws = rank_draws(scores(fit).to_numpy())
    ranks = {PRINTED: median_rank(draws), SORTED: rankdata(expected_rank(draws))}
    ranks |= {name: rank(measures, league).table["rank"].to_numpy() for name, rank in NAIVE.items()}
    rhat = float(fit.diagnostics.table["rhat"].max())
    return Placed(ranks, draws, rhat, fit.diagnostics.divergences), fit


def choose_cells(
    measures: Measures, league: League, share: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Which units lose cells, (n,), and which rows of the cells are lost."""
    units = measures.units.index
    chosen = np.zeros(len(units), dtype=bool)
    chosen[rng.choice(len(units), len(units) // 2, replace=False)] = True
    cells = measures.cells
    scored = [indicator.id for indicator in league.scored]
    open_to_loss = np.flatnonzero(
        (cells["status"] == "observed")
        & cells["indicator"].isin(scored)
        & cells["unit"].isin(units[chosen])
    )
    lost = rng.choice(open_to_loss, round(share * len(open_to_loss)), replace=False)
    return chosen, lost


def without(measures: Measures, lost: np.ndarray) -> Measures:
    cells = measures.cells.copy()
    cells.iloc[lost, cells.columns.get_loc("status")] = "not_collected"
    return replace(measures, cells=cells)


def compare(placed: Placed, reference: dict[str, np.ndarray], chosen: np.ndarray) -> pd.DataFrame:
    """Rank correlation and median shift of the chosen units that every method ranks."""
    ranked = chosen & np.all([np.isfinite(ranks) for ranks in placed.ranks.values()], axis=0)
    rows = {
        name: {
            "spearman": float(spearmanr(ranks[ranked], reference[name][ranked]).statistic),
            "shift": float(np.median(np.abs(ranks - reference[name])[ranked])),
            "units": int(ranked.sum()),
        }
        for name, ranks in placed.ranks.items()
    }
    return pd.DataFrame(rows).T


def covered(draws: np.ndarray, ranks: np.ndarray, chosen: np.ndarray) -> float:
    """Share of `ranks` (S, n) in the intervals of `draws`, over the chosen units."""
    lower, upper = equal_tailed(draws, INTERVAL)
    return float(((lower <= ranks) & (ranks <= upper))[:, chosen].mean())


def estimate(values: np.ndarray) -> tuple[float, float]:
    """Mean over masks and its Monte Carlo error."""
    error = values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else np.nan
    return float(values.mean()), float(error)


def report(words: str, results: list[pd.DataFrame]) -> None:
    print(f"\n{words} ({results[0]['units'].iloc[0]:.0f} units a mask)")
    print("                         rank correlation      median shift of rank")
    if not results:
        return
    figures = np.array([result[["spearman", "shift"]].to_numpy() for result in results])
    names = list(results[0].index)
    for m, name in enumerate(names):
        (rho, rho_error), (shift, shift_error) = (estimate(figures[:, m, f]) for f in (0, 1))
        print(f"{name:<24} {rho:7.3f} +- {rho_error:.3f}   {shift:10.1f} +- {shift_error:.1f}")
    for m, name in enumerate(names[2:], start=2):
        better = (figures[:, 0] - figures[:, m]) * [1, -1]
        (rho, rho_error), (shift, shift_error) = (estimate(better[:, f]) for f in (0, 1))
        print(
            f"{PRINTED} better than {name} by {rho:+.3f} +- {rho_error:.3f} and by "
            f"{shift:+.1f} +- {shift_error:.1f} ranks, on the same masks"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--masks", type=int, default=20)
    parser.add_argument("--share", type=float, default=0.6)
    parser.add_argument("--seed", type=int, default=2024)
    parser.add_argument("--table", help="2015 to 2019, or staff-survey; that of 2024 by default")
    parser.add_argument("--no-twin", action="store_true", help="leave the simulated twin out")
    arguments = parser.parse_args()
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch:
        league, table = read(arguments.table, Path(scratch))
    name = league.id
    full, fit = place(table, league, arguments.seed)
    truth = truth_of_fit(fit)
    print(
        f"{name}: {len(table.units)} units; {arguments.share:.0%} of the cells of half of them "
        f"deleted\nall cells: R-hat at most {full.rhat:.3f}, {full.divergences} divergences, "
        f"{time.perf_counter() - start:.0f} s",
        flush=True,
    )
    own, true, intervals, true_intervals = [], [], [], []
    streams = np.random.SeedSequence(arguments.seed).spawn(arguments.masks)
    for number, stream in enumerate(streams, start=1):
        rng = np.random.default_rng(stream)
        chosen, lost = choose_cells(table, league, arguments.share, rng)
        left, _ = place(without(table, lost), league, arguments.seed + number)
        own.append(compare(left, full.ranks, chosen & has_cells(without(table, lost), league)))
        intervals.append(covered(left.draws, full.draws, chosen))
        print(
            f"mask {number}/{arguments.masks}, {time.perf_counter() - start:.0f} s: R-hat "
            f"{left.rhat:.3f}, divergences {left.divergences}, in the interval {intervals[-1]:.3f}",
            flush=True,
        )
        if arguments.no_twin:
            continue
        twin = simulate_twin(table, league, truth, rng)
        twin_table = openness.read_measures(twin.measures, twin.units, league)
        true_rank = rankdata(-true_score(twin).to_numpy())
        # The twin has the same cells in the same order, so the same rows are lost.
        twin_left, _ = place(without(twin_table, lost), league, arguments.seed + number)
        true.append(compare(twin_left, dict.fromkeys(twin_left.ranks, true_rank), chosen))
        true_intervals.append(covered(twin_left.draws, true_rank[None], chosen))
    report("Against where the same method puts them from all cells", own)
    mean, error = estimate(np.array(intervals))
    print(f"In the {INTERVAL:.0%} intervals: {mean:.1%} +- {error:.1%} of the draws from all cells")
    if true:
        report("In the twin, against the truth", true)
        mean, error = estimate(np.array(true_intervals))
        print(f"In the {INTERVAL:.0%} intervals: {mean:.1%} +- {error:.1%} of the true ranks")


def read(table: str | None, scratch: Path) -> tuple[League, Measures]:
    """Return a league and its table."""
    if table is None:
        measures, units, name = evidence(scratch)
        league = openness.load_league(name)
        return league, openness.read_measures(measures, units, league)
    if table != "staff-survey":
        folder, league = DATA / "freedom-to-speak-up-2015-2019", "freedom-to-speak-up"
        definition = openness.load_league(league)
        files = folder / f"measures-{table}.csv", folder / "units.csv"
        return definition, openness.read_measures(*files, definition)
    folder = DATA / "staff-survey-2021-2024"
    values = pd.read_csv(folder / "measures.csv", dtype=str, keep_default_na=False)
    units = pd.read_csv(folder / "units.csv", dtype=str, keep_default_na=False)
    league = survey_league(set(values["indicator"]), set(units["group"]))
    return league, openness.read_measures(values, units, league, period="2024")


def survey_league(measures: set[str], groups: set[str]) -> League:
    """The survey part of the league of 2024, of what a table holds."""
    settings = openness.load_league("openness-2024").model_dump()
    settings["indicators"] = [
        indicator | {"facet": None}
        for indicator in settings["indicators"]
        if indicator["id"] in measures and indicator["domain"] == "survey"
    ]
    settings["groups"] = [group for group in settings["groups"] if group["id"] in groups]
    settings |= {"id": "staff-survey", "facets": [], "guards": {}}
    settings["score"] = {"of": "measures", "weights": "equal_measures"}
    return openness.load_league(settings)


def has_cells(measures: Measures, league: League) -> np.ndarray:
    """Whether a unit has a scored cell left, (n,)."""
    scored = [indicator.id for indicator in league.scored]
    return (measures.grid("status", tuple(scored)) == "observed").any(axis=1)


if __name__ == "__main__":
    main()
