"""Grades on the terminal, and the frontier of all gradings as a picture."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
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
from openness.publish.palette import ALERT, INK, RULE, band_colours
from openness.publish.sheet import (
    FONT,
    MARGIN,
    WIDTH,
    Sheet,
    add_axes,
    house_style,
    new_sheet,
    per_cent,
    write,
    write_head,
)
from openness.publish.wording import exact_percent, interval_words, rank_with_range
from openness.result import Result
from openness.scoring import score_in_words

_SIZES_SHOWN = 20


def grades_view(result: Result, top: int, bottom: int) -> Lines:
    """Show the grades, both ends of the list, and what the grades are worth."""
    league = result.league
    for row, units in strata(result):
        number = f"{row['n_grades']} grade{'s' if row['n_grades'] > 1 else ''}"
        yield bold(f"{league.title}: {where(row)}{number} of {row['units']:,} {league.unit_plural}")
        yield score_in_words(league)
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
