"""How probable each band is: on the terminal, and as bars on one page."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from rich.table import Table
from rich.text import Text

from openness.league import League
from openness.publish.listing import (
    Lines,
    add_unit_column,
    bold,
    both_ends,
    new_table,
    not_ranked,
    strata,
    where,
)
from openness.publish.page import MANY, Panel, Side, Words, draw_page
from openness.publish.palette import RULE, band_colours, ink_on
from openness.publish.sheet import FONT, WIDTH, Sheet, per_cent
from openness.publish.wording import (
    band_labels,
    band_numbers,
    error_points,
    exact_percent,
    percent,
    sizes_sentences,
)
from openness.result import Result
from openness.scoring import score_in_words

_LOSSES = {
    "zero-one": "the most probable band (zero-one loss)",
    "absolute": "the median band (absolute loss)",
    "stated": "the band of least expected loss, by the losses that were stated",
}


def _named(words: Mapping[str, str], result: Result) -> str:
    """By what the named band was chosen."""
    kept = ", with sizes as declared" if result.league.bands.sizes == "as_declared" else ""
    return f"{words[result.about['loss']]}{kept}"


def bands_view(result: Result, top: int, bottom: int) -> Lines:
    """Show both ends of a ranking with the probability of each band."""
    league = result.league
    for row, units in strata(result):
        yield bold(f"{league.title}: {where(row)}bands of {row['units']:,} {league.unit_plural}")
        yield score_in_words(league)
        yield _rows(units, league, top, bottom)
        share = exact_percent(row["expected_misbanded"], row["monte_carlo_error"])
        yield f"Expected share of these {league.unit_plural} that are in a wrong band: {share}."
        yield row["sizes_in_words"]
        if row["unstable"]:
            yield (
                f"{row['unstable']:,} of {row['units']:,} would be in another band by one half of "
                "the draws; draw more before these are published."
            )
    yield (
        f"Sorted by expected rank. Chance of each band; * {_named(_LOSSES, result)}, ~ "
        "another by one half of the draws. MC error: Monte Carlo error of the starred chance, in "
        f"points. Set: the fewest neighbouring bands that hold the {league.unit} with "
        f"{100 * result.about['set_prob']:g}% probability."
    )
    if result.about["scope"] != "all" and league.bands.rule == "counts":
        yield (
            "This league cuts by numbers of units, which hold for each group by itself: a small "
            "group may be all in the first band."
        )
    yield from not_ranked(result.table)


def _rows(units: pd.DataFrame, league: League, top: int, bottom: int) -> Table:
    labels = band_labels(league)
    number = {band: position for position, band in enumerate(labels, start=1)}
    view = new_table()
    add_unit_column(view, league)
    for band, label in labels.items():
        heading = f"{number[band]} {label}"
        view.add_column(heading, justify="right", width=max(7, *map(len, label.split())))
    view.add_column("MC error", justify="right", width=5)
    view.add_column("Set", no_wrap=True)

    def cells(unit: pd.Series) -> list[str | Text]:
        chances: list[str | Text] = []
        for band in labels:
            named = band == unit["band"]
            mark = "  " if not named else " *" if unit["stable"] else "~*"
            text = percent(unit[f"prob_{band}"]) + mark
            chances.append(Text(text, style="bold" if named else ""))
        best, worst = number[unit["set_best"]], number[unit["set_worst"]]
        held = f"{best}" if best == worst else f"{best} to {worst}"
        return [
            Text(str(unit["name"])),
            *chances,
            error_points(unit["monte_carlo_error"]),
            held,
        ]

    return both_ends(view, units, cells, top, bottom)


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
    prob, loss = result.about["set_prob"], _named(_NAMED_BY, result)

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
        f"points; ~ another band by one half of the draws. {sizes_sentences(result)}",
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
