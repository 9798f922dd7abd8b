"""What the listings of units on the terminal have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pandas as pd
from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from openness.league.definition import League
from openness.publish.wording import DRAFT

_UNRANKED_SHOWN = 10


def draft_banner() -> Text:
    """Return the line that marks what must not be published."""
    return Text(DRAFT, style="bold red")


def new_table() -> Table:
    """Return a table without columns in the style of all that are printed."""
    return Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))


def divisions(
    table: pd.DataFrame, scope: str, league: League
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Ranked units of a table, those that are ranked against each other at a time.

    Parameters
    ----------
    table : pandas.DataFrame
        Indexed by unit: `group`, `ranked`.
    scope : {"all", "within_group"}
    league : League

    Yields
    ------
    str
        "all", or the id of a group that has ranked units.
    pandas.DataFrame
        Its rows.
    """
    ranked = table[table["ranked"]]
    if scope == "all":
        yield "all", ranked
        return
    for group in league.groups:
        units = ranked[ranked["group"] == group.id]
        if len(units):
            yield group.id, units


def both_ends(
    view: Table,
    units: pd.DataFrame,
    cells: Callable[[pd.Series], Sequence[str | Text]],
    top: int,
    bottom: int,
) -> Table:
    """Fill a table with the first and last rows of a frame, and say how many lie between.

    Parameters
    ----------
    view : rich.table.Table
        With its columns; from `new_table`.
    units : pandas.DataFrame
    cells : callable
        What to show of a row.
    top, bottom : int
        How many rows of either end; all of them if there are no more.

    Returns
    -------
    rich.table.Table
        `view`.
    """
    left_out = len(units) - top - bottom
    for position, (_, unit) in enumerate(units.iterrows()):
        if left_out > 0 and position == top:
            view.add_row(f"... {left_out:,} more")
        if left_out > 0 and top <= position < len(units) - bottom:
            continue
        view.add_row(*cells(unit))
    return view


def not_ranked(table: pd.DataFrame) -> list[RenderableType]:
    """Lines on the units that are not ranked, with the reasons; none if all are."""
    units = table[~table["ranked"]]
    if units.empty:
        return []
    lines = [
        f"  {name}: {reason}" for name, reason in zip(units["name"], units["reason"], strict=True)
    ]
    if len(units) > _UNRANKED_SHOWN:
        more = f"  and {len(units) - _UNRANKED_SHOWN:,} more, listed in the table"
        lines = [*lines[:_UNRANKED_SHOWN], more]
    return [Text(""), Text(f"Not ranked ({len(units):,})", style="bold"), *map(Text, lines)]
