"""What a score is made of, and which missing returns are worth most, on the terminal."""

from __future__ import annotations

import pandas as pd
from rich.table import Table
from rich.text import Text

from openness.families import FAMILIES, family_of
from openness.league import League
from openness.measures.symbols import in_words
from openness.publish.listing import Lines, add_unit_column, bold, new_table
from openness.publish.wording import error_points, interval_words, percent, rank_with_range
from openness.result import Result, unmarked
from openness.scoring import score_in_words

_OTHERS_SHOWN = 8

_HYPOTHESES = {
    "predicted": "as predicted",
    "predicted_5": "5th percentile",
    "predicted_95": "95th percentile",
    "zero": "as a zero",
}


def contributions_view(result: Result, top: int, bottom: int) -> Lines:
    """Show what each source adds to a unit's score."""
    league, about = result.league, result.about
    domains = {domain.id: domain.label for domain in league.domains}
    weighed = league.score.of != "factor"
    view = new_table()
    view.add_column("Source", overflow="fold", ratio=1)
    view.add_column("Of", no_wrap=True)
    if weighed:
        view.add_column("Weight", justify="right", no_wrap=True)
    view.add_column("Adds", justify="right", no_wrap=True)
    for source, row in result.table.iterrows():
        of = _OF.get(row["kind"], f"the {row['kind']}")
        if row["kind"] in ("indicator", "predicted"):
            of += domains[league.indicator(str(source)).domain]
        weight = [_weight(row["weight"])] if weighed else []
        view.add_row(Text(row["label"]), Text(of), *weight, f"{row['contribution']:+.2f}")
    view.add_row(bold("Score"), "", *([""] if weighed else []), f"{about['score']:+.2f}")
    yield bold(f"{about['name']}: why this score")
    yield score_in_words(league)
    yield view
    yield _how_to_read(league, about["predicted_weight"])


_OF = {"indicator": "", "predicted": "missing, ", "returns": "selection model"}


def _weight(weight: float) -> str:
    return "" if weight != weight else f"{100 * weight:.3g}%"


def _how_to_read(league: League, predicted_weight: float) -> str:
    """Say in what units lines are, and how to follow them with a calculator."""
    if league.score.of == "factor":
        return (
            f"In standard deviations of the score among {league.unit_plural} of one group; 0 is "
            "usual. What a source adds depends on the other sources of the unit."
        )
    what = "measure" if league.score.of == "measures" else "source"
    said = (
        f"In the units of the score: a {what} counts by its weight in standard deviations of its "
        f"true values among the {league.unit_plural}. Each line says what is added to what the "
        "group leads one to expect. Nearly that is the weight times the distance from what the "
        "group leads one to expect; sampling error makes it less, and what a cell says of other "
        "measures is in its line."
    )
    if league.score.of == "sources":
        said += " The weight is that of the source of a line."
    if predicted_weight > 0:
        said += (
            f" {_weight(predicted_weight)} of the weight is of {what}s that are missing here: they "
            "are predicted."
        )
    return said


def missing_view(result: Result, top: int, bottom: int) -> Lines:
    """Show what each missing return of a unit is expected to be, to be worth and to do."""
    league, table, facts = result.league, result.table, result.about
    now = rank_with_range(facts["rank_median"], facts["rank_lower"], facts["rank_upper"])
    yield bold(f"{facts['name']}: rank {now} as it stands")
    if facts["reason"]:
        yield (
            f"Not ranked ({facts['reason']}): the ranks below are those that it would have among "
            f"the {league.unit_plural} that are."
        )
    if table.empty:
        yield "No scored measure that applies to it is missing."
        return
    yield _expected(table, league)
    yield bold("Rank if the return said so")
    yield _ranks(table)
    words = interval_words(facts["interval_prob"], facts["interval_kind"])
    yield (
        f"Rank: median ({words}). Narrower by: ranks by which the interval is expected to shrink. "
        "Percentiles are of what a typical return would say. As a zero: no event, a share of 0, or "
        "the lowest category; a score has none."
    )
    if any(FAMILIES[name].figure == "rate" for name in table["family"]):
        yield "A count is expected as events per unit of its denominator."
    if table["rough"].ne("").any():
        yield "~ further out than the draws of the fit can follow: take the rank as rough."


