"""One page with a row for each unit: heading, key, panels, and what stands beside a row."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from openness.errors import InvalidInput, Problem
from openness.publish.listing import strata
from openness.publish.palette import INK, QUIET, RULE
from openness.publish.rows import Rows, divide_room, lay_out
from openness.publish.sheet import (
    FONT,
    MARGIN,
    NOTE_ROW,
    PAGE,
    WIDTH,
    Sheet,
    add_axes,
    cut,
    house_style,
    key_of_colours,
    new_sheet,
    text_width,
    wrap,
    write_head,
    write_key,
    write_notes,
)
from openness.result import Result

# Inches.
_RIGHT = 1.9
_LONGEST_LABEL = 3.2
_TEXT_ROW = 0.15
_HEADING = 0.56
_KEY = 0.785
_FOOT = 0.5
_ENDS = 10
_MOST_NOTES = 4
MANY = 1500
"""Above this many rows an SVG holds the marks as a picture; it would be megabytes otherwise."""


@dataclass(frozen=True)
class Panel:
    """Units that are ranked against each other, best first, and where their rows go.

    Attributes
    ----------
    heading : str
        Empty if there is one panel.
    units : pandas.DataFrame
    rows : Rows
    """

    heading: str
    units: pd.DataFrame
    rows: Rows


@dataclass(frozen=True)
class Side:
    """What stands to the right of a row that has room for text.

    Attributes
    ----------
    heading : str
    text : callable
        Takes the row of a unit.
    """

    heading: str
    text: Callable[[pd.Series], str]


@dataclass(frozen=True)
class Words:
    """What a page says.

    Attributes
    ----------
    what : str
        Follows the title of the league.
    subtitle : str
    legend : mapping of str to str
        Colour by label; empty for none.
    note : str
        Stands below the plot.
    along : str
        What the axis shows.
    sides : two of Side
        The one beside the panel, and the one at the margin.
    """

    what: str
    subtitle: str
    legend: Mapping[str, str]
    note: str
    along: str
    sides: tuple[Side, Side]


def draw_page(
    result: Result,
    words: Words,
    draw: Callable[[Axes, Panel], None],
    *,
    highlight: Collection[str] = (),
    gap: float = 0.12,
) -> Sheet:
    """Draw a page with a row for each ranked unit.

    The page is never longer than A4, however many units there are. Those at both ends and the
    highlighted ones have a row wide enough for a name; the others are as thin as they must.

    Parameters
    ----------
    result : Result
        Its table is indexed by unit, in reading order: `name`, `group`, `ranked`, and what `draw`
        needs. Each stratum of its summary has a panel.
    words : Words
    draw : callable
        Draws the marks of a panel, whose y axis is in inches from its top, and sets its x axis.
    highlight : collection of str
        Codes of units that are named and set in bold wherever they stand.
    gap : float
        Inches from a panel to what stands beside it.

    Returns
    -------
    Sheet

    Raises
    ------
    InvalidInput
        If no unit is ranked, or a highlighted unit is not in the table.
    """
    _check(result.table, highlight)
    notes = [*wrap(words.note), *not_ranked_notes(result.table)]
    key = key_of_colours(words.legend)
    header, footer = _KEY + 0.18 + key.height, _FOOT + NOTE_ROW * len(notes)
    if "all" not in result.summary.index:
        header -= 0.2
    panels = _panels(result, highlight, header + footer)
    height = header + footer + sum(panel.rows.height + _gap(panel) for panel in panels)

    with house_style():
        sheet = new_sheet(height)
        write_head(sheet, result.league.title, words.what, words.subtitle)
        write_key(sheet, key, _KEY)
        labels = [_labels(sheet, panel, highlight) for panel in panels]
        widest = max(text_width(sheet, text, FONT, "bold") for part in labels for text in part)
        left = max(widest + 0.08, 1.2) + MARGIN
        down = header
        for panel, names in zip(panels, labels, strict=True):
            down += _gap(panel)
            axes = add_axes(sheet, left, down, WIDTH - left - _RIGHT, panel.rows.height)
            down += panel.rows.height
            axes.set_ylim(panel.rows.height, 0)
            draw(axes, panel)
            _style(axes, panel)
            _write_labels(axes, panel, names, words.sides, highlight, gap)
        axes.set_xlabel(words.along, fontsize=7.5, color=INK, labelpad=3)
        write_notes(sheet, notes, height - footer + _FOOT)
    return sheet


def not_ranked_notes(table: pd.DataFrame) -> list[str]:
    """Lines on the units that are not ranked, and why; those for which there is room."""
    unranked = table[~table["ranked"]]
    if unranked.empty:
        return []
    names = [
        f"{name} ({reason})"
        for name, reason in zip(unranked["name"], unranked["reason"], strict=True)
    ]
    lines = wrap(f"Not ranked ({len(names):,}): {'; '.join(names)}.")
    if len(lines) > _MOST_NOTES:
        rest = f"… All {len(names):,} are in the table."
        ruler = new_sheet(1, 1)
        room = WIDTH - 2 * MARGIN - text_width(ruler, rest, FONT)
        last = cut(ruler, lines[_MOST_NOTES - 1], FONT, room).removesuffix("…")
        lines = [*lines[: _MOST_NOTES - 1], f"{last.rstrip()} {rest}"]
    return lines


def _check(table: pd.DataFrame, highlight: Collection[str]) -> None:
    if not table["ranked"].any():
        raise InvalidInput(
            [Problem("table", "column ranked", "no unit is ranked", "a plot of ranks needs one")]
        )
    if unknown := sorted(set(highlight) - set(table.index)):
        raise InvalidInput(
            [Problem("highlight", "units", ", ".join(unknown), "they must be in the table's index")]
        )


def _gap(panel: Panel) -> float:
    """Room above a panel: its axis, and its heading if it has one."""
    return _HEADING if panel.heading else 0.0


def _panels(result: Result, highlight: Collection[str], taken: float) -> list[Panel]:
    parts = [("" if row.name == "all" else row["label"], units) for row, units in strata(result)]
    room = PAGE - taken - sum(_HEADING for heading, _ in parts if heading)
    ends = max(1, _ENDS // len(parts))
    shares = divide_room([len(units) for _, units in parts], 2 * ends, _TEXT_ROW, room)
    panels = []
    for (heading, units), share in zip(parts, shares, strict=True):
        also = [position for position, unit in enumerate(units.index) if unit in highlight]
        rows = lay_out(len(units), ends=ends, also=also, text=_TEXT_ROW, room=share)
        panels.append(Panel(heading, units, rows))
    return panels


def _style(axes: Axes, panel: Panel) -> None:
    axes.set_yticks([])
    for side in ("top", "left", "right"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(RULE)
    axes.tick_params(axis="x", labelsize=FONT, colors=INK, color=RULE, length=3)
    if panel.heading:
        heading = f"{panel.heading} ({len(panel.units):,})"
        axes.set_title(heading, fontsize=8.5, weight="bold", loc="left", color=INK, pad=4)


def _labels(sheet: Sheet, panel: Panel, highlight: Collection[str]) -> list[str]:
    """Names of the labelled rows, cut where the page has no room for more."""
    return [
        cut(sheet, name, FONT, _LONGEST_LABEL, "bold" if unit in highlight else "normal")
        for unit, name in panel.units.loc[panel.rows.labelled, "name"].items()
    ]


def _write_labels(
    axes: Axes,
    panel: Panel,
    names: Sequence[str],
    sides: tuple[Side, Side],
    highlight: Collection[str],
    gap: float,
) -> None:
    across = axes.get_yaxis_transform()
    inch = 1 / (axes.get_position().width * WIDTH)
    places = ((1 + gap * inch, "left"), (1 + (_RIGHT - MARGIN) * inch, "right"))
    style: dict[str, Any] = {"fontsize": FONT, "va": "bottom", "transform": axes.transAxes}
    for (x, align), side in zip(places, sides, strict=True):
        axes.text(x, 1, side.heading, ha=align, color=QUIET, **style)
    style = {"fontsize": FONT, "va": "center", "transform": across, "color": INK}
    for position, name in zip(np.flatnonzero(panel.rows.labelled), names, strict=True):
        unit, y = panel.units.iloc[position], panel.rows.centre[position]
        style["weight"] = "bold" if unit.name in highlight else "normal"
        axes.text(-0.08 * inch, y, name, ha="right", **style)
        for (x, align), side in zip(places, sides, strict=True):
            axes.text(x, y, side.text(unit), ha=align, **style)
