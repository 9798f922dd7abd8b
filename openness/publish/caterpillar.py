"""The caterpillar plot: every unit's rank with its interval, on one page."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.patches import Rectangle

from openness.publish.page import MANY, Panel, Side, Words, draw_page
from openness.publish.palette import FAINT, INK, band_colours, ink_on
from openness.publish.rows import Rows
from openness.publish.sheet import FONT, WIDTH, Sheet
from openness.publish.wording import (
    band_labels,
    band_numbers,
    interval_words,
    percent,
    rank_range,
    sizes_sentences,
)
from openness.result import Result

_MOST_IN_KEY = 12
"""Grades; of more the key names the first and the last."""

_STRIP = (0.03, 0.18)
"""Where the strip of grades begins and ends, inches from a panel."""

_LEAST_FOR_NUMBER = 0.1
"""Inches that a grade must be high for its number to stand in the strip."""

_INTERVAL = Side("Rank interval", lambda unit: rank_range(unit["rank_lower"], unit["rank_upper"]))


def caterpillar(result: Result, highlight: Collection[str] = ()) -> Sheet:
    """Draw the rank interval of every ranked unit, sorted by expected rank, coloured by band.

    Units in `highlight` are named and drawn stronger wherever they stand.
    """
    labels, numbers = band_labels(result.league), band_numbers(result.league)
    colours = dict(zip(labels, band_colours(len(labels)), strict=True))
    limits = result.about.get("band_limits")
    lines = "" if limits is None else " Vertical lines: limits of the bands."

    def draw(axes: Axes, panel: Panel) -> None:
        if limits is not None:
            _draw_bands(axes, limits, list(colours.values()), strip=0.06 / panel.rows.height)
        _draw_intervals(axes, panel, panel.units["band"].map(colours).to_list(), highlight)

    def band(unit: pd.Series) -> str:
        return f"{numbers[unit['band']]} ({percent(unit[f'prob_{unit["band"]}'])})"

    words = Words(
        what="",
        subtitle=f"{_subtitle(result, 'expected rank')} Colour: band.",
        legend={f"{numbers[band]} {label}": colours[band] for band, label in labels.items()},
        note="Sorted by expected rank: the mean of the ranks that a unit has within each draw from "
        f"the posterior. Band: the one that the colour shows, with its probability.{lines} "
        f"{sizes_sentences(result)}",
        along="Rank (1 is best)",
        sides=(_INTERVAL, Side("Band (chance)", band)),
    )
    return draw_page(result, words, draw, highlight=highlight)


def grade_caterpillar(result: Result, highlight: Collection[str] = ()) -> Sheet:
    """Draw the rank interval of every graded unit, grade after grade.

    A strip beside the rows has the number of each grade, and a line parts it from the next.

    Units in `highlight` are named and drawn stronger wherever they stand.
    """
    most = int(result.table["grade"].max()) if result.table["ranked"].any() else 1
    colours = band_colours(most)
    in_key = range(1, most + 1) if most <= _MOST_IN_KEY else (1, most)

    def draw(axes: Axes, panel: Panel) -> None:
        grade = panel.units["grade"].to_numpy(dtype=int)
        _draw_intervals(axes, panel, [colours[number - 1] for number in grade], highlight)
        _draw_grades(axes, panel.rows, grade, colours)

    def graded(unit: pd.Series) -> str:
        return f"{unit['grade']}{'' if unit['stable'] else ' ~'}"

    words = Words(
        what=": grades",
        subtitle=f"{_subtitle(result, 'expected rank')} Colour and strip: grade.",
        legend={f"Grade {number}": colours[number - 1] for number in in_key},
        note="Grades are cut where the evidence settles the order of units; within a grade no "
        "order is claimed. ~ another grade by one half of the draws. Ranks are counted within each "
        "draw from the posterior.",
        along="Rank (1 is best)",
        sides=(_INTERVAL, Side("Grade", graded)),
    )
    return draw_page(result, words, draw, highlight=highlight, gap=0.25)


def _subtitle(result: Result, dot: str) -> str:
    words = interval_words(result.about["interval_prob"], result.about["interval_kind"])
    count = f"{int(result.table['ranked'].sum()):,} {result.league.unit_plural}"
    return f"{count}. Dot: {dot}. Line: {words} of the rank."


def _draw_intervals(
    axes: Axes, panel: Panel, colours: Sequence[str], highlight: Collection[str]
) -> None:
    units, rows = panel.units, panel.rows
    count = len(units)
    strong = np.array([unit in highlight for unit in units.index])
    lower, upper = units["rank_lower"].to_numpy(), units["rank_upper"].to_numpy()
    axes.set_xlim(0.5, count + 0.5)

    thin = min(2.2, max(0.3, 72 * rows.pitch * 0.62))
    wide = np.where(rows.labelled, min(2.2, 1.6 + thin / 4), thin) + 1.2 * strong
    ends = [[(low, y), (high, y)] for low, high, y in zip(lower, upper, rows.centre, strict=True)]
    many = count > MANY
    axes.add_collection(
        LineCollection(ends, colors=colours, linewidths=wide, capstyle="butt", rasterized=many)
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
    step = next(
        s
        for s in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10**4, 10**5)
        if count / s <= 12
    )
    axes.set_xticks([1, *range(step if step > 1 else 2, count + 1, step)])
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")


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


def _draw_grades(axes: Axes, rows: Rows, grade: np.ndarray, colours: Sequence[str]) -> None:
    """A strip beside the rows with the number of each grade, and a line where one ends."""
    inch = 1 / (axes.get_position().width * WIDTH)
    left, right = (1 + part * inch for part in _STRIP)
    across = axes.get_yaxis_transform()
    edges = rows.edge
    starts = np.flatnonzero(np.diff(grade, prepend=0))
    for start, stop in zip(starts, [*starts[1:], len(grade)], strict=True):
        top, bottom = edges[start], edges[stop]
        colour = colours[grade[start] - 1]
        axes.add_patch(
            Rectangle(
                (left, top),
                right - left,
                bottom - top,
                facecolor=colour,
                edgecolor="white",
                linewidth=0.4,
                transform=across,
                clip_on=False,
            )
        )
        if bottom - top >= _LEAST_FOR_NUMBER:
            axes.text(
                (left + right) / 2,
                (top + bottom) / 2,
                str(grade[start]),
                fontsize=FONT,
                weight="bold",
                color=ink_on(colour),
                ha="center",
                va="center",
                transform=across,
            )
        if stop < len(grade):
            axes.axhline(bottom, color=FAINT, linewidth=0.5, zorder=0.5)


def _dot(rows: Rows) -> float:
    """Area of a dot in a thin row, square points: as large as the row, within reason."""
    return float(np.clip(72 * rows.pitch, 1.2, 3.6) ** 2)
