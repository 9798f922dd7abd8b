"""How the picture of empty cells fills its page: columns of lines, and the marks of a line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from openness.publish.cell_lines import Group, Line, even_columns, shorten

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
