"""What a finer grading costs: wrong pairs against the distinctions made, over all penalties."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from openness.publish.figures import house_style, per_cent
from openness.publish.palette import ALERT, INK, RULE, band_colours
from openness.publish.sheet import (
    FONT,
    MARGIN,
    WIDTH,
    Sheet,
    add_axes,
    new_sheet,
    write,
    write_head,
)
from openness.result import Result

_HEIGHT = 5.2
_MARKS = ("o", "s", "^", "D", "v", "P", "X", "<", ">")
_LEAST_APART = 0.035
"""Share of the axis that two numbers must be apart for both to be written."""


def draw_frontier(result: Result) -> Sheet:
    """Draw discordance against Kendall's tau over all penalties, and the grading that was chosen.

    The number of grades stands beside the points of a frontier that is alone.
    """
    league, summary, frontier = result.league, result.summary, result.parts["frontier"]
    alone = len(summary) == 1
    colours = [INK] if alone else band_colours(len(summary))
    most = frontier.index.get_level_values("lam").max()
    with house_style():
        sheet = new_sheet(_HEIGHT)
        write_head(
            sheet,
            league.title,
            ": what finer grades cost",
            "Each point is the best grading at one discordance penalty lambda, from 0 (one grade) "
            f"to {most:g}. Ring: the grading that was chosen.",
        )
        axes = add_axes(sheet, 0.95, 0.83, 5.3, 3.75)
        for position, (id, chosen) in enumerate(summary.iterrows()):
            mark = _MARKS[position % len(_MARKS)]
            _draw_one(axes, frontier.loc[id], chosen, colours[position], mark, alone=alone)
        axes.set_xlabel(
            f"Discordance: share of all pairs of {league.unit_plural} that are graded apart the "
            "wrong way round",
            fontsize=7.5,
            color=INK,
        )
        axes.set_ylabel("Kendall's tau of grades and true ranks", fontsize=7.5, color=INK)
        axes.tick_params(labelsize=FONT, colors=INK, color=RULE)
        axes.xaxis.set_major_formatter(per_cent)
        axes.spines[["top", "right"]].set_visible(False)
        axes.spines[["left", "bottom"]].set_color(RULE)
        axes.set_xlim(left=0)
        axes.set_ylim(bottom=0)
        if alone:
            _write_chosen(sheet, summary.iloc[0])
        else:
            axes.legend(
                loc="upper left",
                bbox_to_anchor=(1.02, 1),
                fontsize=FONT,
                frameon=False,
                labelcolor=INK,
                borderaxespad=0,
            )
    return sheet


def _draw_one(
    axes: Axes, path: pd.DataFrame, chosen: Any, colour: str, mark: str, *, alone: bool
) -> None:
    label = f"{chosen['label']} ({chosen['units']:,}): {chosen['n_grades']}"
    label += " grade" if chosen["n_grades"] == 1 else " grades"
    points = path.sort_values("discordance")
    axes.plot(
        points["discordance"],
        points["tau"],
        color=colour,
        marker=mark,
        markersize=3.5,
        linewidth=1,
        label=label,
        clip_on=False,
    )
    axes.plot(
        chosen["discordance"],
        chosen["tau"],
        marker="o",
        markersize=10,
        markerfacecolor="none",
        markeredgecolor=ALERT if alone else colour,
        markeredgewidth=1.4,
        linestyle="none",
        clip_on=False,
    )
    if not alone:
        return
    widest, last, written = points["discordance"].max() or 1.0, 0.0, 1
    row: Any
    for row in points.itertuples():
        x = row.discordance
        if (x - last) / widest >= _LEAST_APART and row.n_grades != written:
            written = row.n_grades
            axes.annotate(
                f"{row.n_grades:,}",
                (x, row.tau),
                xytext=(3, -9),
                textcoords="offset points",
                fontsize=FONT,
                color=INK,
            )
            last = x


def _write_chosen(sheet: Sheet, chosen: Any) -> None:
    lines = [
        f"Chosen: lambda {chosen['lam']:.3g}",
        f"{chosen['n_grades']} grade{'' if chosen['n_grades'] == 1 else 's'}",
        f"discordance {100 * chosen['discordance']:.1f}%",
        f"tau {chosen['tau']:.3f}",
        "wrong, of the pairs",
        f"graded apart: {100 * chosen['share_wrong']:.1f}%",
        "",
        "Numbers by the points:",
        "grades at that penalty",
    ]
    for number, text in enumerate(lines):
        weight = "normal" if number else "bold"
        write(sheet, WIDTH - MARGIN - 1.45, 1.0 + 0.16 * number, text, weight=weight)
    sheet.description += f" {'; '.join(lines[:4])}."
