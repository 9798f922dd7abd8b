"""Pictures of what the guards saw: correlations of pairs, moves of types, and measures."""

from __future__ import annotations

import pandas as pd

from openness.publish.palette import ALERT, FAINT, INK, QUIET, RULE
from openness.publish.sheet import (
    FONT,
    MARGIN,
    WIDTH,
    Sheet,
    add_axes,
    cut,
    house_style,
    new_sheet,
    write_head,
    write_notes,
)
from openness.result import Result, unmarked

# Inches on a page of A4.
_NAMES = 2.9
_TOP = 0.8
_ROW = 0.2
_SQUARE = 6.0
_NAMED = 12
"""Pairs whose names stand beside their dots; all are in the table."""
_MARKS = ("o", "s", "^", "D", "v", "P")


def draw_pairs(result: Result) -> Sheet | None:
    """Draw the observed correlation of each pair of measures against the implied one."""
    table = result.parts.get("pairs")
    if table is None or table.empty:
        return None
    table = unmarked(table)
    labels = {indicator.id: indicator.label for indicator in result.league.indicators}
    off = table["misfit"]
    with house_style():
        named = table[off].sort_values("difference", key=abs, ascending=False).head(_NAMED)
        sheet = new_sheet(_TOP + _SQUARE + 0.7 + 0.13 * len(named))
        line = "Each dot is a pair of measures; bars hold 95% of replicated tables."
        write_head(sheet, result.league.title, ": correlations within types", line)
        axes = add_axes(sheet, (WIDTH - _SQUARE) / 2, _TOP, _SQUARE, _SQUARE)
        ends = table[["implied", "observed", "lower", "upper"]].to_numpy()
        low, high = min(ends.min() - 0.05, 0.0), 1.0
        axes.plot([low, high], [low, high], color=RULE, linewidth=0.8, zorder=0)
        for far, rows in ((False, table[~off]), (True, table[off])):
            colour = ALERT if far else FAINT
            x = rows["implied"].to_numpy()
            axes.hlines(rows["observed"], rows["lower"], rows["upper"], color=colour, linewidth=0.6)
            mark = "D" if far else "o"
            axes.plot(x, rows["observed"].to_numpy(), mark, color=colour, markersize=3.5)
        for number, row in enumerate(named.itertuples(), start=1):
            axes.annotate(
                str(number),
                (row.implied, row.observed),
                xytext=(4, 3),
                textcoords="offset points",
                fontsize=FONT,
                color=INK,
            )
        axes.set(xlim=(low, high), ylim=(low, high))
        axes.set_xlabel("implied by the model", fontsize=FONT, color=INK)
        axes.set_ylabel("observed", fontsize=FONT, color=INK)
        axes.tick_params(labelsize=FONT, colors=QUIET)
        axes.spines[["top", "right"]].set_visible(False)
        room = WIDTH - 2 * MARGIN
        notes = [
            cut(
                sheet,
                f"{number} {labels[str(row.first)]} and {labels[str(row.second)]}: "
                f"{row.observed:.2f} observed, {row.implied:.2f} implied",
                FONT,
                room,
            )
            for number, row in enumerate(named.itertuples(), start=1)
        ]
        write_notes(sheet, notes, _TOP + _SQUARE + 0.5)
    return sheet


def draw_type_moves(result: Result) -> Sheet | None:
    """Draw where each type stands under other priors of the sd between types."""
    table = result.parts.get("types")
    if table is None or table.empty:
        return None
    table = unmarked(table)
    labels = {group.id: group.label for group in result.league.groups}
    order = table.groupby("type", sort=False)["rank"].first().sort_values()
    priors = list(dict.fromkeys(table["prior"]))
    with house_style():
        tall = 0.3 * len(order)
        sheet = new_sheet(_TOP + tall + 0.85 + 0.13 * len(priors))
        line = "Mean expected rank of each type: the line as fitted, marks under other priors."
        write_head(sheet, result.league.title, ": types under other priors", line)
        axes = add_axes(sheet, _NAMES, _TOP, WIDTH - _NAMES - MARGIN, tall)
        for y, (name, rank) in enumerate(order.items()):
            axes.vlines(rank, y - 0.4, y + 0.4, color=INK, linewidth=1.2)
            own = table[table["type"] == name].set_index("prior")["rank_then"]
            for mark, prior in zip(_MARKS, priors, strict=False):
                axes.plot(own[prior], y, mark, mfc="none", color=QUIET, markersize=5)
        axes.set_ylim(len(order) - 0.5, -0.5)
        room = _NAMES - MARGIN - 0.1
        names = [cut(sheet, labels[str(name)], FONT, room) for name in order.index]
        axes.set_yticks(range(len(order)), names, fontsize=FONT)
        axes.tick_params(labelsize=FONT, colors=INK, length=0)
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.set_xlabel("mean expected rank of its units (1: best)", fontsize=FONT, color=INK)
        shapes = ("circle", "square", "triangle up", "diamond", "triangle down", "cross")
        left = table.groupby("prior", sort=False)["effective_draws"].first()
        notes = [
            f"{shape}: {prior} for the sd between types, in sds within them; worth "
            f"{left[prior]:,.0f} draws"
            for shape, prior in zip(shapes, priors, strict=False)
        ]
        write_notes(sheet, notes, _TOP + tall + 0.55)
    return sheet


def draw_composition(result: Result) -> Sheet:
    """Draw what each measure brings to the score."""
    table: pd.DataFrame = unmarked(result.table)
    with house_style():
        tall = _ROW * len(table)
        sheet = new_sheet(_TOP + tall + 0.8)
        line = "Bars: share of what tells scores apart. Dots: correlation with the score."
        write_head(sheet, result.league.title, ": what the score is made of", line)
        axes = add_axes(sheet, _NAMES, _TOP, WIDTH - _NAMES - MARGIN, tall)
        rows = range(len(table))
        axes.barh(rows, table["information"], height=0.6, color=RULE)
        axes.plot(table["correlation"], rows, "o", color=INK, markersize=4)
        if table["weight"].notna().any():
            axes.plot(table["weight"], rows, "|", color=ALERT, markersize=9, markeredgewidth=1.5)
        axes.set_ylim(len(table) - 0.5, -0.5)
        lowest = min(0.0, table[["information", "correlation"]].min().min() - 0.05)
        axes.set_xlim(lowest, 1.0)
        room = _NAMES - MARGIN - 0.1
        names = [cut(sheet, str(label), FONT, room) for label in table["label"]]
        axes.set_yticks(rows, names, fontsize=FONT)
        axes.tick_params(labelsize=FONT, colors=INK, length=0)
        axes.spines[["top", "right", "left"]].set_visible(False)
        notes = ["Strokes: declared weights."] if table["weight"].notna().any() else []
        write_notes(sheet, notes, _TOP + tall + 0.5)
    return sheet
