"""Does `openness stress --shift` say what a refit would? Refits a small league; prints.

A simulated league of 60 trusts, of whose shares, counts and scores one in twelve is missing. Each
missing cell is filled with what it would have said, less one predictive sd, and then with it plus
one, and the league is fitted again. Compared is by how much the score of each trust differs between
the two, less the mean over all trusts: where all move, the intercepts of a fit move with them. The
closed form adds Cov(S, Y) V^-1 D for either sd, and holds the other parameters as they are.
"""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
from scipy.special import logit

from openness.explain.at_unit import at_unit
from openness.explain.field import Field, absent_cells, by_unit, open_field
from openness.explain.stress import move_by_absent, shift
from openness.families import family_of
from openness.fitting import scores
from openness.fitting.fit import fit
from openness.league import load_league
from openness.measures import Measures, read_measures
from openness.model.returns import typical_errors
from openness.standing import rank, stand
from openness.study import SimulatedLeague, simulate_league, truth_of_2016

UNITS = {"acute": 30, "acute_specialist": 6, "mental_health": 14, "community": 5, "ambulance": 5}
MISSING = 1 / 12
SEED = 1


def fill(simulated: SimulatedLeague, values: pd.Series) -> Measures:
    """The measures with empty cells filled by returns of their indicators' median sizes."""
    table = simulated.measures.copy()
    table["value"] = table["value"].astype(object)
    observed = table[table["status"] == "observed"]
    size = observed.groupby("indicator")[["denominator", "se"]].median()
    for (unit, indicator), value in values.items():
        cell = (table["unit"] == unit) & (table["indicator"] == indicator)
        table.loc[cell, ["value", "status"]] = [value, "observed"]
        for name in ("denominator", "se"):
            table.loc[cell, name] = size.loc[indicator, name]
    return read_measures(table, simulated.units, simulated.league)


def at(
    field: Field, absent: pd.DataFrame, measures: Measures, said: pd.Series, step: float
) -> pd.Series:
    """Values `step` predictive sds to the better of what they would have said, as published."""
    typical = typical_errors(field.cells, measures)
    errors = [typical[k] for k in absent["indicator"]]
    where = absent["unit"].to_numpy(), absent["indicator"].to_numpy()
    predicted = (
        at_unit(field, i).absent([k], [error])[0]
        for i, k, error in zip(*where, errors, strict=True)
    )
    sd = [np.sqrt(cell.variance.mean()) for cell in predicted]
    size = measures.observed.groupby("indicator")["denominator"].median()
    values = {}
    for j, (i, k) in enumerate(zip(*where, strict=True)):
        indicator = field.cells.definitions[k]
        cell = field.cells.units[i], indicator.id
        value = family_of(indicator).natural(said[cell] + step * indicator.sign * sd[j])
        if indicator.family == "count":
            value = float(np.rint(value * size[indicator.id]))
        values[cell] = value
    return pd.Series(values)


def on_the_link_scale(simulated: SimulatedLeague) -> pd.Series:
    """Every share, count and score of a league without gaps, by unit and indicator."""
    table = simulated.measures[simulated.measures["status"] == "observed"]
    link = {"proportion": logit, "count": np.log, "score": lambda value: value}
    values = {}
    for row in table.itertuples():
        family = simulated.league.indicator(row.indicator).family
        if family in link:
            value = float(row.value) / (row.denominator if family == "count" else 1)
            values[row.unit, row.indicator] = float(link[family](value))
    return pd.Series(values)


def main() -> None:
    league = load_league("learning-from-mistakes-2016")
    whole, simulated = (
        simulate_league(
            league, UNITS, truth_of_2016(), np.random.default_rng(60), empty_share=share
        )
        for share in (0.0, MISSING)
    )
    said = on_the_link_scale(whole)
    ordered = [i.id for i in league.indicators if i.labels]
    table = simulated.measures
    skipped = table["indicator"].isin(ordered) & (table["status"] == "not_returned")
    table.loc[skipped, "status"] = "not_collected"
    measures = read_measures(table, simulated.units, league)
    base = fit(league, measures, seed=SEED)
    standing = stand(base, draft=True)
    field = open_field(standing)
    absent = absent_cells(field)
    absent = absent[absent["status"] == "not_returned"]
    start = time.perf_counter()
    result = shift(standing, [-1.0, 1.0])
    print(f"{len(absent)} cells of {absent['unit'].nunique()} trusts")
    print(f"in closed form: {time.perf_counter() - start:.1f} s")
    typical = typical_errors(field.cells, measures)
    units, moved = [], []
    for unit, own in by_unit(absent):
        units.append(unit)
        latents = move_by_absent(at_unit(field, unit), own, [typical[k] for k in own])
        moved.append(latents[:, 1].mean())
    start = time.perf_counter()
    again = {}
    for step in (-1.0, 1.0):
        refitted = fit(league, fill(simulated, at(field, absent, measures, said, step)), seed=SEED)
        print(f"filled at {step:+g}: {refitted.diagnostics.summary()}")
        again[step] = scores(refitted)
    print(f"two refits: {time.perf_counter() - start:.0f} s")
    closed = np.zeros(len(measures.units))
    closed[units] = 2 * np.array(moved)
    refits = (again[1.0].mean("sample") - again[-1.0].mean("sample")).to_numpy()
    closed, refits = (values - values.mean() for values in (closed, refits))
    n = len(closed)
    closed, refits, sd = closed[units], refits[units], field.score.std(axis=0)[units]
    off = (closed - refits) / sd
    slope = (closed @ refits) / (closed @ closed)
    print(
        f"difference of scores between +1 and -1: {closed.mean():.2f} in closed form, "
        f"{refits.mean():.2f} by refits, on average; correlation "
        f"{np.corrcoef(closed, refits)[0, 1]:.2f}, refits {slope:.2f} times the closed form; apart "
        f"by {np.abs(off).mean():.2f} posterior sds of the score on average, at most "
        f"{np.abs(off).max():.2f}"
    )
    for j in np.argsort(-np.abs(off))[:3]:
        unit = field.cells.units[units[j]]
        lost = absent.loc[absent["unit"] == units[j], "indicator"]
        print(
            f"  {unit} of {measures.units.loc[unit, 'group']}: {closed[j]:+.2f} in closed form, "
            f"{refits[j]:+.2f} by refits; lost "
            f"{', '.join(field.cells.indicators[k] for k in lost)}"
        )
    ranks = {
        step: rank(standing.with_score(score)).table["expected_rank"]
        for step, score in again.items()
    }
    expected = result.parts["expected_rank"]
    apart = (expected[-1.0] - expected[1.0])[result.table.index].dropna()
    places = (ranks[-1.0] - ranks[1.0])[apart.index]
    off = (apart - places).abs()
    print(
        f"expected ranks between -1 and +1 differ by {apart.mean():.1f} of {n} places in closed "
        f"form, {places.mean():.1f} by refits, on average; one from the other by "
        f"{off.mean():.1f} on average, at most {off.max():.1f}"
    )


if __name__ == "__main__":
    main()
