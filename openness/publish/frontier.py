"""What a finer grading costs: wrong pairs against the distinctions made, over all weights."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from openness.league.definition import League
from openness.publish.draft import mark_draft
from openness.publish.figures import house_style, new_figure
from openness.publish.page import MARGIN, WIDTH, write_header
from openness.publish.palette import ALERT, INK, RULE, band_colours

_HEIGHT = 5.2
_FONT = 7.0
_MARKS = ("o", "s", "^", "D", "v", "P", "X", "<", ">")
_LEAST_APART = 0.035
"""Share of the axis that two numbers must be apart for both to be written."""


def draw_frontier(
    frontier: pd.DataFrame,
    summary: pd.DataFrame,
    league: League,
    *,
    draft: bool = False,
) -> Figure:
    """Draw discordance against Kendall's tau over all weights, and the grading that was chosen.

    Parameters
    ----------
    frontier : pandas.DataFrame
        Of `openness.grades`: by `among` and `lam`.
    summary : pandas.DataFrame
        Of `openness.grades`: the grading chosen, by `among`.
    league : League
        Gives the words.
    draft : bool
        Mark the picture as one that must not be published.

    Returns
    -------
    matplotlib.figure.Figure
        The number of grades stands beside the points of a frontier that is alone.
    """
    among = summary.index.to_list()
    colours = band_colours(len(among)) if len(among) > 1 else [INK]
    with house_style():
        figure = new_figure(WIDTH, _HEIGHT)
        write_header(
            figure,
            f"{league.title}: what finer grades cost",
            "Each point is the best grading at one weight lambda, from 0 (one grade) to "
            f"{frontier.index.get_level_values('lam').max():g}. Ring: the grading that was chosen.",
        )
        axes = figure.add_axes((0.95 / WIDTH, 0.62 / _HEIGHT, 5.3 / WIDTH, 3.75 / _HEIGHT))
        for position, part in enumerate(among):
            _draw_one(
                axes,
                frontier.loc[part],
                summary.loc[part],
                colours[position],
                _MARKS[position % len(_MARKS)],
                alone=len(among) == 1,
            )
        axes.set_xlabel(
            f"Discordance: share of all pairs of {league.unit_plural} that are graded apart the "
            "wrong way round",
            fontsize=7.5,
            color=INK,
        )
        axes.set_ylabel("Kendall's tau of grades and true ranks", fontsize=7.5, color=INK)
        axes.tick_params(labelsize=_FONT, colors=INK, color=RULE)
        axes.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f}%")
        axes.spines[["top", "right"]].set_visible(False)
        axes.spines[["left", "bottom"]].set_color(RULE)
        axes.set_xlim(left=0)
        axes.set_ylim(bottom=0)
        if len(among) > 1:
            axes.legend(
                loc="upper left",
                bbox_to_anchor=(1.02, 1),
                fontsize=_FONT,
                frameon=False,
                labelcolor=INK,
                borderaxespad=0,
            )
        else:
            _write_chosen(figure, summary.iloc[0])
        if draft:
            mark_draft(figure)
    return figure


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
                fontsize=6,
                color=INK,
            )
            last = x


def _write_chosen(figure: Figure, chosen: Any) -> None:
    lines = [
        f"Chosen: lambda {chosen['lam']:.3g}",
        f"{chosen['n_grades']} grade{'' if chosen['n_grades'] == 1 else 's'}",
        f"discordance {100 * chosen['discordance']:.1f}%",
        f"tau {chosen['tau']:.3f}",
        "wrong, of the pairs",
        f"graded apart: {100 * chosen['share_wrong']:.1f}%",
        "",
        "Numbers by the points:",
        "grades at that weight",
    ]
    for number, text in enumerate(lines):
        figure.text(
            (WIDTH - MARGIN - 1.45) / WIDTH,
            1 - (1.0 + 0.16 * number) / _HEIGHT,
            text,
            fontsize=_FONT,
            color=INK,
            weight="bold" if number == 0 else "normal",
            va="center",
        )
