"""Which lines the picture of empty cells has, and how they fill the columns of a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

import pandas as pd


@dataclass(frozen=True)
class Line:
    """One line: cells, a heading, or a note.

    Attributes
    ----------
    text : str
        Name of a unit, number of units, heading of a group, or note.
    cells : tuple of str
        Status of every cell; empty for a heading or a note.
    units : int
        How many units have these cells.
    heading : bool
        Whether it begins a group.
    """

    text: str
    cells: tuple[str, ...] = ()
    units: int = 0
    heading: bool = False


@dataclass(frozen=True)
class Group:
    """The lines of one group of units, below its heading."""

    heading: str
    lines: tuple[Line, ...]


def each_unit(statuses: pd.DataFrame, names: pd.Series) -> tuple[Line, ...]:
    """Return a line for each unit: those with the most missing cells first, then as they came."""
    lines = [
        Line(str(name), tuple(row), 1)
        for name, row in zip(names, statuses.itertuples(index=False), strict=True)
    ]
    return tuple(sorted(lines, key=lambda line: -_missing(line.cells)))


def each_pattern(
    statuses: pd.DataFrame, names: pd.Series, say: Callable[[int], str]
) -> tuple[Line, ...]:
    """Return a line for each pattern of statuses, the commonest first.

    Among patterns as common as each other those with the most missing cells come first: if there is
    no room for all, the least is lost.

    A pattern that only one unit has goes by its name; `say` puts a number of units into words.
    """
    units: dict[tuple[str, ...], list[str]] = {}
    for name, row in zip(names, statuses.itertuples(index=False), strict=True):
        units.setdefault(tuple(row), []).append(str(name))
    ordered = sorted(units.items(), key=lambda item: (-len(item[1]), -_missing(item[0])))
    return tuple(
        Line(those[0] if len(those) == 1 else say(len(those)), pattern, len(those))
        for pattern, those in ordered
    )


def in_columns(groups: Sequence[Group], height: int) -> list[list[Line]]:
    """Fill columns of so many lines one after the other; a group that goes on says so again.

    Columns have at least 4 lines.
    """
    columns: list[list[Line]] = [[]]
    for group in groups:
        # A heading keeps a line below it, and one free above it unless it is the first.
        if columns[-1] and len(columns[-1]) + 3 > height:
            columns.append([])
        columns[-1] += [Line("")] * bool(columns[-1]) + [Line(group.heading, heading=True)]
        for line in group.lines:
            if len(columns[-1]) == height:
                columns.append([Line(f"{group.heading}, continued", heading=True)])
            columns[-1].append(line)
    return columns


def even_columns(groups: Sequence[Group], count: int) -> list[list[Line]]:
    """Fill at most `count` columns, as short as they can be."""
    lines = sum(len(group.lines) + 1 for group in groups)
    height = max(4, ceil(lines / count))
    while len(columns := in_columns(groups, height)) > count:
        height += 1
    return columns


def shorten(groups: Sequence[Group], room: int, say: Callable[[int], str]) -> list[Group]:
    """Leave out the last lines of groups, so that headings and all take no more than `room` lines.

    Each group keeps lines in proportion to what it has, and ends by saying how many units it lost.
    """
    lines = sum(len(group.lines) for group in groups)
    left = room - 2 * len(groups)
    if lines <= left:
        return list(groups)
    kept = []
    for group in groups:
        share = max(1, left * len(group.lines) // lines)
        if share < len(group.lines):
            lost = sum(line.units for line in group.lines[share - 1 :])
            note = Line(f"and {say(lost)} more")
            group = Group(group.heading, (*group.lines[: share - 1], note))
        kept.append(group)
    return kept


def _missing(cells: Sequence[str]) -> int:
    return sum(status not in ("observed", "not_applicable") for status in cells)
