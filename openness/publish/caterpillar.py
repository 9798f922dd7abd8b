"""The caterpillar plot: every unit's rank with its interval, on one page."""

from __future__ import annotations

import textwrap
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from openness.errors import InvalidInput, Problem
from openness.league.definition import League
from openness.publish.draft import mark_draft
from openness.publish.figures import house_style, new_figure, text_width
from openness.publish.legend import MARK, place_words
from openness.publish.palette import FAINT, INK, RULE, band_colours
from openness.publish.rows import Rows, lay_out
from openness.publish.wording import (
    band_labels,
    interval_words,
    percent,
    rank_range,
)

# Inches on a page of A4.
_LEGEND_ROW = 0.15
_LEGEND_FONT = 7.5
_WIDTH = 8.27
_PAGE = 11.69
_MARGIN = 0.35
_RIGHT = 1.62
_LONGEST_LABEL = 3.2
_TEXT_ROW = 0.15
_HEADING = 0.56
_FONT = 6.5
_ENDS = 10
_MANY = 1500
"""Above this many rows an SVG holds the lines as a picture; it would be megabytes otherwise."""


@dataclass(frozen=True)
class _Panel:
    """Units that are ranked against each other, best first, and where their rows go."""

    heading: str
    units: pd.DataFrame
    rows: Rows


def caterpillar(
    table: pd.DataFrame,
    league: League,
    *,
    title: str | None = None,
    highlight: Collection[str] = (),
    draft: bool = False,
) -> Figure:
    """Draw the rank interval of every ranked unit, sorted by expected rank.

    The page is never longer than A4, however many units there are. Those at both ends and the
    highlighted ones have a row wide enough for a name; the others are drawn as thin as they must.

    Parameters
    ----------
    table : pandas.DataFrame
        From `openness.ranking.ranking_table`. If ranks run within groups, each group has a panel.
    league : League
        Gives the words: title, bands, groups, and what a unit is called.
    title : str, optional
        Instead of the league's own.
    highlight : collection of str
        Codes of units that are named and drawn stronger wherever they stand.
    draft : bool
        Mark the picture as one that must not be published.

    Returns
    -------
    matplotlib.figure.Figure
        Belongs to no window; `save_figure` writes it.

    Raises
    ------
    InvalidInput
        If no unit is ranked, or a highlighted unit is not in the table.
    """
    ranked = table[table["ranked"]]
    _check(table, ranked, highlight)
    notes = _notes(table, league)
    legend = place_words(
        band_labels(league).values(), left=_MARGIN, right=_WIDTH - _MARGIN, size=_LEGEND_FONT
    )
    header, footer = 0.97 + _LEGEND_ROW * len(legend), 0.5 + 0.125 * len(notes)
    if table.attrs.get("scope", "all") != "all":
        header -= 0.2
    panels = _panels(ranked, table.attrs.get("scope", "all"), league, highlight, header + footer)
    height = header + footer + sum(panel.rows.height + _gap(panel) for panel in panels)

    with house_style():
        figure = new_figure(_WIDTH, height)
        _write_header(figure, league, table, title or league.title)
        _write_legend(figure, legend, band_colours(len(league.bands.levels)))
        labels = [_labels(figure, panel, highlight) for panel in panels]
        left = 0.08 + max(
            text_width(figure, text, _FONT, "bold") for part in labels for text in part
        )
        left = max(left, 1.2) + _MARGIN
        top = height - header
        for panel, names in zip(panels, labels, strict=True):
            top -= _gap(panel) + panel.rows.height
            across = (_WIDTH - left - _RIGHT) / _WIDTH
            box = (left / _WIDTH, top / height, across, panel.rows.height / height)
            axes = figure.add_axes(box)
            _draw_panel(axes, panel, league, table.attrs.get("band_limits"), highlight)
            _write_labels(axes, panel, names, highlight)
        axes.set_xlabel("Rank (1 is best)", fontsize=7.5, color=INK, labelpad=3)
        for line, text in enumerate(notes):
            y = footer - 0.5 - 0.125 * line
            figure.text(_MARGIN / _WIDTH, y / height, text, fontsize=6.5, color=INK, va="center")
        if draft:
            mark_draft(figure)
    return figure