def ties_view(result: Result, top: int, bottom: int) -> Lines:
    """Show which others a unit is statistically tied with."""
    table, facts = result.table, result.about
    if facts["reason"]:
        yield f"Not ranked: {facts['reason']}."
        return
    words = interval_words(facts["interval_prob"], facts["interval_kind"])
    yield (
        f"Rank: {facts['in_words']} ({words}; tied: neither order more than "
        f"{100 * facts['at']:g}% probable)."
    )
    if table.empty:
        return
    others = [
        f"{row['name']} ({percent(row['probability'])})"
        for _, row in table.head(_OTHERS_SHOWN).iterrows()
    ]
    more = len(table) - len(others)
    errors = error_points(table["monte_carlo_error"].max())
    yield (
        f"The {'best' if more else 'others'} of these, with the probability that {facts['name']} "
        f"is ahead (Monte Carlo error at most {errors} points): {'; '.join(others)}"
        f"{f'; and {more:,} more' if more else ''}."
    )


def superiority_view(result: Result, top: int, bottom: int) -> Lines:
    """Say how probable it is that one unit is ahead of another."""
    names = {} if result.standing is None else result.standing.units["name"].to_dict()
    for _, row in result.table.iterrows():
        a, b = (names.get(row[code], row[code]) for code in ("a", "b"))
        yield (
            f"{a} is ahead of {b} with {percent(row['probability'])} probability (Monte Carlo "
            f"error {error_points(row['monte_carlo_error'])} points)."
        )


def sources_view(result: Result, top: int, bottom: int) -> Lines:
    """Show where each source of evidence alone would put a unit."""
    view = new_table()
    view.add_column("Source", overflow="fold", ratio=1)
    view.add_column("Rank", no_wrap=True)
    for _, row in result.table.iterrows():
        rank = rank_with_range(row["rank_median"], row["rank_lower"], row["rank_upper"])
        view.add_row(Text(row["label"]), rank)
    yield bold(f"{result.about['name']}: rank by each source alone")
    yield view
    words = interval_words(result.about["interval_prob"], result.about["interval_kind"])
    yield f"Rank: median ({words}), among the others as they are."


def coherence_view(result: Result, top: int, bottom: int) -> Lines:
    """Say how far ranks would move if one of two sources said more of the factor."""
    ranks = unmarked(result.table)
    moves = ranks.sub(ranks[1.0], axis=0).abs().max(axis=1)
    first, second = result.about["domains"]
    yield (
        f"If {first} said half or twice as much of the factor as {second}, which these data "
        f"cannot tell, the expected rank among all of the median {result.league.unit} would move "
        f"by {moves.median():.0f} and that of {moves.idxmax()} by {moves.max():.0f}."
    )


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
            in_words(row["status"]),
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


def _value(league: League, indicator: str, value: float) -> str:
    definition = league.indicator(indicator)
    if definition.labels:
        return definition.labels[int(value)]
    return family_of(definition).written(value)


def worth_view(result: Result, top: int, bottom: int) -> Lines:
    """Show which missing returns are worth most, and which units to chase first."""
    league, table, by_unit = result.league, result.table, result.parts["by_unit"]
    if table.empty:
        yield "No scored measure that applies is missing anywhere."
        return
    units, cells = new_table(), new_table()
    add_unit_column(units, league)
    units.add_column("Missing", no_wrap=True, justify="right")
    units.add_column("Rank", no_wrap=True)
    units.add_column("Narrower by", no_wrap=True, justify="right")
    for _, row in by_unit.head(top).iterrows():
        units.add_row(Text(row["name"]), str(row["missing"]), _rank(row), f"{row['narrowing']:.1f}")
    add_unit_column(cells, league)
    cells.add_column("Measure", overflow="fold", ratio=1)
    cells.add_column("Status", no_wrap=True)
    cells.add_column("Rank", no_wrap=True)
    cells.add_column("Narrower by", no_wrap=True, justify="right")
    for _, row in table.head(top).reset_index("indicator").iterrows():
        cells.add_row(
            Text(row["name"]),
            Text(league.indicator(row["indicator"]).label),
            in_words(row["status"]),
            _rank(row),
            f"{row['narrowing']:.1f}",
        )
    count = f"{len(table):,} missing returns of {len(by_unit):,} {league.unit_plural}"
    words = interval_words(result.about["interval_prob"], result.about["interval_kind"])
    yield bold(f"{league.title}: {count}")
    yield bold("Whom to chase first")
    yield units
    yield bold("The returns that are worth most")
    yield cells
    yield (
        f"Rank: median ({words}); + not ranked itself, compared with those that are. Narrower by: "
        f"ranks by which the interval is expected to shrink, from {result.about['draws']:,} draws. "
        f"For a {league.unit} the sum over its returns, which tell partly the same."
    )


def _rank(row: pd.Series) -> str:
    rank = rank_with_range(row["rank_median"], row["rank_lower"], row["rank_upper"])
    return rank if row["ranked"] else f"{rank} +"
