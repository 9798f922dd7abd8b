"""Pictures of a study: a panel for each condition, a dot for each method."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.axes import Axes

from openness.publish.palette import ALERT, FAINT, INK, RULE
from openness.publish.sheet import (
    FONT,
    MARGIN,
    WIDTH,
    Sheet,
    add_axes,
    house_style,
    new_sheet,
    per_cent,
    text_width,
    wrap,
    write,
    write_head,
)
from openness.publish.wording import method_words

if TYPE_CHECKING:
    from openness.study import StudySummary

# Inches on a page of A4.
_ACROSS = 3
_BETWEEN = 0.3
_BELOW_TITLE = 0.6
_TOP = 0.95  # with a key
_HEAD = 0.5
_ROW = 0.17
_FOOT = 0.42
_Z95 = 1.96

_TITLES = {
    "wrong_band": "Share of the units in a wrong band",
    "rank_bias": "Ranks that incomplete units are put too low",
}
_MODEL = ("model", "model_order")
_MARKS = {"all": "o", "complete": "s", "incomplete": "^"}


def draw_by_method(summary: StudySummary, figure: str, among: str) -> Sheet | None:
    """Draw one figure of every method, a panel for each condition.

    `figure` is "wrong_band" or "rank_bias"; None if no condition has it for the class `among`.
    """
    chosen = summary.figures
    chosen = chosen[(chosen["figure"] == figure) & (chosen["among"] == among)]
    conditions = [c for c in summary.study.conditions if c.id in set(chosen["condition"])]
    if not conditions:
        return None
    methods = chosen["method"].drop_duplicates().tolist()
    some = ranking_some(summary.figures, among)
    down = math.ceil(len(conditions) / _ACROSS)
    panel = _ROW * len(methods)
    height = _BELOW_TITLE + down * (_HEAD + panel) + _FOOT
    with house_style():
        drawing = new_sheet(height)
        names = max(text_width(drawing, method_words(m), FONT, "bold") for m in methods) + 0.08
        side = (WIDTH - 2 * MARGIN - names - (_ACROSS - 1) * _BETWEEN) / _ACROSS
        line = "Mean over simulated leagues, with 95% Monte Carlo intervals. The model stands in "
        line += "colour. Hollow: only some units are ranked." if some else "colour."
        write_head(drawing, _TITLES[figure], "", line)
        limits = _limits(chosen, figure)
        for position, condition in enumerate(conditions):
            row, column = divmod(position, _ACROSS)
            left = MARGIN + names + column * (side + _BETWEEN)
            above = _BELOW_TITLE + row * (_HEAD + panel)
            lines = wrap(condition.label, FONT, side)[:3]
            for number, text in enumerate(reversed(lines)):
                write(drawing, left, above + _HEAD - 0.11 - 0.125 * number, text)
            axes = add_axes(drawing, left, above + _HEAD, side, panel)
            own = chosen[chosen["condition"] == condition.id].set_index("method").reindex(methods)
            hollow = {method for where, method in some if where == condition.id}
            _draw_methods(axes, own, limits, figure, hollow)
            last = position + _ACROSS >= len(conditions)
            axes.tick_params(labelleft=column == 0, labelbottom=last)
    return drawing


def draw_coverage(summary: StudySummary) -> Sheet | None:
    """Draw how many of the model's intervals hold the true value, by condition and class.

    None if the model was not fitted.
    """
    of_model = summary.figures[summary.figures["method"] == "model"]
    of_model = of_model[of_model["among"].isin(_MARKS)]
    if not (of_model["figure"] == "coverage").any():
        return None
    conditions = [c for c in summary.study.conditions if c.id in set(of_model["condition"])]
    row = 0.42
    panel = row * len(conditions)
    height = _TOP + 0.25 + panel + _FOOT
    names, between = 2.7, 0.4
    side = (WIDTH - 2 * MARGIN - names - between) / 2
    with house_style():
        drawing = new_sheet(height)
        heading = f"Do the {summary.study.interval:.0%} intervals hold the truth?"
        words = (
            "Share of the model's intervals that do, with 95% Monte Carlo intervals. "
            "The line is where it should be."
        )
        write_head(drawing, heading, "", words)
        drawn = of_model[of_model["figure"].isin(["coverage", "rank_coverage"])]
        reach = drawn["mean"] - _Z95 * drawn["error"].fillna(0)
        lowest = max(0.0, min(0.7, float(reach.min()) - 0.03))
        for number, (figure, title) in enumerate(
            (("coverage", "Of the factor"), ("rank_coverage", "Of the rank"))
        ):
            left = MARGIN + names + number * (side + between)
            write(drawing, left, _TOP + 0.12, title, 8, weight="bold")
            axes = add_axes(drawing, left, _TOP + 0.25, side, panel)
            _dress(axes)
            axes.axvline(summary.study.interval, color=INK, linewidth=0.8)
            axes.set_xlim(lowest, 1.0)
            axes.set_ylim(len(conditions) - 0.5, -0.5)
            axes.set_yticks([])
            axes.xaxis.set_major_formatter(per_cent)
            for place, condition in enumerate(conditions):
                own = of_model[
                    (of_model["condition"] == condition.id) & (of_model["figure"] == figure)
                ].set_index("among")
                for shift, (among, mark) in zip((-0.22, 0.0, 0.22), _MARKS.items(), strict=True):
                    if among in own.index:
                        mean, error = (
                            float(own[name].to_dict()[among]) for name in ("mean", "error")
                        )
                        colour = ALERT if among == "incomplete" else INK
                        axes.errorbar(mean, place + shift, xerr=_half(error), ecolor=colour,
                                      fmt="none", elinewidth=1)  # fmt: skip
                        # A mark at the end of the axis is drawn whole.
                        axes.plot(mean, place + shift, mark, markersize=4, color=colour,
                                  clip_on=False, zorder=3)  # fmt: skip
        for place, condition in enumerate(conditions):
            lines = wrap(condition.label, FONT, names - 0.15)[:3]
            start = _TOP + 0.25 + row * (place + 0.5) - 0.06 * (len(lines) - 1)
            for line, text in enumerate(lines):
                write(drawing, MARGIN, start + 0.12 * line, text)
        _write_key(drawing)
    return drawing


def _write_key(drawing: Sheet) -> None:
    left = MARGIN
    for among, mark in _MARKS.items():
        axes = add_axes(drawing, left, 0.75, 0.12, 0.12)
        axes.set_axis_off()
        colour = ALERT if among == "incomplete" else INK
        axes.scatter([0.5], [0.5], s=16, marker=mark, color=colour, linewidths=0)
        words = f"{among} units"
        write(drawing, left + 0.18, 0.81, words)
        left += 0.35 + text_width(drawing, words, FONT)


def _draw_methods(
    axes: Axes, own: pd.DataFrame, limits: tuple[float, float], figure: str, hollow: set[str]
) -> None:
    _dress(axes)
    axes.set_xlim(*limits)
    axes.set_ylim(len(own) - 0.5, -0.5)
    if limits[0] < 0:
        axes.axvline(0, color=INK, linewidth=0.8)
    for place, (method, row) in enumerate(own.iterrows()):
        colour = ALERT if method in _MODEL else INK
        axes.axhline(place, color=RULE, linewidth=0.5, zorder=0)
        if pd.notna(row["mean"]):
            axes.errorbar(
                row["mean"], place, xerr=_half(row["error"]), fmt="o", markersize=4, color=colour,
                linewidth=1, markerfacecolor="white" if method in hollow else colour,
            )  # fmt: skip
    axes.set_yticks(range(len(own)), [method_words(str(m)) for m in own.index])
    for label, method in zip(axes.get_yticklabels(), own.index, strict=True):
        if method in _MODEL:
            label.set_color(ALERT)
            label.set_fontweight("bold")
    if figure == "wrong_band":
        axes.xaxis.set_major_formatter(per_cent)


def ranking_some(figures: pd.DataFrame, among: str) -> dict[tuple[str, str], float]:
    """Return the share of units that a method ranks, by condition and method, if it is not all."""
    ranked = figures[(figures["figure"] == "ranked") & (figures["among"] == among)]
    rows = ranked[ranked["mean"] < 1]
    return {
        (str(condition), str(method)): float(mean)
        for condition, method, mean in rows[["condition", "method", "mean"]].itertuples(index=False)
    }


def _limits(chosen: pd.DataFrame, figure: str) -> tuple[float, float]:
    reach = _Z95 * chosen["error"].fillna(0)
    low, high = float((chosen["mean"] - reach).min()), float((chosen["mean"] + reach).max())
    room = 0.06 * max(high - min(low, 0), 1e-3)
    if figure == "wrong_band":  # a share: an interval that goes on beyond the whole is cut there
        return 0.0, min(max(high, 0) + room, 1.0 + 0.02)
    return min(low, 0) - room, max(high, 0) + room


def _half(error: float) -> float:
    return 0.0 if pd.isna(error) else _Z95 * float(error)


def _dress(axes: Axes) -> None:
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(FAINT)
    axes.tick_params(length=0, labelsize=FONT, labelcolor=INK, pad=2)
    axes.grid(axis="x", color=RULE, linewidth=0.5)
    axes.set_axisbelow(True)
