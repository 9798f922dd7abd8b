"""Nil and partial returns: counts and shares so low that they are likely gaps in reporting.

Each cell is held against the other units, and, where the table has other periods, also against what
the unit itself returned in them. A hit blocks a fit until somebody says what the value is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from openness.errors import NilReturns, Problem
from openness.families import family_of
from openness.league.definition import League
from openness.league.indicator import Indicator
from openness.measures.evidence import Measures, is_confirmation
from openness.measures.history import own_past
from openness.measures.peers import judge
from openness.measures.sample import sample_of

FALSE_ALARM = 1 / 1000
"""Probability with which an honest league would be blocked, if the model of the others were right.

The promise is 1 in 500. The rest is room for what it gets wrong, most of all for groups that
are honestly more uneven than others; `tests/benchmarks/bench_nil.py` measures it. Half of it
goes to the comparison with other units and half to that with the own past, and each half is divided
by the number of cells compared.
"""

_NONE = pd.DataFrame(
    {
        "events": pd.Series(dtype="float64"),
        "expected": pd.Series(dtype="float64"),
        "probability": pd.Series(dtype="float64"),
        "peers": pd.Series(dtype="int64"),
        "own_group": pd.Series(dtype="bool"),
        "has_past": pd.Series(dtype="bool"),
    },
    index=pd.Index([], dtype="int64"),
)

COLUMNS = ("place", "label", "events", "expected", "against", "probability")


def find_nil_returns(measures: Measures, league: League) -> pd.DataFrame:
    """Find observed counts and shares that look like nil or partial returns.

    Parameters
    ----------
    measures : Measures
    league : League

    Returns
    -------
    pandas.DataFrame
        Indexed by `unit` and `indicator`, in the order of the cells; empty if nothing was found.
        `place` (row of the measures table), `label` (the value as it was written), `events` (of a
        share: its respondents times it), `expected` (events), `against` (what leads one to expect
        them), `probability` (of so few).

    Notes
    -----
    Scored counts and shares are judged. Those that are confirmed are not, but they are among the
    peers of the others. A count whose exposure is the indicator's median is neither: its size is
    not known.
    """
    counted = [i for i in league.scored if family_of(i).counts_events]
    cells = {indicator.id: _comparable(indicator, measures) for indicator in counted}
    with_peers = [_compared(indicator, cells[indicator.id]) for indicator in counted]
    with_past = [
        _compared(indicator, _with_past(indicator, cells[indicator.id], measures))
        for indicator in counted
    ]
    hits = pd.concat([_improbable(with_peers), _improbable(with_past)])
    hits = hits.sort_values("probability", kind="stable")
    found = measures.cells.join(hits[~hits.index.duplicated()], how="inner")
    found = found[~found["note"].map(is_confirmation).astype(bool)]
    keys = zip(found["unit"], found["indicator"], strict=True)
    found["place"] = [measures.places.get(key, "") for key in keys]
    found["against"] = [_reasons(row, measures, league) for row in found.itertuples()]
    return found.set_index(["unit", "indicator"])[list(COLUMNS)]


def refuse_nil_returns(found: pd.DataFrame, measures: Measures) -> None:
    """Raise `NilReturns` with every cell of `find_nil_returns(measures)` and the two ways out."""
    problems = [_problem(row, measures) for row in found.reset_index().itertuples()]
    if problems:
        raise NilReturns(problems)


def _comparable(indicator: Indicator, measures: Measures) -> pd.DataFrame:
    """Observed cells of one indicator whose size is known, with the group of each unit."""
    cells = measures.observed[measures.observed["indicator"] == indicator.id]
    if family_of(indicator).figure == "rate":
        cells = cells[~cells["denominator_filled"]]
    return cells.assign(group=cells["unit"].map(measures.units["group"]))


def _with_past(indicator: Indicator, cells: pd.DataFrame, measures: Measures) -> pd.DataFrame:
    """Those of the cells whose unit has a past, with what it leads one to expect."""
    past = measures.history[measures.history["indicator"] == indicator.id]
    past = past.assign(group=past["unit"].map(measures.units["group"]))
    return cells.join(own_past(indicator, past), on="unit", how="inner")


def _compared(indicator: Indicator, cells: pd.DataFrame) -> pd.DataFrame:
    """Judge the cells, against the own past if they carry it; events as they were published."""
    sample = sample_of(indicator, cells)
    if has_past := "factor" in cells:
        factor, extra = cells[["factor", "extra"]].to_numpy().T
        sample = replace(sample, factor=factor, extra=extra)
    judged = judge(sample)
    return pd.DataFrame(
        {
            "events": sample.events * indicator.design_effect,
            "expected": judged.expected * indicator.design_effect,
            "probability": judged.probability,
            "peers": judged.peers,
            "own_group": judged.own_group,
            "has_past": has_past,
        },
        index=cells.index,
    )


def _improbable(compared: list[pd.DataFrame]) -> pd.DataFrame:
    """Cells too improbable for one of so many."""
    cells = pd.concat([_NONE, *compared]).dropna(subset="probability")
    return cells[cells["probability"] < FALSE_ALARM / 2 / max(1, len(cells))]


def _reasons(row: Any, measures: Measures, league: League) -> str:
    """Say what leads one to expect the events that a cell does not have."""
    others = f"{row.peers} other {league.unit_plural}"
    if row.own_group:
        group = measures.units.loc[row.unit, "group"]
        others += f" of its group ({group})"
    if not row.has_past:
        return f"its size and {others}"
    past = measures.history
    own = past[(past["unit"] == row.unit) & (past["indicator"] == row.indicator)]
    return f"what it returned in {', '.join(sorted(own['period']))} and {others}"


def _problem(row: Any, measures: Measures) -> Problem:
    return Problem(
        measures.table,
        f"{row.place}, column value" if row.place else "column value",
        f"{row.label} for {row.indicator} of {row.unit}",
        f"{row.against} lead one to expect about {row.expected:,.0f}, not {row.events:,.0f} "
        f"(probability {row.probability:.1g})",
    )
