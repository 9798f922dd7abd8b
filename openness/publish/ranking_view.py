"""A ranking on the terminal, and whether to rank at all."""

from __future__ import annotations

import math

import pandas as pd
from rich.table import Table
from rich.text import Text

from openness.league import League
from openness.publish.guards import guards_in_words
from openness.publish.listing import (
    Lines,
    add_columns,
    add_unit_column,
    bold,
    both_ends,
    new_table,
    not_ranked,
    strata,
    where,
)
from openness.publish.wording import (
    band_labels,
    error_points,
    interval_words,
    percent,
    places_sentence,
)
from openness.result import Result
from openness.scoring import score_in_words

_LONGEST_WORD = 10


def ranking_view(result: Result, top: int, bottom: int) -> Lines:
    """Show both ends of a ranking with intervals and band probabilities."""
    league = result.league
    yield from guards_in_words(result)
    for row, units in strata(result):
        of = f" {league.unit_plural}" if row.name == "all" else ""
        yield bold(f"{league.title}: {where(row)}{len(units):,}{of} ranked")
        yield _ends(units, league, top, bottom)
        yield places_sentence(row["share_separated"], units, league)
        yield row["sizes_in_words"]
    if result.summary.empty:
        yield bold(f"{league.title}: 0 {league.unit_plural} ranked")
    yield score_in_words(league)
    if not result.summary.empty:
        yield from _key(result)
    yield from not_ranked(result.table)


def _key(result: Result) -> Lines:
    league, ranked = result.league, result.table[result.table["ranked"]]
    number = "median" if ranked["place"].isna().any() else "place"
    words = interval_words(result.about["interval_prob"], result.about["interval_kind"])
    error = float(result.summary["band_error"].max())
    of = "" if math.isnan(error) else f"; Monte Carlo error at most {error_points(error)} points"
    off = float(result.summary["rank_error"].max())
    named = "the likeliest" if league.bands.sizes == "free" else "named, with sizes as declared"
    yield (
        f"Rank: {number} ({words}). Sorted by expected rank, the mean over the draws (Monte Carlo "
        f"error at most {off:.2g}); the medians need not rise with it. "
        f"Tied: others whose order against the {league.unit} is not settled. Bands: chance of "
        f"each, * {named}{of}."
    )
    if ranked["place"].duplicated().any() and not ranked["place"].isna().any():
        yield f"=: {league.unit_plural} in one place, because nothing orders them."
    labels, headings = band_labels(league), _band_headings(league)
    if headings != dict(labels):
        yield "; ".join(f"{headings[band]}: {label}" for band, label in labels.items()) + "."


def _ends(units: pd.DataFrame, league: League, top: int, bottom: int) -> Table:
    labels = band_labels(league)
    shared = units["place"].isna().all()
    view = new_table()
    view.add_column("Rank", no_wrap=True)
    if shared:
        view.add_column("Shared", no_wrap=True, justify="right")
    add_unit_column(view, league)
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


_LEVELS = (80, 90, 95)


def verdict_view(result: Result, top: int, bottom: int) -> Lines:
    """Show what a ranking can and cannot say."""
    league, table = result.league, result.table
    view = new_table()
    view.add_column("Among", overflow="fold", ratio=1, min_width=16)
    add_columns(view, ("Ranked", "Reliability", "Rankability"))
    for level in _LEVELS:
        view.add_column(f"In order at {level}%", justify="right", width=8)
    add_columns(view, ("Grades",))
    view.add_column("Misbanded (MC error)", justify="right", width=10)
    for _, row in table.iterrows():
        view.add_row(
            Text(str(row["label"])),
            f"{row['units']:,}",
            f"{row['league_reliability']:.2f}",
            f"{row['rankability']:.2f}",
            *(f"{100 * row[f'separable_{level}']:.0f}%" for level in _LEVELS),
            str(row["n_grades"]),
            f"{100 * row['expected_misbanded']:.0f}% ({error_points(row['monte_carlo_error'])})",
        )
    yield from guards_in_words(result)
    yield bold(f"{league.title}: should this be ranked?")
    yield score_in_words(league)
    if not table["units"].any():
        yield from table["sentence"]
        return
    yield view
    yield ""
    for _, row in table.iterrows():
        of = "" if row.name == "all" else f"{row['label']}: "
        unsure = (
            "" if row["stable"] else " One half of the draws by itself says otherwise of places."
        )
        yield f"{of}{row['sentence']}{unsure}"
    yield ""
    yield (
        "Reliability: share of the variance of the scores that is not uncertainty. "
        f"Rankability: the same for the median {league.unit}. In order: share of the pairs of "
        f"{league.unit_plural} whose order is more probable than that. Grades: how many the "
        f"evidence supports. Misbanded: expected share of {league.unit_plural} whose named band "
        "is not the true one, with its Monte Carlo error in points."
    )
