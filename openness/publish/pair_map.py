"""Who is ahead of whom, for all pairs, with a box around each grade."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from openness.errors import InvalidInput, Problem
from openness.league.definition import League
from openness.publish.draft import mark_draft
from openness.publish.figures import house_style, new_figure, text_width
from openness.publish.page import MARGIN, PAGE, WIDTH, write_header
from openness.publish.palette import INK, RULE
from openness.publish.wording import percent

# Inches.
_HEADER = 0.8
_HEADING = 0.42
_BETWEEN = 0.25
_NAMES = 2.2
_KEY = 0.75
_LEAST_FOR_TEXT = 0.26
_LEAST_BETWEEN = 0.11
_FONT = 6.5
_MOST_NAMED = 40

# Blue where the unit of the row is ahead, orange where it is behind; both dark beside the middle.
_COLOURS = LinearSegmentedColormap.from_list(
    "pairs", ["#b3541b", "#e8812b", "#ffffff", "#27609f", "#12284c"]
)


class PairMapLike(Protocol):
    """Anything with these arrays, such as `openness.standing.PairMap`."""

    @property
    def probability(self) -> NDArray[np.float64]:
        """That the unit of the row is ahead of that of the column, best grade first."""

    @property
    def edges(self) -> Sequence[int]:
        """Where each grade begins, in units, and how many units there are."""

    @property
    def by_grade(self) -> NDArray[np.float64]:
        """Mean over the pairs of two grades."""


def draw_pair_maps(
    maps: Mapping[str, PairMapLike],
    table: pd.DataFrame,
    summary: pd.DataFrame,
    league: League,
    *,
    draft: bool = False,
) -> Figure:
    """Draw the probability of superiority of all pairs, with a box around each grade.

    Parameters
    ----------
    maps : mapping of str to PairMapLike
        One for all units ("all"), or one for each group.
    table : pandas.DataFrame
        Of `openness.grades`: names the units of a map that has room for names.
    summary : pandas.DataFrame
        Of `openness.grades`, with a row for each map.
    league : League
        Gives the words.
    draft : bool
        Mark the picture as one that must not be published.

    Returns
    -------
    matplotlib.figure.Figure
        The number of each grade stands in its box, and the mean probability of two grades where
        they cross, wherever there is room.

    Raises
    ------
    InvalidInput
        If there is nothing to draw.
    """
    if not maps:
        raise InvalidInput([Problem("maps", "maps", "none", "there must be units in grades")])
    ranked = table[table["ranked"]]
    units = {
        among: ranked if among == "all" else ranked[ranked["group"] == among] for among in maps
    }
    named = len(maps) == 1 and len(next(iter(units.values()))) <= _MOST_NAMED
    across = 1 if len(maps) == 1 else 2 if len(maps) <= 6 else 3
    down = math.ceil(len(maps) / across)
    left = _NAMES if named else MARGIN + 0.15
    room = (PAGE - _HEADER - _KEY - down * _HEADING) / down
    side = min(room, (WIDTH - left - MARGIN - (across - 1) * _BETWEEN) / across)
    height = _HEADER + down * (side + _HEADING) + _KEY
    with house_style():
        figure = new_figure(WIDTH, height)
        write_header(figure, f"{league.title}: who is ahead of whom", _subtitle(maps, league))
        for position, (among, pairs) in enumerate(maps.items()):
            row, column = divmod(position, across)
            x = left + column * (side + _BETWEEN)
            y = height - _HEADER - (row + 1) * (side + _HEADING) + 0.1
            axes = figure.add_axes((x / WIDTH, y / height, side / WIDTH, side / height))
            _draw(axes, pairs, side)
            row_of: Any = summary.loc[among]
            heading = f"{row_of['label']}: {row_of['units']:,}, {row_of['n_grades']} "
            heading += "grade" if row_of["n_grades"] == 1 else "grades"
            axes.set_title(heading, fontsize=8.5, weight="bold", loc="left", color=INK, pad=4)
            if named:
                _write_names(axes, figure, units[among]["name"].to_list())
        _draw_key(figure, height)
        if draft:
            mark_draft(figure)
    return figure


def _subtitle(maps: Mapping[str, PairMapLike], league: League) -> str:
    averaged = any(len(pairs.probability) < pairs.edges[-1] for pairs in maps.values())
    cell = "neighbouring pairs, averaged" if averaged else "a pair"
    return (
        f"Rows and columns: {league.unit_plural} by grade, the best first. A cell is {cell}: the "
        "probability that the row is ahead of the column."
    )


def _draw(axes: Axes, pairs: PairMapLike, side: float) -> None:
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
                mean = percent(pairs.by_grade[row, column])
                style = _TEXT | {"color": "white" if pairs.by_grade[row, column] > 0.75 else INK}
                axes.text((left + right) / 2, (top + bottom) / 2, mean, ha="center", **style)


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
    "fontsize": _FONT,
    "va": "center",
    "weight": "bold",
    "color": INK,
    "clip_on": False,
}


def _write_names(axes: Axes, figure: Figure, names: Sequence[str]) -> None:
    """Names of the units to the left of their rows, cut where there is no room for more."""
    room = _NAMES - 0.5
    inch = axes.get_position().width * WIDTH / len(names)
    size = min(_FONT, 72 * inch * 0.8)
    for row, name in enumerate(names):
        label = kept = name
        while text_width(figure, label, size) > room:
            kept = kept[:-1]
            label = f"{kept.rstrip()}…"
        axes.text(-0.22 / inch, row + 0.5, label, fontsize=size, ha="right", va="center", color=INK)


def _draw_key(figure: Figure, height: float) -> None:
    place = figure.add_axes((MARGIN / WIDTH, 0.42 / height, 3.0 / WIDTH, 0.12 / height))
    scale = ScalarMappable(Normalize(0, 1), _COLOURS)
    bar = figure.colorbar(scale, cax=place, orientation="horizontal")
    bar.set_ticks([0, 0.1, 0.2, 0.5, 0.8, 0.9, 1])
    bar.ax.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f}%")
    bar.ax.tick_params(labelsize=_FONT, colors=INK, length=2)
    bar.outline.set_edgecolor(RULE)
    figure.text(
        (MARGIN + 3.25) / WIDTH,
        0.48 / height,
        "Boxes: grades, numbered on the left. Figures: mean over the pairs of two grades.",
        fontsize=_FONT,
        color=INK,
        va="center",
    )
