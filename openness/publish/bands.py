"""Bands with their probabilities, on the terminal."""

from __future__ import annotations

import pandas as pd
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
from openness.publish.wording import band_labels, error_points, exact_percent, percent
from openness.result import Result

_LOSSES = {
    "zero-one": "the most probable band (zero-one loss)",
    "absolute": "the median band (absolute loss)",
    "stated": "the band of least expected loss, by the losses that were stated",
}


def bands_view(result: Result, top: int, bottom: int) -> Lines:
    """Show both ends of a ranking with the probability of each band."""
    league = result.league
    for row, units in strata(result):
        yield bold(f"{league.title}: {where(row)}bands of {row['units']:,} {league.unit_plural}")
        yield _rows(units, league, top, bottom)
        share = exact_percent(row["expected_misbanded"], row["monte_carlo_error"])
        yield f"Expected share of these {league.unit_plural} that are in a wrong band: {share}."
        if row["unstable"]:
            yield (
                f"{row['unstable']:,} of {row['units']:,} would be in another band by one half of "
                "the draws; draw more before these are published."
            )
    yield (
        f"Sorted by expected rank. Chance of each band; * {_LOSSES[result.about['loss']]}, ~ "
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
