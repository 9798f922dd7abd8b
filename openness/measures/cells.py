"""Checked rows to the full grid: every unit by every indicator."""

from __future__ import annotations

import pandas as pd

from openness.families import family_of
from openness.league.definition import League

TEXT = ("label", "status", "note")


def complete_cells(rows: pd.DataFrame, units: pd.DataFrame, league: League) -> pd.DataFrame:
    """Lay the rows out over every unit and indicator, and fill denominators if the league says so.

    The rows come from `parse_measures`, without a fault. What comes back is `Measures.cells`, units
    slowest. A cell without a row is `not_collected`, or `not_applicable` if the indicator does not
    apply to the unit's group.
    """
    ids = [indicator.id for indicator in league.indicators]
    grid = pd.MultiIndex.from_product([units.index, ids], names=["unit", "indicator"])
    cells = pd.DataFrame(
        {
            "value": rows["number"].to_numpy(),
            "label": rows["value"].to_numpy(),
            "denominator": rows["size"].to_numpy(),
            "se": rows["error"].to_numpy(),
            "status": rows["status"].to_numpy(),
            "note": rows["note"].to_numpy(),
        },
        index=pd.MultiIndex.from_frame(rows[["unit", "indicator"]]),
    ).reindex(grid)
    applies = [
        indicator.applies_to(group) for group in units["group"] for indicator in league.indicators
    ]
    absent = pd.Series(applies, index=grid).map({True: "not_collected", False: "not_applicable"})
    cells["status"] = cells["status"].where(cells["status"].notna(), absent)
    cells = cells.fillna({"label": "", "note": ""}).astype(dict.fromkeys(TEXT, "str"))
    return _filled(cells.reset_index(), league)


def _filled(cells: pd.DataFrame, league: League) -> pd.DataFrame:
    """Put the indicator's median denominator where an observed cell needs one and has none."""
    cells["denominator_filled"] = False
    if league.missing_denominator != "indicator_median":
        return cells
    sized = {i.id for i in league.indicators if family_of(i).counts_events}
    by_spread = {i.id for i in league.indicators if i.respondent_sd is not None}
    observed = cells["status"] == "observed"
    needed = cells["indicator"].isin(sized) | (
        cells["indicator"].isin(by_spread) & cells["se"].isna()
    )
    empty = observed & needed & cells["denominator"].isna()
    medians = cells[observed].groupby("indicator")["denominator"].median()
    stand_in = cells["indicator"].map(medians)
    cells["denominator"] = cells["denominator"].mask(empty, stand_in)
    cells["denominator_filled"] = empty & stand_in.notna()
    return cells
