"""One fit is one period: choose it from a table that may hold several."""

from __future__ import annotations

import pandas as pd

from openness.errors import Problem
from openness.measures.tables import Table


def choose_period(
    table: Table, period: str | None
) -> tuple[pd.DataFrame, pd.DataFrame, str | None, list[Problem]]:
    """Keep the rows of one period, and set aside those of the others.

    No period needs to be named if the table has only one, or none. What comes back are the text of
    the chosen rows (all rows if there is a problem) with their positions as index, that of the
    other rows, the chosen period (None if the table has none), and the problems.
    """
    written, none = table.text.get("period"), table.text.iloc[:0]
    if written is None or not (written != "").any():
        return table.text, none, None, [] if period is None else [_no_periods(table, period)]
    available = sorted(set(written) - {""})
    named = ", ".join(available)
    if period is None and len(available) > 1:
        found = f"{len(available)} periods and none is chosen"
        remedy = f"Choose one, as in period={available[-1]!r}"
        problem = Problem(
            table.source, "column period", found, f"one fit is one period, of {named}", remedy
        )
        return table.text, none, None, [problem]
    chosen = available[0] if period is None else str(period).strip()
    if chosen not in available:
        problem = Problem(
            table.source, "argument period", f"no row is of {chosen!r}", f"the table has {named}"
        )
        return table.text, none, None, [problem]
    other = (written != chosen) & (written != "")
    return table.text[~other], table.text[other], chosen, []


def _no_periods(table: Table, period: str) -> Problem:
    return Problem(
        table.source,
        "argument period",
        f"{period!r} is chosen but the table has no periods",
        "a column period that says which row belongs to which",
        "Add the column, or leave the argument out",
    )
