"""The picture of a comparison: where each method puts every unit, and whom it moves."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from openness.league import League
from openness.measures.symbols import NOT_APPLICABLE
from openness.publish.palette import FAINT, INK, RULE, band_colours
from openness.publish.sheet import (
    FONT,
    MARGIN,
    NOTE_ROW,
    WIDTH,
    Sheet,
    add_axes,
    cut,
    house_style,
    new_sheet,
    wrap,
    write,
    write_head,
    write_notes,
)
from openness.publish.wording import method_words
from openness.result import Result

if TYPE_CHECKING:
    from openness.naive import Comparison

# Inches on a page of A4.
_AXIS = 0.36
_TOP = 1.05
_FEW, _MANY_METHODS = 4, 12
_BETWEEN = 0.22
_HEAD = 0.36
_FOOT = 0.3
_GAP_ROW = 0.16
_NAMES = 2.3
_MANY = 1500
"""Above this many units a panel holds its dots as a picture; an SVG would be megabytes."""

_Z95 = 1.96


def draw_comparison(result: Result) -> Sheet:
    """Draw ranks by each method against those of the reference, and the gap of incomplete units."""
    league = result.league
    comparison: Comparison = result.parts["comparison"]
    others = [str(name) for name in comparison.summary.index if name != comparison.reference]
    across = min(_FEW if len(others) <= _MANY_METHODS else _FEW + 1, max(2, len(others)))
    side = min((WIDTH - 2 * MARGIN - _AXIS - (across - 1) * _BETWEEN) / across, 2.4)
    down = math.ceil(len(others) / across)
    incomplete = (comparison.missing["any"] > 0).to_numpy()
    gaps = comparison.summary.loc[others, ["fairness_gap", "fairness_gap_error"]].dropna()
    has_gaps = bool(incomplete.any() and len(gaps))
    notes = _notes(comparison, league)
    panels = down * (_HEAD + side) + _FOOT
    chart = (0.75 + _GAP_ROW * len(gaps)) if has_gaps else 0.0
    reference = method_words(comparison.reference)

    with house_style():
        sheet = new_sheet(_TOP + panels + chart + 0.2 + NOTE_ROW * len(notes))
        line = (
            f"Across: rank by {reference}. Down: rank by the method named, best first. Figures: "
            f"rank correlation; {league.unit_plural} in another band."
        )
        write_head(sheet, league.title, ": other methods", line)
        if incomplete.any():
            _write_key(sheet, league)
        for position, name in enumerate(others):
            row, column = divmod(position, across)
            left = MARGIN + _AXIS + column * (side + _BETWEEN)
            above = _TOP + row * (_HEAD + side)
            figures: Any = comparison.summary.loc[name]
            for number, words in enumerate(wrap(method_words(name), FONT, side, "bold")[:2]):
                write(sheet, left, above + 0.13 + 0.14 * number, words, weight="bold")
            write(sheet, left + side, above + 0.27, _figures(figures), ha="right")
            axes = add_axes(sheet, left, above + _HEAD, side, side)
            _draw_panel(axes, comparison, name, incomplete)
            axes.tick_params(labelleft=column == 0, labelbottom=position + across >= len(others))
        if has_gaps:
            _draw_gaps(sheet, gaps, _TOP + panels, league, reference)
        write_notes(sheet, notes, _TOP + panels + chart + 0.15)
    return sheet


def _write_key(sheet: Sheet, league: League) -> None:
    entries = (
        (MARGIN, "^", 16, _accent(), f"a measure of the {league.unit} is missing"),
        (MARGIN + 2.4, "o", 9, FAINT, "none is missing"),
    )
    for left, mark, size, colour, words in entries:
        axes = add_axes(sheet, left, 0.75, 0.12, 0.12)
        axes.set_axis_off()
        axes.scatter([0.5], [0.5], s=size, marker=mark, color=colour, linewidths=0)
        write(sheet, left + 0.2, 0.81, words)


def _accent() -> str:
    return band_colours(4)[3]


def _figures(row: Any) -> str:
    correlation = row["rank_correlation"]
    number = str(NOT_APPLICABLE) if math.isnan(correlation) else f"{correlation:.2f}"
    return f"{number}; {row['other_band']:.0f}"


def _draw_panel(axes: Axes, comparison: Comparison, name: str, incomplete: np.ndarray) -> None:
    x = comparison.reference_ranks[name].to_numpy(dtype=float)
    y = comparison.ranks[name].to_numpy(dtype=float)
    largest = np.nanmax([np.nanmax(x), np.nanmax(y), 2])
    many = len(x) > _MANY
    size = 3.5 if len(x) > 60 else 10
    axes.plot([1, largest], [1, largest], color=RULE, linewidth=0.8, zorder=1)
    axes.scatter(x[~incomplete], y[~incomplete], s=size, color=FAINT, linewidths=0, rasterized=many)
    axes.scatter(
        x[incomplete],
        y[incomplete],
        s=1.8 * size,
        marker="^",
        color=_accent(),
        linewidths=0,
        rasterized=many,
        zorder=3,
    )
    pad = 0.03 * largest
    axes.set_xlim(1 - pad, largest + pad)
    axes.set_ylim(largest + pad, 1 - pad)
    for spine in axes.spines.values():
        spine.set_color(RULE)
    # Methods that leave units out have fewer ranks: named by their ends, one axis serves a row.
    axes.set_xticks([1, largest], ["first", "last"])
    axes.set_yticks([1, largest], ["first", "last"])
    axes.tick_params(labelsize=FONT, colors=INK, color=RULE, length=2, pad=1.5)


def _draw_gaps(
    sheet: Sheet, gaps: pd.DataFrame, above: float, league: League, reference: str
) -> None:
    text = (
        f"Ranks that {league.unit_plural} with a measure missing lose to those with none, "
        f"compared with {reference}"
    )
    write(sheet, MARGIN, above + 0.2, text, 8, weight="bold")
    axes = add_axes(sheet, _NAMES, above + 0.4, WIDTH - _NAMES - MARGIN, _GAP_ROW * len(gaps))
    rows = np.arange(len(gaps))
    gap = gaps["fairness_gap"].to_numpy(dtype=float)
    error = _Z95 * gaps["fairness_gap_error"].fillna(0).to_numpy(dtype=float)
    axes.axvline(0, color=RULE, linewidth=0.8)
    axes.hlines(rows, gap - error, gap + error, color=INK, linewidth=1.1)
    axes.scatter(gap, rows, s=14, color=INK, zorder=3)
    axes.set_ylim(len(gaps) - 0.5, -0.5)
    room = _NAMES - MARGIN - 0.1
    axes.set_yticks(rows, [cut(sheet, method_words(str(name)), FONT, room) for name in gaps.index])
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(RULE)
    axes.tick_params(axis="y", labelsize=FONT, colors=INK, length=0)
    axes.tick_params(axis="x", labelsize=FONT, colors=INK, color=RULE, length=2, pad=1.5)


def _notes(comparison: Comparison, league: League) -> list[str]:
    return wrap(
        f"{len(comparison.ranks):,} {league.unit_plural} that {method_words(comparison.reference)} "
        "ranks; a unit that a method does not rank has no dot, and the others are ranked without "
        f"it. Lines: 95% intervals of a mean over {league.unit_plural}."
    )
