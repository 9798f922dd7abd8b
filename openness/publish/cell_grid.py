"""Which cells of a league are empty, line by line, and where each stands on a sheet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

import numpy as np
import pandas as pd
from numpy.typing import NDArray


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


GUTTER = 0.25
"""Inches between two columns of lines."""

_WIDEST_CELL = 0.16
_HIGHEST_LINE = 0.15
_LONGEST_NAME = 2.6
_DOMAIN_GAP = 0.06


@dataclass(frozen=True)
class Density:
    """The least room that lines take, in inches.

    Attributes
    ----------
    text : float
        Width of a line's text.
    cell : float
        Width of a mark.
    line : float
        Height of a line.
    """

    text: float
    cell: float
    line: float


WITH_NAMES = Density(text=1.05, cell=0.105, line=0.088)
WITH_CODES = Density(text=0.42, cell=0.085, line=0.07)


@dataclass(frozen=True)
class Grid:
    """Columns of lines, in inches.

    Attributes
    ----------
    columns : list of list of Line
    width : float
        Of a column.
    line : float
        Height of a line.
    marks : numpy.ndarray, shape (K,)
        Middle of each mark, from the left of its column; names end before the first.
    cell : float
        Room of a mark, from left to right.
    """

    columns: list[list[Line]]
    width: float
    line: float
    marks: NDArray[np.float64]
    cell: float

    @property
    def height(self) -> float:
        """Of the longest column."""
        return self.line * max(map(len, self.columns))


def lay_out_cells(
    groups: Sequence[Group],
    domains: Sequence[str],
    *,
    across: float,
    room: float,
    least: Density = WITH_NAMES,
) -> Grid | None:
    """Give every line a place, if there is one for each.

    Parameters
    ----------
    groups : sequence of Group
    domains : sequence of str
        Domain of each indicator; a change of domain makes a gap.
    across, room : float
        Width and height of the page that may be used, inches.
    least : Density

    Returns
    -------
    Grid or None
        As few columns as the height allows; None if there are too many lines for the page.
    """
    most = _columns_across(domains, across, least)
    for count in range(1, most + 1):
        columns = even_columns(groups, count)
        line = min(_HIGHEST_LINE, room / max(map(len, columns)))
        if line == _HIGHEST_LINE or (count == most and line >= least.line):
            return _grid(columns, count, line, domains, across, least)
    return None


def lay_out_what_fits(
    groups: Sequence[Group],
    domains: Sequence[str],
    say: Callable[[int], str],
    *,
    across: float,
    room: float,
) -> Grid:
    """Give as many lines a place as there is room for; see `lay_out_cells`.

    Each group that loses lines ends with one that says how many units they stood for, in the words
    of `say`.
    """
    whole = lay_out_cells(groups, domains, across=across, room=room)
    if whole is not None:
        return whole
    count = _columns_across(domains, across, WITH_NAMES)
    height = int(room / WITH_NAMES.line)
    # Where a group goes on in the next column its heading comes again.
    columns = even_columns(shorten(groups, count * (height - 3), say), count)
    return _grid(columns, count, WITH_NAMES.line, domains, across, WITH_NAMES)


def _columns_across(domains: Sequence[str], across: float, least: Density) -> int:
    narrowest = least.text + len(domains) * least.cell + _gaps(domains)[-1]
    return max(1, int((across + GUTTER) / (narrowest + GUTTER)))


def _grid(
    columns: list[list[Line]],
    count: int,
    line: float,
    domains: Sequence[str],
    across: float,
    least: Density,
) -> Grid:
    gaps = _gaps(domains)
    width = (across - (count - 1) * GUTTER) / count
    cell = min(_WIDEST_CELL, (width - least.text - gaps[-1]) / len(domains))
    marks = cell * (np.arange(len(domains)) + 0.5) + gaps
    name = min(width - cell * len(domains) - gaps[-1], _LONGEST_NAME)
    return Grid(columns, width, line, name + marks, cell)


def _gaps(domains: Sequence[str]) -> NDArray[np.float64]:
    """Room that the changes of domain have taken before each indicator."""
    changes = [0, *(first != second for first, second in pairwise(domains))]
    return _DOMAIN_GAP * np.cumsum(changes, dtype=np.float64)
