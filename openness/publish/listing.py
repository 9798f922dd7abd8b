"""What the listings of units on the terminal have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import pandas as pd
from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from openness.league import League
from openness.publish.wording import opening
from openness.result import Result

Lines = Iterator[RenderableType | str]
"""What a view yields: renderables, and sentences as plain text."""

_UNRANKED_SHOWN = 10


def new_table() -> Table:
    """Return a table without columns in the style of all that are printed."""
    return Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))


def add_columns(view: Table, headings: Iterable[str]) -> None:
    """Add columns of figures, which are never broken."""
    for heading in headings:
        view.add_column(heading, justify="right", no_wrap=True)


def add_unit_column(view: Table, league: League) -> None:
    """Add the column of names, which has the room that the others leave."""
    view.add_column(opening(league.unit), overflow="fold", ratio=1)


def bold(text: str) -> Text:
    """Return a heading."""
    return Text(text, style="bold")


def strata(result: Result) -> Iterator[tuple[Any, pd.DataFrame]]:
    """Ranked units of a result, those that are ranked against each other at a time.

    Yields
    ------
    pandas.Series
        The row of the summary; its name is the id of the stratum.
    pandas.DataFrame
        Rows of the table.
    """
    ranked = result.table[result.table["ranked"]]
    for id, row in result.summary.iterrows():
        yield row, ranked if id == "all" else ranked[ranked["group"] == id]


def where(row: Any) -> str:
    """Name a stratum at the head of a phrase, unless it is all units."""
    return "" if row.name == "all" else f"{row['label']}, "


def both_ends(
    view: Table,
    units: pd.DataFrame,
    cells: Callable[[pd.Series], Sequence[str | Text]],
    top: int,
    bottom: int,
) -> Table:
    """Fill a table with the first and last rows of a frame, and say how many lie between."""
    left_out = len(units) - top - bottom
    for position, (_, unit) in enumerate(units.iterrows()):
        if left_out > 0 and position == top:
            view.add_row(f"... {left_out:,} more")
        if left_out > 0 and top <= position < len(units) - bottom:
            continue
        view.add_row(*cells(unit))
    return view


def not_ranked(table: pd.DataFrame) -> Lines:
    """Lines on the units that are not ranked, with the reasons; none if all are."""
    units = table[~table["ranked"]]
    if units.empty:
        return
    yield ""
    yield bold(f"Not ranked ({len(units):,})")
    shown = units.head(_UNRANKED_SHOWN)
    for name, reason in zip(shown["name"], shown["reason"], strict=True):
        yield f"  {name}: {reason}"
    if len(units) > len(shown):
        yield f"  and {len(units) - len(shown):,} more, listed in the table"
