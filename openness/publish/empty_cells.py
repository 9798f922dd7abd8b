"""The picture of empty cells: units by indicators on one page, a mark for the status of each."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from openness.league import League
from openness.league.indicator import Indicator
from openness.measures.evidence import STATUSES
from openness.measures.symbols import SYMBOLS, in_words
from openness.publish.cell_grid import (
    GUTTER,
    WITH_CODES,
    WITH_NAMES,
    Grid,
    Group,
    Line,
    each_pattern,
    each_unit,
    lay_out_cells,
    lay_out_what_fits,
)
from openness.publish.palette import QUIET, draw_marks
from openness.publish.sheet import (
    FONT,
    MARGIN,
    PAGE,
    WIDTH,
    Sheet,
    cut,
    house_style,
    new_sheet,
    place_words,
    write,
    write_head,
)
from openness.result import Result

# Inches on a page of A4.
_SUBTITLE = 0.57
_LEGEND_LINE = 0.165
_KEY_LINE = 0.135
_KEY_LEFT = 1.5
_HEADS = 0.22
_FOOTER = 0.3

_FONT = 7.5
_LEAST_FONT = 5.5
"""Points of a number above a column, where many indicators leave room for no more."""

_LONGEST_KEY = 18
"""Lines of the key; a league with more indicators gets ranges of numbers."""

_MOST_GROUPS = 30
"""With more groups there is no room for their headings, and they are drawn as one."""

_KeyLine = list[tuple[float, str]]


def draw_empty_cells(result: Result) -> Sheet:
    """Draw the status of every cell of a scored indicator, units grouped by their type.

    The page is never longer than A4. If there are too many units for a line each, units of a type
    that have the same pattern of statuses share one, the commonest patterns first.
    """
    league, units = result.league, result.parts["measures"].units
    indicators = _by_domain(league)
    statuses = result.table[[indicator.id for indicator in indicators]]
    legend, keys = _legend(statuses), _keys(indicators, league)
    top = _SUBTITLE + 0.05 + _LEGEND_LINE * (len(legend) + 1) + _KEY_LINE * len(keys) + _HEADS
    grid = _lay_out(statuses, units, indicators, league, room=PAGE - top - _FOOTER)
    height = top + grid.height + _FOOTER

    with house_style():
        sheet = new_sheet(height)
        write_head(sheet, league.title, ": what is missing", _subtitle(statuses, grid, league))
        axes = sheet.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_xlim(0, WIDTH)
        axes.set_ylim(height, 0)
        y = _SUBTITLE + 0.05 + _LEGEND_LINE
        for row in legend:
            for x, status, text in row:
                draw_marks(axes, status, [x + 0.06], [y], 0.1)
                write(sheet, x + 0.16, y, text, _FONT)
            y += _LEGEND_LINE
        for label, entries in keys:
            write(sheet, MARGIN, y, label, weight="bold")
            for x, text in entries:
                write(sheet, x, y, text)
            y += _KEY_LINE
        for position, lines in enumerate(grid.columns):
            left = MARGIN + position * (grid.width + GUTTER)
            _write_numbers(sheet, grid, left, top - 0.07)
            _write_lines(sheet, grid, lines, left, top)
        _draw_marks(axes, grid, top)
    counts = "; ".join(text for row in legend for _, _, text in row)
    sheet.description += f" Number of cells by status: {counts}."
    return sheet


def _by_domain(league: League) -> list[Indicator]:
    order = {domain.id: position for position, domain in enumerate(league.scored_domains)}
    return sorted(league.scored, key=lambda indicator: order[indicator.domain])


def _lay_out(
    statuses: pd.DataFrame,
    units: pd.DataFrame,
    indicators: Sequence[Indicator],
    league: League,
    *,
    room: float,
) -> Grid:
    """A line for each unit, if need be without its name; or else for each pattern."""

    def say(count: int) -> str:
        return f"{count:,} {league.unit if count == 1 else league.unit_plural}"

    def patterns(statuses: pd.DataFrame, names: pd.Series) -> tuple[Line, ...]:
        return each_pattern(statuses, names, say)

    domains = [indicator.domain for indicator in indicators]
    across = WIDTH - 2 * MARGIN
    code = pd.Series(units.index, index=units.index, dtype="str")
    # Where a name is cut, the code still tells units apart.
    name = code.where(units["name"] == code, code + " " + units["name"])
    for text, least in ((name, WITH_NAMES), (code, WITH_CODES)):
        groups = _groups(statuses, units["group"], text, league, each_unit)
        grid = lay_out_cells(groups, domains, across=across, room=room, least=least)
        if grid is not None:
            return grid
    groups = _groups(statuses, units["group"], name, league, patterns)
    return lay_out_what_fits(groups, domains, say, across=across, room=room)


def _subtitle(statuses: pd.DataFrame, grid: Grid, league: League) -> str:
    lines = [line for column in grid.columns for line in column if line.cells]
    words = f"{len(statuses):,} {league.unit_plural}, {statuses.shape[1]} measures. "
    if len(lines) == len(statuses):
        return f"{words}Each row is a {league.unit}."
    words += f"Each row is a pattern, with the number of {league.unit_plural} that have it"
    shown = sum(line.units for line in lines)
    return f"{words}." if shown == len(statuses) else f"{words}; {shown:,} of them have a row."


def _groups(
    statuses: pd.DataFrame,
    groups: pd.Series,
    names: pd.Series,
    league: League,
    lines: Callable[[pd.DataFrame, pd.Series], tuple[Line, ...]],
) -> list[Group]:
    """Lines of every group that has units, under its label and their number."""
    members = [(group.label, groups == group.id) for group in league.groups]
    members = [(label, own) for label, own in members if own.any()]
    if len(members) > _MOST_GROUPS:
        members = [(f"All {league.unit_plural}", groups == groups)]
    return [
        Group(f"{label} ({own.sum():,})", lines(statuses[own], names[own]))
        for label, own in members
    ]


def _legend(statuses: pd.DataFrame) -> list[list[tuple[float, str, str]]]:
    """Rows of entries: where each begins, its status, and its words."""
    counts = statuses.melt()["value"].value_counts()
    words = {}
    for status in STATUSES:
        if status in counts.index:
            symbol = f" {SYMBOLS[status]}" if status in SYMBOLS else ""
            words[f"{in_words(status)}{symbol} ({counts[status]:,})"] = status
    placed = place_words(words, left=MARGIN, right=WIDTH - MARGIN, size=_FONT, mark=0.16)
    return [[(x, words[text], text) for x, text in row] for row in placed]


def _keys(indicators: Sequence[Indicator], league: League) -> list[tuple[str, _KeyLine]]:
    """Lines that say what the numbers above the columns stand for, domain by domain."""
    words: dict[str, list[str]] = {}
    numbers: dict[str, list[int]] = {}
    labels = {domain.id: domain.label for domain in league.domains}
    for number, indicator in enumerate(indicators, start=1):
        words.setdefault(labels[indicator.domain], []).append(f"{number} {indicator.label}")
        numbers.setdefault(labels[indicator.domain], []).append(number)
    lines: list[tuple[str, _KeyLine]] = []
    for label, entries in words.items():
        rows = place_words(
            entries, left=MARGIN + _KEY_LEFT, right=WIDTH - MARGIN, size=FONT, mark=0
        )
        label = textwrap.shorten(label, 28)
        lines += [(label if row is rows[0] else "", row) for row in rows]
    if len(lines) <= _LONGEST_KEY:
        return lines
    at = MARGIN + _KEY_LEFT
    return [(label, [(at, f"{those[0]} to {those[-1]}")]) for label, those in numbers.items()]


def _write_numbers(sheet: Sheet, grid: Grid, left: float, y: float) -> None:
    """Numbers of the indicators above a column of lines: all of them if they are legible."""
    digits = len(str(len(grid.marks)))
    size = min(FONT, 72 * grid.cell / (0.7 * digits))
    step, size = (1, size) if size >= _LEAST_FONT else (5, FONT)
    for number, x in enumerate(grid.marks, start=1):
        if number % step == 0:
            write(sheet, left + x, y, str(number), size, color=QUIET, ha="center")


def _write_lines(sheet: Sheet, grid: Grid, lines: Sequence[Line], left: float, top: float) -> None:
    size = min(FONT, 72 * grid.line * 0.8)
    room = grid.marks[0] - grid.cell / 2 - 0.05
    for position, line in enumerate(lines):
        y = top + grid.line * (position + 0.5)
        if line.heading:
            write(sheet, left, y, line.text, size * 1.15, weight="bold")
        elif line.text:
            text = cut(sheet, line.text, size, room) if line.cells else line.text
            write(sheet, left, y, text, size)


def _draw_marks(axes: Axes, grid: Grid, top: float) -> None:
    places: dict[str, list[tuple[float, float]]] = {}
    for column, lines in enumerate(grid.columns):
        left = MARGIN + column * (grid.width + GUTTER)
        for position, line in enumerate(lines):
            y = top + grid.line * (position + 0.5)
            for x, status in zip(grid.marks, line.cells, strict=False):
                places.setdefault(status, []).append((left + x, y))
    for status in STATUSES:
        if status in places:
            x, y = np.transpose(places[status])
            draw_marks(axes, status, x, y, min(grid.cell, grid.line))
