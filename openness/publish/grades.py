"""Grades with what they are worth, on the terminal."""

from __future__ import annotations

from collections.abc import Iterator

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
from openness.publish.wording import exact_percent, interval_words, rank_with_range
from openness.result import Result

_SIZES_SHOWN = 20


def grades_view(result: Result, top: int, bottom: int) -> Lines:
    """Show the grades, both ends of the list, and what the grades are worth."""
    league = result.league
    for row, units in strata(result):
        number = f"{row['n_grades']} grade{'s' if row['n_grades'] > 1 else ''}"
        yield bold(f"{league.title}: {where(row)}{number} of {row['units']:,} {league.unit_plural}")
        yield _rows(units, league, top, bottom)
        yield _sizes(units, league)
        yield from worth_lines(row, league)
        yield proof_line(row, result.about["rule"])
        yield ""
    words = interval_words(result.about["interval_prob"], result.about["interval_kind"])
    yield (
        f"Rank: median ({words}). Sorted by grade, within which the medians need not rise. ~ "
        "another grade by one half of the draws."
    )
    yield from not_ranked(result.table)


def worth_lines(row: pd.Series, league: League) -> Iterator[str]:
    """What a grading is worth, in sentences, from a row of its summary."""
    wrong = exact_percent(row["discordance"], row["discordance_error"])
    if row["n_grades"] == 1:
        yield (
            f"No order is sure enough to part any two {league.unit_plural} at discordance penalty "
            f"{row['lam']:.3g}: all have one grade."
        )
        return
    share = exact_percent(row["share_wrong"], row["share_wrong_error"])
    yield (
        f"Discordance: of all pairs of {league.unit_plural}, {wrong} are expected to be graded "
        "apart the wrong way round. That is not the share of the distinctions made that are wrong: "
        f"of the pairs that are graded apart, {share} are the wrong way round."
    )
    right = exact_percent(row["concordance"], row["concordance_error"])
    error = f"{row['tau_error']:.3f}" if row["tau_error"] >= 0.0005 else "<0.001"
    yield (
        f"Concordance: {right} of all pairs are graded apart the right way round. Minus the "
        "discordance that is tau, the expected Kendall correlation of grades and true ranks: "
        f"{row['tau']:.3f} (Monte Carlo error {error})."
    )
    yield (
        f"Discordance penalty lambda {row['lam']:.3g}: a pair is worth parting if its order is "
        f"more than {100 / (1 + row['lam']):.0f}% probable."
    )
    if row["unstable"]:
        yield (
            f"{row['unstable']:,} of {row['units']:,} would be in another grade by one half of the "
            "draws; draw more before these are published."
        )
    else:
        yield "Either half of the draws by itself gives the same grades."


def proof_line(row: pd.Series, rule: str) -> str:
    """Whether a grading is proved the best, in a sentence, from a row of its summary."""
    if pd.isna(row["lower_bound"]):
        return "Not certified: no proof was tried that there is no better grading."
    of = "with any number of grades " if rule == "n_grades" else ""
    if row["optimal"]:
        return f"Proved optimal: no grading {of}has a lower objective than {row['objective']:,.6g}."
    return (
        f"Not proved optimal: the objective is {row['objective']:,.6g}, and no grading {of}is "
        f"below {row['lower_bound']:,.6g}, a gap of {row['gap']:,.3g}."
    )


def _rows(units: pd.DataFrame, league: League, top: int, bottom: int) -> Table:
    view = new_table()
    view.add_column("Grade", no_wrap=True, justify="right")
    view.add_column("Rank", no_wrap=True)
    add_unit_column(view, league)

    def cells(unit: pd.Series) -> list[str | Text]:
        return [
            f"{unit['grade']}{' ' if unit['stable'] else '~'}",
            rank_with_range(unit["rank_median"], unit["rank_lower"], unit["rank_upper"]),
            Text(str(unit["name"])),
        ]

    return both_ends(view, units, cells, top, bottom)


def _sizes(units: pd.DataFrame, league: League) -> str:
    sizes = units["grade"].value_counts().sort_index().to_list()
    words = ", ".join(f"{size:,}" for size in sizes[:_SIZES_SHOWN])
    rest = " and so on" if len(sizes) > _SIZES_SHOWN else ""
    return f"Number of {league.unit_plural} by grade, from 1: {words}{rest}."
