"""The probability of each band for every unit, as bars on one page."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure

from openness.league.definition import League
from openness.publish.page import (
    MANY,
    WIDTH,
    Panel,
    Side,
    Words,
    draw_page,
    not_ranked_notes,
    wrapped,
)
from openness.publish.palette import RULE, band_colours, ink_on
from openness.publish.wording import band_labels, error_points, percent

_FILLED = 0.84
"""Share of a row with room for text that its bar fills."""

_ROOM_FOR_TEXT = 0.26
"""Inches that a bar must be long for a number to stand in it."""

_DOTS = 600
"""With more units a dot in each row would hide the bars."""

_NAMED_BY = {
    "zero-one": "the most probable",
    "absolute": "of least absolute loss",
    "stated": "of least loss as stated",
}


def band_bars(
    table: pd.DataFrame,
    league: League,
    *,
    title: str | None = None,
    highlight: Collection[str] = (),
    draft: bool = False,
) -> Figure:
    """Draw the probability of each band for every ranked unit, sorted by expected rank.

    Bands follow one another from left to right, the best first, so that colour says nothing that
    place does not say too. The page is never longer than A4, however many units there are.

    Parameters
    ----------
    table : pandas.DataFrame
        The table of `openness.bands`, with the scope in `attrs["scope"]`.
    league : League
        Gives the words.
    title : str, optional
        Instead of the league's own.
    highlight : collection of str
        Codes of units that are named wherever they stand.
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
    labels = band_labels(league)
    number = {band: position for position, band in enumerate(labels, start=1)}
    colours = dict(zip(labels, band_colours(len(labels)), strict=True))
    prob, loss = table["set_prob"].iloc[0], _NAMED_BY[table["loss"].iloc[0]]
    note = (
        f"Dot and Band: the band that is named, {loss}. Set: fewest neighbouring bands with "
        f"{100 * prob:g}% probability. Chance: of the band named, with its Monte Carlo error in "
        "points; ~ another band by one half of the draws."
    )

    def band_and_set(unit: pd.Series) -> str:
        best, worst = number[unit["set_best"]], number[unit["set_worst"]]
        held = f"{best}" if best == worst else f"{best} to {worst}"
        return f"{number[unit['band']]} ({held})"

    def chance(unit: pd.Series) -> str:
        mark = "" if unit["stable"] else "~ "
        return f"{mark}{percent(unit['probability'])} ({error_points(unit['monte_carlo_error'])})"

    words = Words(
        title=title or f"{league.title}: chance of each band",
        subtitle=(
            f"{int(table['ranked'].sum()):,} {league.unit_plural}, by expected rank. From left to "
            "right: probability of each band, the best first."
        ),
        legend={f"{number[band]} {label}": colours[band] for band, label in labels.items()},
        notes=[*wrapped(note), *not_ranked_notes(table)],
        along="Probability",
    )
    sides = (Side("Band (set)", band_and_set), Side("Chance (error)", chance))

    def draw(axes: Axes, panel: Panel) -> None:
        _draw_bars(axes, panel, colours)

    return draw_page(table, league, words, sides, draw, highlight=highlight, draft=draft)


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
                # A hairline of its own colour leaves no white seam between thin rows.
                edgecolors="white" if rows.labelled.all() else colours[band],
                linewidths=np.where(rows.labelled, 0.0, 0.2).tolist(),
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
                    fontsize=5.5,
                    weight="bold" if is_named else "normal",
                    color=ink_on(colours[band]),
                    ha="center",
                    va="center_baseline",
                    clip_on=True,
                )
    axes.set_xlim(0, 1)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1])
    axes.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f}%")
    for value in (0.25, 0.5, 0.75):
        axes.axvline(value, color=RULE, linewidth=0.4, zorder=0.5)
