"""The picture of a comparison: where each method puts every unit, and whom it moves."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from openness.league.definition import League
from openness.measures.symbols import NOT_APPLICABLE
from openness.publish.draft import mark_draft
from openness.publish.figures import house_style, new_figure
from openness.publish.palette import FAINT, INK, RULE, band_colours
from openness.publish.wording import method_words

if TYPE_CHECKING:
    from openness.naive import Comparison

# Inches on a page of A4.
_WIDTH = 8.27
_MARGIN = 0.35
_AXIS = 0.32
_TOP = 1.05
_FEW, _MANY_METHODS = 4, 12
_BETWEEN = 0.22
_HEAD = 0.36
_FOOT = 0.3
_GAP_ROW = 0.16
_NOTE = 0.125
_MANY = 1500
"""Above this many units a panel holds its dots as a picture; an SVG would be megabytes."""

_Z95 = 1.96


def draw_comparison(
    comparison: Comparison, league: League, *, title: str | None = None, draft: bool = False
) -> Figure:
    """Draw ranks by each method against those of the reference, and the gap of incomplete units.

    Parameters
    ----------
    comparison : Comparison
    league : League
        Gives the words.
    title : str, optional
        Instead of the league's own.
    draft : bool
        Mark the picture as one that must not be published.

    Returns
    -------
    matplotlib.figure.Figure
        Belongs to no window; `save_figure` writes it.
    """
    others = [str(name) for name in comparison.summary.index if name != comparison.reference]
    across = min(_FEW if len(others) <= _MANY_METHODS else _FEW + 1, max(2, len(others)))
    side = (_WIDTH - 2 * _MARGIN - _AXIS - (across - 1) * _BETWEEN) / across
    side = min(side, 2.4)
    down = math.ceil(len(others) / across)
    incomplete = (comparison.missing["any"] > 0).to_numpy()
    gaps = comparison.summary.loc[others, ["fairness_gap", "fairness_gap_error"]].dropna()
    has_gaps = bool(incomplete.any() and len(gaps))
    notes = _notes(comparison, league)
    panels = down * (_HEAD + side) + _FOOT
    chart = (0.75 + _GAP_ROW * len(gaps)) if has_gaps else 0.0
    height = _TOP + panels + chart + 0.2 + _NOTE * len(notes)
    reference = method_words(comparison.reference)

    with house_style():
        figure = new_figure(_WIDTH, height)
        heading = textwrap.shorten(title or league.title, 48)
        _write(figure, _MARGIN, 0.33, f"{heading}: other methods", 13, weight="bold")
        words = (
            f"Across: rank by {reference}. Down: rank by the method named, best first. Figures: "
            f"rank correlation; {league.unit_plural} in another band."
        )
        _write(figure, _MARGIN, 0.57, words, 7.5)
        if incomplete.any():
            _write_key(figure, height, league)
        for position, name in enumerate(others):
            row, column = divmod(position, across)
            left = _MARGIN + _AXIS + column * (side + _BETWEEN)
            above = _TOP + row * (_HEAD + side)
            figure_row: Any = comparison.summary.loc[name]
            _write_panel_head(figure, left, above, name, figure_row)
            box = (
                left / _WIDTH,
                1 - (above + _HEAD + side) / height,
                side / _WIDTH,
                side / height,
            )
            axes = figure.add_axes(box)
            _draw_panel(axes, comparison, name, incomplete)
            axes.tick_params(labelleft=column == 0, labelbottom=position + across >= len(others))
        if has_gaps:
            _draw_gaps(figure, gaps, _TOP + panels, league, reference)
        for line, text in enumerate(notes):
            y = _TOP + panels + chart + 0.15 + _NOTE * line
            _write(figure, _MARGIN, y, text, 6.5)
        if draft:
            mark_draft(figure)
    return figure


def _write_key(figure: Figure, height: float, league: League) -> None:
    axes = figure.add_axes((_MARGIN / _WIDTH, 1 - 0.87 / height, 0.12 / _WIDTH, 0.12 / height))
    axes.set_axis_off()
    axes.scatter([0.5], [0.5], s=16, marker="^", color=_accent(), linewidths=0)
    _write(figure, _MARGIN + 0.2, 0.81, f"a measure of the {league.unit} is missing", 7)
    axes = figure.add_axes(
        ((_MARGIN + 2.2) / _WIDTH, 1 - 0.87 / height, 0.12 / _WIDTH, 0.12 / height)
    )
    axes.set_axis_off()
    axes.scatter([0.5], [0.5], s=9, color=FAINT, linewidths=0)
    _write(figure, _MARGIN + 2.4, 0.81, "none is missing", 7)


def _accent() -> str:
    return band_colours(4)[3]


def _write_panel_head(figure: Figure, left: float, above: float, name: str, row: Any) -> None:
    _write(figure, left, above + 0.13, _short(method_words(name), 28), 6.2, weight="bold")
    correlation = (
        str(NOT_APPLICABLE)
        if math.isnan(row["rank_correlation"])
        else f"{row['rank_correlation']:.2f}"
    )
    _write(figure, left, above + 0.27, f"{correlation}; {row['other_band']:.0f}", 6.5)


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
    # Methods that leave units out have fewer places: named by their ends, one axis serves a row.
    axes.set_xticks([1, largest], ["first", "last"])
    axes.set_yticks([1, largest], ["first", "last"])
    axes.tick_params(labelsize=6, colors=INK, color=RULE, length=2, pad=1.5)


def _draw_gaps(
    figure: Figure, gaps: pd.DataFrame, above: float, league: League, reference: str
) -> None:
    width, height = figure.get_size_inches()
    text = (
        f"Places that {league.unit_plural} with a measure missing lose against those with none, "
        f"beside {reference}"
    )
    _write(figure, _MARGIN, above + 0.2, text, 8, weight="bold")
    tall = _GAP_ROW * len(gaps)
    left = 2.3
    box = (
        left / width,
        1 - (above + 0.4 + tall) / height,
        (width - left - _MARGIN) / width,
        tall / height,
    )
    axes = figure.add_axes(box)
    rows = np.arange(len(gaps))
    gap = gaps["fairness_gap"].to_numpy(dtype=float)
    error = _Z95 * gaps["fairness_gap_error"].fillna(0).to_numpy(dtype=float)
    axes.axvline(0, color=RULE, linewidth=0.8)
    axes.hlines(rows, gap - error, gap + error, color=INK, linewidth=1.1)
    axes.scatter(gap, rows, s=14, color=INK, zorder=3)
    axes.set_ylim(len(gaps) - 0.5, -0.5)
    axes.set_yticks(rows, [_short(method_words(str(name)), 36) for name in gaps.index])
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(RULE)
    axes.tick_params(axis="y", labelsize=7, colors=INK, length=0)
    axes.tick_params(axis="x", labelsize=6, colors=INK, color=RULE, length=2, pad=1.5)


def _notes(comparison: Comparison, league: League) -> list[str]:
    text = (
        f"{len(comparison.ranks):,} {league.unit_plural} that {method_words(comparison.reference)} "
        "places; one that a method does not place has no dot, and the others are ranked without "
        f"it. Lines: 95% intervals of a mean over {league.unit_plural}."
    )
    return textwrap.wrap(text, 165)


def _short(text: str, most: int) -> str:
    return textwrap.shorten(text, most, placeholder=" ...")


def _write(figure: Figure, x: float, down: float, text: str, size: float, **style: Any) -> None:
    width, height = figure.get_size_inches()
    settings = {"fontsize": size, "color": INK, "va": "center", **style}
    figure.text(x / width, 1 - down / height, text, **settings)
