"""The probability of each band for every unit, as bars on one page."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

from openness.publish.figures import per_cent
from openness.publish.page import MANY, Panel, Side, Words, draw_page
from openness.publish.palette import RULE, band_colours, ink_on
from openness.publish.sheet import FONT, WIDTH, Sheet
from openness.publish.wording import band_labels, band_numbers, error_points, percent
from openness.result import Result

_FILLED = 0.84
"""Share of a row with room for text that its bar fills."""

_ROOM_FOR_TEXT = 0.34
"""Inches that a bar must be long for a number to stand in it."""

_DOTS = 600
"""With more units a dot in each row would hide the bars."""

_NAMED_BY = {
    "zero-one": "the most probable",
    "absolute": "of least absolute loss",
    "stated": "of least loss as stated",
}


def band_bars(result: Result, highlight: Collection[str] = ()) -> Sheet:
    """Draw the probability of each band for every ranked unit, sorted by expected rank.

    Bands follow one another from left to right, the best first, so that colour says nothing that
    the order does not say too.

    Units in `highlight` are named wherever they stand.
    """
    league = result.league
    labels, number = band_labels(league), band_numbers(league)
    colours = dict(zip(labels, band_colours(len(labels)), strict=True))
    prob, loss = result.about["set_prob"], _NAMED_BY[result.about["loss"]]

    def band_and_set(unit: pd.Series) -> str:
        best, worst = number[unit["set_best"]], number[unit["set_worst"]]
        held = f"{best}" if best == worst else f"{best} to {worst}"
        return f"{number[unit['band']]} ({held})"

    def chance(unit: pd.Series) -> str:
        mark = "" if unit["stable"] else "~ "
        return f"{mark}{percent(unit['probability'])} ({error_points(unit['monte_carlo_error'])})"

    words = Words(
        what=": chance of each band",
        subtitle=f"{int(result.table['ranked'].sum()):,} {league.unit_plural}, by expected rank. "
        "From left to right: probability of each band, the best first.",
        legend={f"{number[band]} {label}": colours[band] for band, label in labels.items()},
        note=f"Dot and Band: the band that is named, {loss}. Set: fewest neighbouring bands with "
        f"{100 * prob:g}% probability. Chance: of the band named, with its Monte Carlo error in "
        "points; ~ another band by one half of the draws.",
        along="Probability",
        sides=(Side("Band (set)", band_and_set), Side("Chance (error)", chance)),
    )

    def draw(axes: Axes, panel: Panel) -> None:
        _draw_bars(axes, panel, colours)

    return draw_page(result, words, draw, highlight=highlight)


def _draw_bars(axes: Axes, panel: Panel, colours: Mapping[str, str]) -> None:
    units, rows = panel.units, panel.rows
    bands = list(colours)
    chances = units[[f"prob_{band}" for band in bands]].to_numpy(dtype=float)
    ends = np.concatenate([np.zeros((len(units), 1)), chances.cumsum(axis=1)], axis=1)
    margin = np.where(rows.labelled, (1 - _FILLED) / 2 * np.diff(rows.edge), 0.0)
    top, bottom = rows.edge[:-1] + margin, rows.edge[1:] - margin
    many = len(units) > MANY
    for position, band in enumerate(bands):
        left, right = ends[:, position], ends[:, position + 1]
        corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]])
        axes.add_collection(
            PolyCollection(
                list(corners.transpose(2, 0, 1)),
                facecolors=colours[band],
                # White parts the bands of a row that is wide enough. A hairline of its own colour
                # leaves no white seam between thin rows.
                edgecolors=np.where(rows.labelled, "white", colours[band]).tolist(),
                linewidths=np.where(rows.labelled, 0.6, 0.2).tolist(),
                rasterized=many,
            )
        )
    inches = axes.get_position().width * WIDTH
    named = units["band"].map(bands.index).to_numpy(dtype=int)
    at = np.arange(len(units))
    middle = (ends[at, named] + ends[at, named + 1]) / 2
    if len(units) <= _DOTS:
        thin = ~rows.labelled
        size = float(np.clip(72 * rows.pitch * 0.8, 0.8, 3.0) ** 2)
        axes.scatter(middle[thin], rows.centre[thin], s=size, c="white", linewidths=0, zorder=3)
    for row in np.flatnonzero(rows.labelled):
        for position, band in enumerate(bands):
            if chances[row, position] * inches >= _ROOM_FOR_TEXT:
                is_named = position == named[row]
                axes.text(
                    (ends[row, position] + ends[row, position + 1]) / 2,
                    rows.centre[row],
                    ("• " if is_named else "") + percent(chances[row, position]),
                    fontsize=FONT,
                    weight="bold" if is_named else "normal",
                    color=ink_on(colours[band]),
                    ha="center",
                    va="center_baseline",
                    clip_on=True,
                )
    axes.set_xlim(0, 1)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1])
    axes.xaxis.set_major_formatter(per_cent)
    for value in (0.25, 0.5, 0.75):
        axes.axvline(value, color=RULE, linewidth=0.4, zorder=0.5)
