"""One page with a row for each unit: heading, key, panels, and what stands beside a row."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from openness.errors import InvalidInput, Problem
from openness.league.definition import League
from openness.publish.draft import mark_draft
from openness.publish.figures import house_style, new_figure, text_width
from openness.publish.legend import MARK, place_words
from openness.publish.palette import FAINT, INK, RULE
from openness.publish.rows import Rows, divide_room, lay_out

# Inches on a page of A4.
WIDTH = 8.27
PAGE = 11.69
MARGIN = 0.35
_LEGEND_ROW = 0.15
_LEGEND_FONT = 7.5
_RIGHT = 1.62
_LONGEST_LABEL = 3.2
_TEXT_ROW = 0.15
_HEADING = 0.56
_NOTE_ROW = 0.125
_NOTE_LENGTH = 148
FONT = 6.5
_ENDS = 10
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
class Words:
    """What a page says.

    Attributes
    ----------
    title, subtitle : str
    legend : mapping of str to str
        Colour by label; empty for none.
    notes : sequence of str
        Lines below the plot.
    along : str
        What the axis shows.
    """

    title: str
    subtitle: str
    legend: Mapping[str, str]
    notes: Sequence[str]
    along: str


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


def draw_page(
    table: pd.DataFrame,
    league: League,
    words: Words,
    sides: tuple[Side, Side],
    draw: Callable[[Axes, Panel], None],
    *,
    highlight: Collection[str] = (),
    gap: float = 0.12,
    draft: bool = False,
) -> Figure:
    """Draw a page with a row for each ranked unit.

    The page is never longer than A4, however many units there are. Those at both ends and the
    highlighted ones have a row wide enough for a name; the others are as thin as they must.

    Parameters
    ----------
    table : pandas.DataFrame
        Indexed by unit, in reading order: `name`, `group`, `ranked`, and what `draw` needs. If
        `attrs["scope"]` is "within_group", each group has a panel.
    league : League
    words : Words
    sides : two of Side
    draw : callable
        Draws the marks of a panel, whose y axis is in inches from its top, and sets its x axis.
    highlight : collection of str
        Codes of units that are named and set in bold wherever they stand.
    gap : float
        Inches from a panel to what stands beside it.
    draft : bool
        Mark the picture as one that must not be published.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InvalidInput
        If no unit is ranked, or a highlighted unit is not in the table.
    """
    ranked = table[table["ranked"]]
    _check(table, ranked, highlight)
    scope = table.attrs.get("scope", "all")
    legend = place_words(words.legend, left=MARGIN, right=WIDTH - MARGIN, size=_LEGEND_FONT)
    header, footer = 0.97 + _LEGEND_ROW * len(legend), 0.5 + _NOTE_ROW * len(words.notes)
    if scope != "all":
        header -= 0.2
    panels = _panels(ranked, scope, league, highlight, header + footer)
    height = header + footer + sum(panel.rows.height + _gap(panel) for panel in panels)

    with house_style():
        figure = new_figure(WIDTH, height)
        write_header(figure, words.title, words.subtitle)
        _write_legend(figure, legend, words.legend)
        labels = [_labels(figure, panel, highlight) for panel in panels]
        left = 0.08 + max(
            text_width(figure, text, FONT, "bold") for part in labels for text in part
        )
        left = max(left, 1.2) + MARGIN
        top = height - header
        for panel, names in zip(panels, labels, strict=True):
            top -= _gap(panel) + panel.rows.height
            across = (WIDTH - left - _RIGHT) / WIDTH
            box = (left / WIDTH, top / height, across, panel.rows.height / height)
            axes = figure.add_axes(box)
            axes.set_ylim(panel.rows.height, 0)
            draw(axes, panel)
            _style(axes, panel)
            _write_labels(axes, panel, names, sides, highlight, gap)
        axes.set_xlabel(words.along, fontsize=7.5, color=INK, labelpad=3)
        for line, text in enumerate(words.notes):
            y = footer - 0.5 - _NOTE_ROW * line
            figure.text(MARGIN / WIDTH, y / height, text, fontsize=FONT, color=INK, va="center")
        if draft:
            mark_draft(figure)
    return figure


def write_header(figure: Figure, title: str, subtitle: str) -> None:
    """Write the title of a page and the line below it."""
    height = figure.get_figheight()
    style: dict[str, Any] = {"color": INK, "va": "center"}
    x = MARGIN / WIDTH
    title = textwrap.shorten(title, 68, placeholder=" …")
    figure.text(x, 1 - 0.33 / height, title, fontsize=13, weight="bold", **style)
    figure.text(x, 1 - 0.57 / height, subtitle, fontsize=7.5, **style)


def wrapped(note: str) -> list[str]:
    """Break a note into lines of a page."""
    return textwrap.wrap(note, _NOTE_LENGTH)


def not_ranked_notes(table: pd.DataFrame) -> list[str]:
    """Lines on the units that are not ranked, and why; those for which there is room."""
    unranked = table[~table["ranked"]]
    if unranked.empty:
        return []
    names = [
        f"{name} ({reason})"
        for name, reason in zip(unranked["name"], unranked["reason"], strict=True)
    ]
    lines = wrapped(f"Not ranked ({len(names):,}): {'; '.join(names)}.")
    if len(lines) > 4:
        rest = f"… All {len(names):,} are in the table."
        lines = [*lines[:3], f"{lines[3][: _NOTE_LENGTH - 1 - len(rest)].rstrip()} {rest}"]
    return lines


def _check(table: pd.DataFrame, ranked: pd.DataFrame, highlight: Collection[str]) -> None:
    if ranked.empty:
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


def _panels(
    ranked: pd.DataFrame, scope: str, league: League, highlight: Collection[str], taken: float
) -> list[Panel]:
    if scope == "all":
        parts = [("", ranked)]
    else:
        parts = [
            (group.label, ranked[ranked["group"] == group.id])
            for group in league.groups
            if (ranked["group"] == group.id).any()
        ]
    room = PAGE - taken - sum(_HEADING for heading, _ in parts if heading)
    ends = max(1, _ENDS // len(parts))
    shares = divide_room([len(units) for _, units in parts], 2 * ends, _TEXT_ROW, room)
    panels = []
    for (heading, units), share in zip(parts, shares, strict=True):
        also = [position for position, unit in enumerate(units.index) if unit in highlight]
        rows = lay_out(len(units), ends=ends, also=also, text=_TEXT_ROW, room=share)
        panels.append(Panel(heading, units, rows))
    return panels


def _write_legend(
    figure: Figure, rows: list[list[tuple[float, str]]], colours: Mapping[str, str]
) -> None:
    height = figure.get_figheight()
    for row, entries in enumerate(rows):
        middle = 0.785 + _LEGEND_ROW * row
        for x, label in entries:
            corner = (x / WIDTH, 1 - (middle + 0.035) / height)
            shape = Rectangle(corner, 0.2 / WIDTH, 0.07 / height, color=colours[label])
            figure.add_artist(shape)
            y = 1 - middle / height
            style: dict[str, Any] = {"fontsize": _LEGEND_FONT, "color": INK, "va": "center"}
            figure.text((x + MARK) / WIDTH, y, label, **style)


def _style(axes: Axes, panel: Panel) -> None:
    axes.set_yticks([])
    for side in ("top", "left", "right"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(RULE)
    axes.tick_params(axis="x", labelsize=7, colors=INK, color=RULE, length=3)
    if panel.heading:
        heading = f"{panel.heading} ({len(panel.units):,})"
        axes.set_title(heading, fontsize=8.5, weight="bold", loc="left", color=INK, pad=4)


def _labels(figure: Figure, panel: Panel, highlight: Collection[str]) -> list[str]:
    """Names of the labelled rows, cut where the page has no room for more."""
    labels = []
    for unit, name in panel.units.loc[panel.rows.labelled, "name"].items():
        weight = "bold" if unit in highlight else "normal"
        kept, label = name, name
        while text_width(figure, label, FONT, weight) > _LONGEST_LABEL:
            kept = kept[:-1]
            label = f"{kept.rstrip()}…"
        labels.append(label)
    return labels


def _write_labels(
    axes: Axes,
    panel: Panel,
    names: list[str],
    sides: tuple[Side, Side],
    highlight: Collection[str],
    gap: float,
) -> None:
    across = axes.get_yaxis_transform()
    inch = 1 / (axes.get_position().width * WIDTH)
    places = ((1 + gap * inch, "left"), (1 + (_RIGHT - MARGIN) * inch, "right"))
    for (x, align), side in zip(places, sides, strict=True):
        axes.text(
            x,
            1,
            side.heading,
            ha=align,
            va="bottom",
            fontsize=FONT,
            color=FAINT,
            transform=axes.transAxes,
        )
    for position, name in zip(np.flatnonzero(panel.rows.labelled), names, strict=True):
        unit = panel.units.iloc[position]
        y = panel.rows.centre[position]
        weight = "bold" if unit.name in highlight else "normal"
        style: dict[str, Any] = {
            "fontsize": FONT,
            "va": "center",
            "transform": across,
            "weight": weight,
            "color": INK,
        }
        axes.text(-0.08 * inch, y, name, ha="right", **style)
        for (x, align), side in zip(places, sides, strict=True):
            axes.text(x, y, side.text(unit), ha=align, **style)
