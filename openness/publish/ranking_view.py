"""A ranking on the terminal."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from openness.league.definition import League
from openness.publish.listing import both_ends, divisions, draft_banner, new_table, not_ranked
from openness.publish.wording import (
    band_labels,
    error_points,
    interval_words,
    percent,
    places_sentence,
)

_LONGEST_WORD = 10


def ranking_view(
    table: pd.DataFrame, league: League, *, top: int = 10, bottom: int = 10, draft: bool = False
) -> RenderableType:
    """Show both ends of a ranking with intervals and band probabilities.

    Parameters
    ----------
    table : pandas.DataFrame
        From `openness.standing.ranking_table`. Ranks within groups make one table for each group.
    league : League
        Gives the words.
    top, bottom : int
        How many units to show from either end; all of them if there are no more.
    draft : bool
        Say first that this must not be published.

    Returns
    -------
    rich renderable
        For `open_console().print`.
    """
    parts: list[RenderableType] = [draft_banner()] if draft else []
    scope, labels = table.attrs.get("scope", "all"), {part.id: part.label for part in league.groups}
    for among, units in divisions(table, scope, league):
        words = f"{len(units):,} ranked"
        if scope == "all":
            words = f"{len(units):,} {league.unit_plural} ranked"
        where = "" if scope == "all" else f"{labels[among]}, "
        heading = f"{league.title}: {where}{words}"
        parts += [Text(heading, style="bold"), _ends(units, league, top, bottom)]
        if among in table.attrs.get("share_separated", {}):
            parts.append(
                Text(places_sentence(table.attrs["share_separated"][among], units, league))
            )
    parts += [Text(line) for line in _ranking_key(table, league)]
    return Group(*parts, *not_ranked(table))


def _ranking_key(table: pd.DataFrame, league: League) -> Iterator[str]:
    prob, kind = table["interval_prob"].iloc[0], table["interval_kind"].iloc[0]
    ranked = table[table["ranked"]]
    number = "median" if ranked["place"].isna().any() else "place"
    yield (
        f"Rank: {number} ({interval_words(prob, kind)}). Tied: others whose order against the "
        f"{league.unit} is not settled. Bands: chance of each, * the likeliest"
        f"{_error_of_bands(table)}."
    )
    if bands := _band_key(league):
        yield bands


def _error_of_bands(table: pd.DataFrame) -> str:
    error = table.attrs.get("band_error", math.nan)
    return "" if math.isnan(error) else f"; Monte Carlo error at most {error_points(error)} points"


def _ends(units: pd.DataFrame, league: League, top: int, bottom: int) -> Table:
    labels = band_labels(league)
    shared = units["place"].isna().all()
    view = new_table()
    view.add_column("Rank", no_wrap=True)
    if shared:
        view.add_column("Shared", no_wrap=True, justify="right")
    view.add_column(league.unit[:1].upper() + league.unit[1:], overflow="fold", ratio=1)
    view.add_column("Tied", no_wrap=True, justify="right")
    view.add_column("Measures", no_wrap=True, justify="right")
    for heading in _band_headings(league).values():
        # A heading breaks between words, so that the names keep the room.
        view.add_column(heading, justify="right", width=max(6, *map(len, heading.split())))

    def cells(unit: pd.Series) -> list[str | Text]:
        chances = []
        for band in labels:
            likeliest = band == unit["band"]
            text = percent(unit[f"prob_{band}"]) + (" *" if likeliest else "  ")
            chances.append(Text(text, style="bold" if likeliest else ""))
        return [
            unit["rank_shown"],
            *([f"{unit['shared_rank']:,g}="] if shared else []),
            Text(str(unit["name"])),
            f"{unit['not_separated']:,.0f}",
            f"{unit['measures_present']} of {unit['measures_applicable']}",
            *chances,
        ]

    return both_ends(view, units, cells, top, bottom)


def _band_headings(league: League) -> dict[str, str]:
    """What stands over each band: its label, or a number where a word is too long for one."""
    labels = band_labels(league)
    if max(len(word) for label in labels.values() for word in label.split()) <= _LONGEST_WORD:
        return dict(labels)
    return {band: f"Band {number}" for number, band in enumerate(labels, start=1)}


def _band_key(league: League) -> str:
    """Which band each number is; empty where the labels stand over the columns."""
    labels, headings = band_labels(league), _band_headings(league)
    named = [f"{headings[band]}: {label}" for band, label in labels.items()]
    return "" if headings == dict(labels) else f"{'; '.join(named)}."
