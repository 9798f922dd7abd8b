"""Does `openness explain --missing` say what a refit would? Refits a small league; prints.

A simulated league of 60 trusts, a fifth of the cells empty. A few empty cells are filled with their
predicted value, their 5th and 95th percentile, and a zero, and the league is fitted again each
time. Beside the refit stand the two readings that need none: with the draws of the hyperparameters
weighted by how well they foretold the value, which is what `openness.explain_missing` reports, and
with all draws counted the same.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pandas as pd

from openness.explain.at_unit import at_unit
from openness.explain.field import Field, absent_cells, open_field
from openness.explain.learn import Updated, effective_share
from openness.explain.missing import QUANTILES
from openness.explain.predictive import PredictiveCell, cut_points
from openness.families import family_of
from openness.fitting import Fit
from openness.fitting.fit import fit
from openness.league import load_league
from openness.measures import Measures, read_measures
from openness.model.returns import nil_return, typical_errors
from openness.ranking.ranks import weighted_interval
from openness.standing import stand
from openness.study import SimulatedLeague, simulate_league, truth_of_2016

UNITS = {"acute": 30, "acute_specialist": 6, "mental_health": 14, "community": 5, "ambulance": 5}
INDICATORS = ("low_harm_reported", "told_of_changes", "inspection_rating")
SEED = 1


def fill(simulated: SimulatedLeague, unit: str, indicator: str, value: object) -> Measures:
    """The measures with one empty cell filled by a return of the indicator's median size."""
    table = simulated.measures.copy()
    of_indicator = table["indicator"] == indicator
    cell = of_indicator & (table["unit"] == unit)
    table["value"] = table["value"].astype(object)
    table.loc[cell, "value"] = value
    table.loc[cell, "status"] = "observed"
    table.loc[cell, "note"] = "confirmed: what if"
    seen = of_indicator & ~cell & (table["status"] == "observed")
    table.loc[cell, "denominator"] = pd.to_numeric(table.loc[seen, "denominator"]).median()
    return read_measures(table, simulated.units, simulated.league)


def published(field: Field, measures: Measures, k: int, value: float) -> object:
    """A value of the link scale as the table of measures has it."""
    indicator = field.cells.definitions[k]
    if field.cells.labels[k]:
        return field.cells.labels[k][int(value)]
    natural = family_of(indicator).natural(value)
    if indicator.family == "count":
        size = measures.observed.query("indicator == @indicator.id")["denominator"].median()
        return int(np.rint(natural * size))
    return natural


def summary(field: Field, unit: int, updated: Updated) -> np.ndarray:
    """Mean and sd of the score, and median and limits of the rank."""
    mean = np.average(updated.score, weights=updated.weights)
    sd = np.sqrt(np.average((updated.score - mean) ** 2, weights=updated.weights))
    ranks = field.rank(unit, updated.score)
    return np.array([mean, sd, *weighted_interval(ranks, updated.weights, 0.95)])


def refit(measures: Measures, base: Fit, unit: int) -> np.ndarray:
    again = open_field(stand(fit(base.league, measures, seed=SEED), draft=True))
    return summary(again, unit, Updated(again.score[:, unit], np.ones(len(again.at)), 1.0))


def first_absent(field: Field, k: int) -> int:
    """The first ranked unit that lacks the indicator."""
    absent = absent_cells(field)
    units = absent.loc[absent["indicator"] == k, "unit"]
    return next(int(i) for i in units if field.ranked[i])


def main() -> None:
    league = load_league("learning-from-mistakes-2016")
    rng = np.random.default_rng(60)
    simulated = simulate_league(league, UNITS, truth_of_2016(), rng, empty_share=0.2)
    measures = read_measures(simulated.measures, simulated.units, league)
    start = time.perf_counter()
    base = fit(league, measures, seed=SEED)
    print(f"{len(measures.units)} units, first fit in {time.perf_counter() - start:.0f} s")
    field = open_field(stand(base, draft=True))
    typical = typical_errors(field.cells, measures)
    rows = []
    for name in INDICATORS:
        k = field.cells.indicators.index(name)
        unit = first_absent(field, k)
        code = field.cells.units[unit]

        def predicted(error, unit=unit, k=k):  # type: ignore[no-untyped-def]
            (cell,) = at_unit(field, unit).absent([k], [error])
            return PredictiveCell(cell, cut_points(field, k))

        usual = predicted(typical[k])
        cases = {what: (usual, usual.quantile(p)) for what, p in QUANTILES.items()}
        nil = nil_return(field.cells, measures, unit, k, typical[k])
        if nil is not None:
            cases["zero"] = (predicted(nil[1]), nil[0])
        for what, (view, value) in cases.items():
            updated = view.learn(value)
            returned = 0 if what == "zero" else published(field, measures, k, value)
            readings = {
                "weighted": summary(field, unit, updated),
                "refit": refit(fill(simulated, code, name, returned), base, unit),
            }
            if view.cut_point is None:
                readings["equal"] = summary(
                    field, unit, replace(updated, weights=np.ones(len(field.at)))
                )
            note = f"weights worth {effective_share(updated.weights):.0%} of the draws"
            note += f", tempered by {updated.power:.2g}" if updated.power < 1 else ""
            for reading, numbers in readings.items():
                rows.append([name, code, what, returned, reading, updated.power, *numbers])
                print(
                    f"{name:>24} {code} {what:>12} {reading:>8}: score {numbers[0]:+.2f} "
                    f"(sd {numbers[1]:.2f}), rank {numbers[2]:g} ({numbers[3]:g} to {numbers[4]:g})"
                    + (f"; {note}" if reading == "weighted" else "")
                )
    columns = ["mean", "sd", "median", "lower", "upper"]
    keys = ["indicator", "unit", "what", "returned", "reading", "power"]
    table = pd.DataFrame(rows, columns=[*keys, *columns]).set_index(keys[:3])
    truth = table[table["reading"] == "refit"][columns]
    for reading in ("weighted", "equal"):
        for zero in (False, True):
            of = table[(table["reading"] == reading)]
            of = of[(of.index.get_level_values("what") == "zero") == zero]
            if of.empty:
                continue
            off = (of[columns] - truth.loc[of.index]).abs()
            score = off["mean"] / truth.loc[of.index, "sd"]
            ends = off[["median", "lower", "upper"]].to_numpy()
            print(
                f"{reading:>8}, {'a zero' if zero else 'within the 90% predictive interval'}: "
                f"score off by {score.mean():.2f} sd on average, at most {score.max():.2f}; "
                f"median and limits of the rank by {ends.mean():.1f} places, at most "
                f"{ends.max():g} ({len(of)} cases)"
            )


if __name__ == "__main__":
    main()
