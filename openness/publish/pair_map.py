"""Who is ahead of whom, for all pairs, with a box around each grade."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, Normalize, to_hex
from matplotlib.patches import Rectangle

from openness.errors import InvalidInput, Problem
from openness.league import League
from openness.publish.listing import strata
from openness.publish.palette import INK, RULE, ink_on
from openness.publish.sheet import (
    FONT,
    MARGIN,
    PAGE,
    WIDTH,
    Sheet,
    add_axes,
    cut,
    house_style,
    new_sheet,
    per_cent,
    write,
    write_head,
)
from openness.publish.wording import percent
from openness.result import Result

if TYPE_CHECKING:
    from openness.standing import PairMap

# Inches.
_HEADER = 0.8
_HEADING = 0.42
_BETWEEN = 0.25
_NAMES = 2.2
_KEY = 0.75
_LEAST_FOR_TEXT = 0.28
_LEAST_BETWEEN = 0.11
_MOST_NAMED = 40

# Blue where the unit of the row is ahead, orange where it is behind; both dark by the middle.
_COLOURS = LinearSegmentedColormap.from_list(
    "pairs", ["#b3541b", "#e8812b", "#ffffff", "#27609f", "#12284c"]
)


def draw_pair_maps(result: Result) -> Sheet:
    """Draw the probability of superiority of all pairs, with a box around each grade.

    The number of each grade stands in its box, and the mean probability of two grades where they
    cross, wherever there is room.

    Raises
    ------
    InvalidInput
        If there is nothing to draw.
    """
    maps: Mapping[str, PairMap] = result.parts["pairs"]
    if not maps:
        raise InvalidInput([Problem("maps", "maps", "none", "there must be units in grades")])
    named = len(maps) == 1 and next(iter(maps.values())).edges[-1] <= _MOST_NAMED
    across = 1 if len(maps) == 1 else 2 if len(maps) <= 6 else 3
    down = math.ceil(len(maps) / across)
    left = _NAMES if named else MARGIN + 0.15
    room = (PAGE - _HEADER - _KEY - down * _HEADING) / down
    side = min(room, (WIDTH - left - MARGIN - (across - 1) * _BETWEEN) / across)
    height = _HEADER + down * (side + _HEADING) + _KEY
    with house_style():
        sheet = new_sheet(height)
        write_head(sheet, result.league.title, ": who is ahead of whom", _line(maps, result.league))
        for position, (row, units) in enumerate(strata(result)):
            at, column = divmod(position, across)
            x = left + column * (side + _BETWEEN)
            top = _HEADER + at * (side + _HEADING) + _HEADING - 0.1
            axes = add_axes(sheet, x, top, side, side)
            _draw(axes, maps[row.name], side)
            grades = f"{row['n_grades']} grade{'' if row['n_grades'] == 1 else 's'}"
            heading = f"{row['label']}: {row['units']:,}, {grades}"
            axes.set_title(heading, fontsize=8.5, weight="bold", loc="left", color=INK, pad=4)
            if named:
                _write_names(axes, sheet, units["name"].to_list())
        _draw_key(sheet, height)
    return sheet


def _line(maps: Mapping[str, PairMap], league: League) -> str:
    averaged = any(len(pairs.probability) < pairs.edges[-1] for pairs in maps.values())
    cell = "neighbouring pairs, averaged" if averaged else "a pair"
    return (
        f"Rows and columns: {league.unit_plural} by grade, the best first. A cell is {cell}: the "
        "probability that the row is ahead of the column."
    )


def _draw(axes: Axes, pairs: PairMap, side: float) -> None:
    count = pairs.edges[-1]
    axes.imshow(
        pairs.probability,
        cmap=_COLOURS,
        vmin=0,
        vmax=1,
        extent=(0, count, count, 0),
        interpolation="nearest",
    )
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_color(RULE)
    inch = side / count
    spans = list(zip(pairs.edges, pairs.edges[1:], strict=False))
    _number_grades(axes, spans, inch)
    for row, (top, bottom) in enumerate(spans):
        size = bottom - top
        axes.add_patch(
            Rectangle((top, top), size, size, fill=False, edgecolor=INK, linewidth=1.0, zorder=3)
        )
        for column in range(row + 1, len(spans)):
            left, right = spans[column]
            if min(size, right - left) * inch >= _LEAST_FOR_TEXT:
                mean = pairs.by_grade[row, column]
                style = _TEXT | {"color": ink_on(to_hex(_COLOURS(mean)))}
                middle = ((left + right) / 2, (top + bottom) / 2)
                axes.text(*middle, percent(mean), ha="center", **style)


def _number_grades(axes: Axes, spans: Sequence[tuple[int, int]], inch: float) -> None:
    """Numbers of the grades to the left of their rows, those that there is room for."""
    free = -math.inf
    for row, (top, bottom) in enumerate(spans):
        middle = (top + bottom) / 2
        at = max(middle, free)
        if at - middle <= _LEAST_BETWEEN / inch:
            axes.text(-0.06 / inch, at, str(row + 1), ha="right", **_TEXT)
            free = at + _LEAST_BETWEEN / inch


_TEXT: dict[str, Any] = {
    "fontsize": FONT,
    "va": "center",
    "weight": "bold",
    "color": INK,
    "clip_on": False,
}


def _write_names(axes: Axes, sheet: Sheet, names: Sequence[str]) -> None:
    """Names of the units to the left of their rows, cut where there is no room for more."""
    inch = axes.get_position().width * WIDTH / len(names)
    size = min(FONT, 72 * inch * 0.8)
    style: dict[str, Any] = {"fontsize": size, "ha": "right", "va": "center", "color": INK}
    for row, name in enumerate(names):
        label = cut(sheet, name, size, _NAMES - 0.5)
        axes.text(-0.22 / inch, row + 0.5, label, **style)


def _draw_key(sheet: Sheet, height: float) -> None:
    place = add_axes(sheet, MARGIN, height - 0.54, 3.0, 0.12)
    scale = ScalarMappable(Normalize(0, 1), _COLOURS)
    bar = sheet.colorbar(scale, cax=place, orientation="horizontal")
    bar.set_ticks([0, 0.1, 0.2, 0.5, 0.8, 0.9, 1])
    bar.ax.xaxis.set_major_formatter(per_cent)
    bar.ax.tick_params(labelsize=FONT, colors=INK, length=2)
    bar.outline.set_edgecolor(RULE)
    words = "Boxes: grades, numbered on the left. Figures: mean over the pairs of two grades."
    write(sheet, MARGIN + 3.25, height - 0.48, words)