def _check(table: pd.DataFrame, ranked: pd.DataFrame, highlight: Collection[str]) -> None:
    if ranked.empty:
        raise InvalidInput(
            [Problem("table", "column ranked", "no unit is ranked", "a plot of ranks needs one")]
        )
    if unknown := sorted(set(highlight) - set(table.index)):
        raise InvalidInput(
            [Problem("highlight", "units", ", ".join(unknown), "they must be in the table's index")]
        )


def _gap(panel: _Panel) -> float:
    """Room above a panel: its axis, and its heading if it has one."""
    return _HEADING if panel.heading else 0.0


def _panels(
    ranked: pd.DataFrame, scope: str, league: League, highlight: Collection[str], taken: float
) -> list[_Panel]:
    if scope == "all":
        parts = [("", ranked)]
    else:
        parts = [
            (group.label, ranked[ranked["group"] == group.id])
            for group in league.groups
            if (ranked["group"] == group.id).any()
        ]
    room = _PAGE - taken - sum(_HEADING for heading, _ in parts if heading)
    ends = max(1, _ENDS // len(parts))
    panels = []
    for heading, units in parts:
        also = [position for position, unit in enumerate(units.index) if unit in highlight]
        share = room * len(units) / len(ranked)
        # Small groups keep enough height for their own labels.
        share = max(share, min(len(units), 2 * ends) * _TEXT_ROW) if len(parts) > 1 else share
        rows = lay_out(len(units), ends=ends, also=also, text=_TEXT_ROW, room=share)
        panels.append(_Panel(heading, units, rows))
    return panels


def _write_header(figure: Figure, league: League, table: pd.DataFrame, title: str) -> None:
    height = figure.get_figheight()

    def write(x: float, down: float, text: str, **style: Any) -> None:
        figure.text(x / _WIDTH, 1 - down / height, text, va="center", **style)

    write(_MARGIN, 0.33, textwrap.shorten(title, 68), fontsize=13, weight="bold", color=INK)
    prob, kind = table["interval_prob"].iloc[0], table["interval_kind"].iloc[0]
    count = int(table["ranked"].sum())
    words = interval_words(prob, kind)
    subtitle = (
        f"{count:,} {league.unit_plural}. Dot: expected rank. Line: {words} of the rank. "
        "Colour: most probable band."
    )
    write(_MARGIN, 0.57, subtitle, fontsize=7.5, color=INK)


def _write_legend(figure: Figure, rows: list[list[tuple[float, str]]], colours: list[str]) -> None:
    height = figure.get_figheight()
    shade = iter(colours)
    for row, entries in enumerate(rows):
        middle = 0.785 + _LEGEND_ROW * row
        for x, label in entries:
            corner = (x / _WIDTH, 1 - (middle + 0.035) / height)
            figure.add_artist(Rectangle(corner, 0.2 / _WIDTH, 0.07 / height, color=next(shade)))
            y = 1 - middle / height
            style: dict[str, Any] = {"fontsize": _LEGEND_FONT, "color": INK, "va": "center"}
            figure.text((x + MARK) / _WIDTH, y, label, **style)


def _draw_panel(
    axes: Axes, panel: _Panel, league: League, limits: list[int] | None, highlight: Collection[str]
) -> None:
    units, rows = panel.units, panel.rows
    count = len(units)
    colours = dict(zip(band_labels(league), band_colours(len(league.bands.levels)), strict=True))
    tint = units["band"].map(colours).to_list()
    strong = np.array([unit in highlight for unit in units.index])
    lower, upper = units["rank_lower"].to_numpy(), units["rank_upper"].to_numpy()

    axes.set_xlim(0.5, count + 0.5)
    axes.set_ylim(rows.height, 0)
    if limits is not None:
        _draw_bands(axes, limits, list(colours.values()), strip=0.06 / rows.height)

    thin = min(2.2, max(0.3, 72 * rows.pitch * 0.62))
    wide = np.where(rows.labelled, min(2.2, 1.6 + thin / 4), thin) + 1.2 * strong
    ends = [[(low, y), (high, y)] for low, high, y in zip(lower, upper, rows.centre, strict=True)]
    many = count > _MANY
    axes.add_collection(
        LineCollection(ends, colors=tint, linewidths=wide, capstyle="butt", rasterized=many)
    )
    axes.scatter(
        units["expected_rank"],
        rows.centre,
        s=np.where(rows.labelled, 13.0, _dot(rows)) * (1 + 0.8 * strong),
        c=INK,
        edgecolors="white",
        linewidths=np.where(rows.labelled, 0.7, 0.0 if many else 0.3).tolist(),
        clip_on=False,
        zorder=3,
        rasterized=many,
    )
    _style_axes(axes, count)
    if panel.heading:
        heading = f"{panel.heading} ({count:,})"
        axes.set_title(heading, fontsize=8.5, weight="bold", loc="left", color=INK, pad=4)


def _draw_bands(axes: Axes, limits: list[int], colours: list[str], *, strip: float) -> None:
    """A strip on top with the places of each band, and a line where one ends."""
    before = 0
    for limit, colour in zip(limits, colours, strict=True):
        axes.add_patch(
            Rectangle(
                (before + 0.5, 1),
                limit - before,
                strip,
                color=colour,
                transform=axes.get_xaxis_transform(),
                clip_on=False,
                linewidth=0,
            )
        )
        if limit < limits[-1]:
            axes.axvline(limit + 0.5, color=FAINT, linewidth=0.7, zorder=0.5)
        before = limit


def _dot(rows: Rows) -> float:
    """Area of a dot in a thin row, square points: as large as the row, within reason."""
    return float(np.clip(72 * rows.pitch, 1.2, 3.6) ** 2)


def _labels(figure: Figure, panel: _Panel, highlight: Collection[str]) -> list[str]:
    """Names of the labelled rows, cut where the page has no room for more."""
    labels = []
    for unit, name in panel.units.loc[panel.rows.labelled, "name"].items():
        weight = "bold" if unit in highlight else "normal"
        kept, label = name, name
        while text_width(figure, label, _FONT, weight) > _LONGEST_LABEL:
            kept = kept[:-1]
            label = f"{kept.rstrip()}…"
        labels.append(label)
    return labels


def _write_labels(axes: Axes, panel: _Panel, names: list[str], highlight: Collection[str]) -> None:
    across = axes.get_yaxis_transform()
    inch = 1 / (axes.get_position().width * _WIDTH)
    interval, chance = 1 + 0.12 * inch, 1 + (_RIGHT - _MARGIN) * inch
    heading: dict[str, Any] = {
        "transform": axes.transAxes,
        "fontsize": _FONT,
        "color": FAINT,
        "va": "bottom",
    }
    axes.text(interval, 1, "Rank interval", **heading)
    axes.text(chance, 1, "Chance", ha="right", **heading)
    for position, name in zip(np.flatnonzero(panel.rows.labelled), names, strict=True):
        unit = panel.units.iloc[position]
        y = panel.rows.centre[position]
        weight = "bold" if unit.name in highlight else "normal"
        style: dict[str, Any] = {
            "fontsize": _FONT,
            "va": "center",
            "transform": across,
            "weight": weight,
            "color": INK,
        }
        axes.text(-0.08 * inch, y, name, ha="right", **style)
        axes.text(interval, y, rank_range(unit["rank_lower"], unit["rank_upper"]), **style)
        axes.text(chance, y, percent(unit[f"prob_{unit['band']}"]), ha="right", **style)


def _style_axes(axes: Axes, count: int) -> None:
    axes.set_yticks([])
    for side in ("top", "left", "right"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(RULE)
    step = next(
        s
        for s in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10**4, 10**5)
        if count / s <= 12
    )
    axes.set_xticks([1, *range(step if step > 1 else 2, count + 1, step)])
    axes.tick_params(axis="x", labelsize=7, colors=INK, color=RULE, length=3)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")


def _notes(table: pd.DataFrame, league: League) -> list[str]:
    """Lines below the plot: where the ranks come from, and who has none."""
    notes = [
        "Ranks are counted within each draw from the posterior. Chance: probability of the band "
        "that the colour shows."
    ]
    if table.attrs.get("band_limits") is not None:
        notes[0] += " Vertical lines: limits of the bands."
    unranked = table[~table["ranked"]]
    if unranked.empty:
        return notes
    names = [
        f"{name} ({reason})"
        for name, reason in zip(unranked["name"], unranked["reason"], strict=True)
    ]
    wrapped = textwrap.wrap(f"Not ranked ({len(names):,}): {'; '.join(names)}.", 148)
    if len(wrapped) > 4:
        rest = f"… All {len(names):,} are in the table of the ranking."
        wrapped = [*wrapped[:3], f"{wrapped[3][: 147 - len(rest)].rstrip()} {rest}"]
    return notes + wrapped
