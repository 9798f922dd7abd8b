"""The evidence as tables: each cell as it was written, and those that are empty with the reason."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from rich.console import RenderableType
from rich.text import Text

from openness.league import League
from openness.measures.evidence import STATUSES, Measures
from openness.measures.status_table import status_table
from openness.measures.symbols import NOT_APPLICABLE, SYMBOLS, in_words
from openness.publish.listing import new_table
from openness.result import Result

_SHORTHAND = {status: symbol.text for status, symbol in SYMBOLS.items()}


def evidence(measures: Measures, league: League) -> Result:
    """Return what is known of the units, to show or to write.

    Parameters
    ----------
    measures : Measures
    league : League

    Returns
    -------
    Result
        Of the kind "evidence". `table`: the status of each scored cell, units by indicators.
        `parts`: `measures`.
    """
    return Result("evidence", status_table(measures, league), league, parts={"measures": measures})


def evidence_view(result: Result, top: int, bottom: int) -> Iterator[RenderableType | str]:
    """Say how many cells have each status."""
    counts = result.table.melt()["value"].value_counts()
    yield Text(f"{result.league.title}: {len(result.table):,} {result.league.unit_plural}", "bold")
    view = new_table()
    view.add_column("Status of a cell", overflow="fold", ratio=1)
    view.add_column("Symbol", no_wrap=True)
    view.add_column("Cells", no_wrap=True, justify="right")
    for status in STATUSES:
        if status in counts.index:
            symbol = Text(_SHORTHAND.get(status, ""))
            view.add_row(in_words(status), symbol, f"{counts[status]:,}")
    yield view


def measures_table(result: Result) -> pd.DataFrame:
    """Return units by scored indicators, with a symbol for every value that is not used.

    Columns: `name`, `group`, and for each scored indicator the value as it was written, or the
    symbol of its status.
    """
    statuses, measures = result.table, result.parts["measures"]
    written = measures.grid("label", tuple(statuses.columns))
    cells = statuses.replace(_SHORTHAND).where(
        statuses != "observed",
        pd.DataFrame(written, index=statuses.index, columns=statuses.columns),
    )
    return measures.units[["name", "group"]].join(cells)


def list_of_empty_cells(result: Result) -> pd.DataFrame:
    """Return a row for every scored cell that applies to its unit and is not observed.

    Columns: `name`, `group`, `indicator`, `domain`, `status`, `symbol`, `value` (what stands beside
    the status and is not used) and `note`; `[z]` where there is none.
    """
    statuses, measures = result.table, result.parts["measures"]
    ids = tuple(statuses.columns)
    cells = pd.DataFrame(
        {
            "status": statuses.to_numpy().ravel(),
            "value": measures.grid("label", ids).ravel(),
            "note": measures.grid("note", ids).ravel(),
        },
        index=pd.MultiIndex.from_product([statuses.index, ids], names=["unit", "indicator"]),
    )
    cells = cells[~cells["status"].isin(["observed", "not_applicable"])].reset_index()
    domains = {indicator.id: indicator.domain for indicator in result.league.scored}
    table = cells.join(measures.units[["name", "group"]], on="unit").assign(
        domain=cells["indicator"].map(domains),
        symbol=cells["status"].map(_SHORTHAND),
    )
    columns = ["name", "group", "indicator", "domain", "status", "symbol", "value", "note"]
    return table.set_index("unit")[columns].replace("", NOT_APPLICABLE.text)
