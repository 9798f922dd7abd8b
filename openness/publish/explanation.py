"""Why a unit stands where it stands, and what its missing returns are worth, on the terminal."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from openness.families import FAMILIES, family_of
from openness.league.definition import League
from openness.publish.listing import draft_banner, new_table
from openness.publish.wording import error_points, interval_words, percent, rank_with_range

_OTHERS_SHOWN = 8

_HYPOTHESES = {
    "predicted": "as predicted",
    "predicted_5": "5th percentile",
    "predicted_95": "95th percentile",
    "zero": "as a zero",
}


def contributions_view(
    table: pd.DataFrame, league: League, *, draft: bool = False
) -> RenderableType:
    """Show what each source adds to a unit's score.

    Parameters
    ----------
    table : pandas.DataFrame
        From `openness.explain_score`.
    league : League
    draft : bool
        Say first that this must not be published.

    Returns
    -------
    rich renderable
        For `open_console().print`.
    """
    domains = {domain.id: domain.label for domain in league.domains}
    view = new_table()
    view.add_column("Source", overflow="fold", ratio=1)
    view.add_column("Of", no_wrap=True)
    view.add_column("Adds", justify="right", no_wrap=True)
    for source, row in table.iterrows():
        kind = row["kind"]
        of = "selection model" if kind == "returns" else f"the {kind}"
        if kind == "indicator":
            of = domains[league.indicator(str(source)).domain]
        view.add_row(Text(row["label"]), Text(of), f"{row['contribution']:+.2f}")
    view.add_row(Text("Score", style="bold"), "", f"{table.attrs['score']:+.2f}")
    return Group(
        *([draft_banner()] if draft else []),
        Text(f"{table.attrs['name']}: why this score", style="bold"),
        view,
        Text(
            f"In standard deviations of openness among {league.unit_plural} of one group; 0 is "
            "usual. What a source adds depends on the others beside it."
        ),
    )


def missing_view(table: pd.DataFrame, league: League, *, draft: bool = False) -> RenderableType:
    """Show what each missing return of a unit is expected to be, to be worth and to do.

    Parameters
    ----------
    table : pandas.DataFrame
        From `openness.explain_missing`.
    league : League
    draft : bool
        Say first that this must not be published.

    Returns
    -------
    rich renderable
        For `open_console().print`.
    """
    facts = table.attrs
    now = rank_with_range(facts["rank_median"], facts["rank_lower"], facts["rank_upper"])
    parts: list[RenderableType] = [draft_banner()] if draft else []
    parts.append(Text(f"{facts['name']}: rank {now} as it stands", style="bold"))
    if facts["reason"]:
        parts.append(
            Text(
                f"Not ranked ({facts['reason']}): the ranks below are its place among the "
                f"{league.unit_plural} that are."
            )
        )
    if table.empty:
        return Group(*parts, Text("No scored measure that applies to it is missing."))
    parts += [
        _expected(table, league),
        Text("Rank if the return said so", style="bold"),
        _ranks(table),
        *(Text(note) for note in _notes(table)),
    ]
    return Group(*parts)


def separation_view(table: pd.DataFrame, league: League) -> RenderableType:
    """Show which others a unit cannot be told apart from.

    Parameters
    ----------
    table : pandas.DataFrame
        From `openness.cannot_be_separated_from`.
    league : League

    Returns
    -------
    rich renderable
        For `open_console().print`.
    """
    facts = table.attrs
    if facts["reason"]:
        return Text(f"Not ranked: {facts['reason']}.")
    words = interval_words(facts["interval_prob"], facts["interval_kind"])
    line = (
        f"Rank: {facts['in_words']} ({words}; told apart: order more than {100 * facts['at']:g}% "
    )
    parts: list[RenderableType] = [Text(f"{line}probable).")]
    if len(table):
        others = [
            f"{row['name']} ({percent(row['probability'])})"
            for _, row in table.head(_OTHERS_SHOWN).iterrows()
        ]
        more = len(table) - len(others)
        rest = f"; and {more:,} more" if more > 0 else ""
        errors = error_points(table["monte_carlo_error"].max())
        parts.append(
            Text(
                f"The {'best' if rest else 'others'} of these, with the probability that "
                f"{facts['name']} is ahead (Monte Carlo error at most {errors} points): "
                f"{'; '.join(others)}{rest}."
            )
        )
    return Group(*parts)


def worth_view(
    table: pd.DataFrame,
    by_unit: pd.DataFrame,
    league: League,
    *,
    top: int = 10,
    draft: bool = False,
) -> RenderableType:
    """Show which missing returns are worth most, and which units to chase first.

    Parameters
    ----------
    table : pandas.DataFrame
        From `openness.worth`.
    by_unit : pandas.DataFrame
        From `openness.worth_by_unit`.
    league : League
    top : int
        How many rows of either to show.
    draft : bool
        Say first that this must not be published.

    Returns
    -------
    rich renderable
        For `open_console().print`.
    """
    parts: list[RenderableType] = [draft_banner()] if draft else []
    if table.empty:
        return Group(*parts, Text("No scored measure that applies is missing anywhere."))
    words = interval_words(table.attrs["interval_prob"], table.attrs["interval_kind"])
    unit = league.unit[:1].upper() + league.unit[1:]
    units = new_table()
    units.add_column(unit, overflow="fold", ratio=1)
    for heading in ("Missing", "Rank", "Narrower by"):
        units.add_column(heading, no_wrap=True, justify="right" if heading != "Rank" else "left")
    for _, row in by_unit.head(top).iterrows():
        units.add_row(Text(row["name"]), str(row["missing"]), _rank(row), f"{row['narrowing']:.1f}")
    cells = new_table()
    cells.add_column(unit, overflow="fold", ratio=1)
    cells.add_column("Measure", overflow="fold", ratio=1)
    for heading in ("Status", "Rank", "Narrower by"):
        cells.add_column(heading, no_wrap=True, justify="right" if heading[0] == "N" else "left")
    shown = table.head(top).reset_index("indicator")
    for _, row in shown.iterrows():
        cells.add_row(
            Text(row["name"]),
            Text(league.indicator(row["indicator"]).label),
            _words(row["status"]),
            _rank(row),
            f"{row['narrowing']:.1f}",
        )
    count = f"{len(table):,} missing returns of {len(by_unit):,} {league.unit_plural}"
    parts += [
        Text(f"{league.title}: {count}", style="bold"),
        Text("Whom to chase first", style="bold"),
        units,
        Text("The returns that are worth most", style="bold"),
        cells,
        Text(
            f"Rank: median ({words}); + not ranked itself, placed among those that are. Narrower "
            f"by: places by which the interval is expected to shrink, from {table.attrs['draws']:,}"
            f" draws. For a {league.unit} the sum over its returns, which tell partly the same."
        ),
    ]
    return Group(*parts)


def _expected(table: pd.DataFrame, league: League) -> Table:
    view = new_table()
    view.add_column("Missing", overflow="fold", ratio=1)
    view.add_column("Status", no_wrap=True)
    view.add_column("Expected (5th to 95th percentile)", no_wrap=True)
    view.add_column("Narrower by", no_wrap=True, justify="right")
    for indicator, row in table.iterrows():
        middle, low, high = (
            _value(league, str(indicator), row[name])
            for name in ("predicted", "predicted_5", "predicted_95")
        )
        view.add_row(
            Text(row["label"]),
            _words(row["status"]),
            Text(f"{middle} ({low} to {high})"),
            f"{row['narrowing']:.1f}",
        )
    return view


def _ranks(table: pd.DataFrame) -> Table:
    view = new_table()
    view.add_column("Missing", overflow="fold", ratio=1)
    for words in _HYPOTHESES.values():
        view.add_column(words, no_wrap=True)
    for _, row in table.iterrows():
        cells = []
        for name in _HYPOTHESES:
            median = row[f"rank_median_{name}"]
            if median != median:
                cells.append("no zero")
                continue
            mark = " ~" if name in row["rough"].split() else ""
            range_ = rank_with_range(median, row[f"rank_lower_{name}"], row[f"rank_upper_{name}"])
            cells.append(range_ + mark)
        view.add_row(Text(row["label"]), *cells)
    return view


def _notes(table: pd.DataFrame) -> Iterator[str]:
    words = interval_words(table.attrs["interval_prob"], table.attrs["interval_kind"])
    yield (
        f"Rank: median ({words}). Narrower by: places by which the interval is expected to shrink. "
        "Percentiles are of what a typical return would say. As a zero: no event, a share of 0, or "
        "the lowest category; a score has none."
    )
    if any(FAMILIES[name].figure == "rate" for name in table["family"]):
        yield "A count is expected as events per unit of its denominator."
    if table["rough"].ne("").any():
        yield "~ further out than the draws of the fit can follow: take the rank as rough."


def _rank(row: pd.Series) -> str:
    rank = rank_with_range(row["rank_median"], row["rank_lower"], row["rank_upper"])
    return rank if row["ranked"] else f"{rank} +"


def _value(league: League, indicator: str, value: float) -> str:
    definition = league.indicator(indicator)
    if definition.labels:
        return definition.labels[int(value)]
    return family_of(definition).written(value)


def _words(status: str) -> str:
    return status.replace("_", " ")
