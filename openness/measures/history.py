"""What a unit returned in other periods, and what that leads one to expect of this one."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from openness.families import COUNTED
from openness.league.definition import League
from openness.league.indicator import Indicator
from openness.measures.evidence import HISTORY
from openness.measures.parse import parse_measures
from openness.measures.peers import usual
from openness.measures.sample import Sample, sample_of


def read_history(text: pd.DataFrame, league: League, groups: Mapping[str, str]) -> pd.DataFrame:
    """Take from the rows of other periods what can be compared with: `HISTORY`.

    Only observed counts and shares are kept. Rows that would be refused in the period that is read
    are left out here: nothing is fitted to them, and last year's table may follow other rules.
    """
    rows = parse_measures(text, league, groups)
    possible = np.where(
        rows["figure"] == "share", rows["number"].between(0, 1), rows["number"] >= 0
    )
    fit = (
        rows["used"]
        & rows["figure"].isin(COUNTED)
        & rows["unit"].isin(list(groups))
        & rows["applies"]
        & possible
        & (rows["size"] > 0)
        & ~rows.duplicated(["unit", "indicator", "period"])
    )
    chosen = rows.loc[fit, ["unit", "indicator", "period", "number", "size"]]
    # Sums over units must not depend on the order of rows, not even in their last digit.
    chosen = chosen.sort_values(["unit", "indicator", "period"])
    return chosen.set_axis(list(HISTORY), axis="columns").reset_index(drop=True)


def own_past(indicator: Indicator, past: pd.DataFrame) -> pd.DataFrame:
    """Work out by how much each unit differed from its peers in other periods.

    `past` has `unit`, `period`, `value`, `denominator` and `group`. What comes back is indexed by
    `unit`: `factor`, by which its rate or odds are expected to differ from its peers', and `extra`,
    the relative variance of that.

    In each period a unit had y events where e were usual among its peers. With Y and E their sums
    over the periods, and rates that differ between units by a gamma distribution of dispersion phi,
    what the unit differs by has a gamma posterior with shape 1/phi + Y and rate 1/phi + E.
    """
    parts = []
    for _, rows in past.groupby("period", sort=True):
        sample = sample_of(indicator, rows)
        rate, _ = usual(sample)
        parts.append(rows.assign(events=sample.events, expected=rate * sample.exposure))
    if not parts:
        return pd.DataFrame(
            {"factor": [], "extra": []}, index=pd.Index([], name="unit", dtype="str")
        )
    compared = pd.concat(parts).dropna(subset="expected")
    own = compared.groupby("unit", sort=False).agg(
        events=("events", "sum"), expected=("expected", "sum"), group=("group", "first")
    )
    nothing = np.zeros(len(own))
    sums = Sample(
        share=False,
        events=own["events"].to_numpy(),
        size=own["expected"].to_numpy(),
        group=own["group"].to_numpy(),
        factor=nothing + 1,
        extra=nothing,
    )
    _, dispersion = usual(sums)
    shape = 1 / dispersion
    own["factor"] = (shape + own["events"]) / (shape + own["expected"])
    own["extra"] = 1 / (shape + own["events"])
    return own.loc[~np.isnan(shape), ["factor", "extra"]]
