"""Grades with what they are worth: on the terminal, and as files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import pandas as pd
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from openness.league.definition import League
from openness.publish.caterpillar import grade_caterpillar
from openness.publish.csv import write_ranking, write_symbols, write_table
from openness.publish.figures import save_figure
from openness.publish.frontier import draw_frontier
from openness.publish.listing import both_ends, divisions, draft_banner, new_table, not_ranked
from openness.publish.pair_map import PairMapLike, draw_pair_maps
from openness.publish.wording import exact_percent, interval_words, rank_with_range

_SIZES_SHOWN = 20


class GradesLike(Protocol):
    """Anything with these tables, such as `openness.standing.LeagueGrades`."""

    @property
    def table(self) -> pd.DataFrame:
        """A row for each unit: its grade and its rank."""

    @property
    def summary(self) -> pd.DataFrame:
        """A row for each set of units that are graded together: what the grades are worth."""

    @property
    def frontier(self) -> pd.DataFrame:
        """What the grades of other weights would be worth."""

    @property
    def pairs(self) -> Mapping[str, PairMapLike]:
        """Who is ahead of whom."""

    @property
    def scope(self) -> str:
        """Who is graded with whom."""

    @property
    def rule(self) -> str:
        """What the grading was asked to meet."""


def grades_view(
    grades: GradesLike, league: League, *, top: int = 10, bottom: int = 10, draft: bool = False
) -> RenderableType:
    """Show the grades, both ends of the list, and what the grades are worth.

    Parameters
    ----------
    grades : GradesLike
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
    table = grades.table
    parts: list[RenderableType] = [draft_banner()] if draft else []
    for among, units in divisions(table, grades.scope, league):
        row: Any = grades.summary.loc[among]
        where = "" if grades.scope == "all" else f"{row['label']}, "
        number = f"{row['n_grades']} grade{'s' if row['n_grades'] > 1 else ''}"
        heading = f"{league.title}: {where}{number} of {row['units']:,} {league.unit_plural}"
        parts += [Text(heading, style="bold"), _rows(units, league, top, bottom)]
        parts += [_sizes(units, league), *(Text(line) for line in worth_lines(row, league))]
        parts += [Text(proof_line(row, grades.rule)), Text("")]
    words = interval_words(table["interval_prob"].iloc[0], table["interval_kind"].iloc[0])
    key = f"Rank: median ({words}). ~ another grade by one half of the draws."
    return Group(*parts, Text(key), *not_ranked(table))


def worth_lines(row: pd.Series, league: League) -> Iterator[str]:
    """What a grading is worth, in sentences, from a row of its summary.

    Parameters
    ----------
    row : pandas.Series
    league : League
        Gives the words.
    """
    wrong = exact_percent(row["discordance"], row["discordance_error"])
    if row["n_grades"] == 1:
        yield (
            f"No order is sure enough to part any two {league.unit_plural} at weight "
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
        f"Concordance: {right} of all pairs are graded apart the right way round. Less the "
        "discordance that is tau, the expected Kendall correlation of grades and true ranks: "
        f"{row['tau']:.3f} (Monte Carlo error {error})."
    )
    yield (
        f"Weight lambda {row['lam']:.3g}: a pair is worth parting if its order is more than "
        f"{100 / (1 + row['lam']):.0f}% probable."
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


def write_grades_files(
    grades: GradesLike,
    league: League,
    folder: str | Path,
    *,
    suffix: str = "",
    draft: bool = False,
) -> list[Path]:
    """Write `grades.csv`, `grades_summary.csv`, `frontier.csv`, `symbols.csv`, and pictures.

    The pictures are `grades`, `pairs` and `frontier`, each as `.png` and `.svg`.

    Parameters
    ----------
    grades : GradesLike
    league : League
    folder : str or Path
        Must exist.
    suffix : str
        Stands after the name of each file that depends on who is graded with whom.
    draft : bool
        Mark every file as a draft.

    Returns
    -------
    list of Path
    """
    folder = Path(folder)
    summary = grades.summary.assign(rule=grades.rule)
    table = grades.table.copy()
    table.attrs["scope"] = grades.scope
    pictures = {
        "grades": grade_caterpillar(table, league, draft=draft),
        "pairs": draw_pair_maps(grades.pairs, table, grades.summary, league, draft=draft),
        "frontier": draw_frontier(grades.frontier, grades.summary, league, draft=draft),
    }
    return [
        write_ranking(table, folder / f"grades{suffix}.csv", draft=draft),
        write_table(summary, folder / f"grades_summary{suffix}.csv", draft=draft),
        write_table(grades.frontier, folder / f"frontier{suffix}.csv", draft=draft),
        write_symbols(folder / "symbols.csv"),
        *(
            path
            for name, figure in pictures.items()
            for path in save_figure(figure, folder / f"{name}{suffix}")
        ),
    ]


def _rows(units: pd.DataFrame, league: League, top: int, bottom: int) -> Table:
    view = new_table()
    view.add_column("Grade", no_wrap=True, justify="right")
    view.add_column("Rank", no_wrap=True)
    view.add_column(league.unit[:1].upper() + league.unit[1:], overflow="fold", ratio=1)

    def cells(unit: pd.Series) -> list[str | Text]:
        return [
            f"{unit['grade']}{' ' if unit['stable'] else '~'}",
            rank_with_range(unit["rank_median"], unit["rank_lower"], unit["rank_upper"]),
            Text(str(unit["name"])),
        ]

    return both_ends(view, units, cells, top, bottom)


def _sizes(units: pd.DataFrame, league: League) -> Text:
    sizes = units["grade"].value_counts().sort_index().to_list()
    words = ", ".join(f"{size:,}" for size in sizes[:_SIZES_SHOWN])
    rest = " and so on" if len(sizes) > _SIZES_SHOWN else ""
    return Text(f"Number of {league.unit_plural} by grade, from 1: {words}{rest}.")
