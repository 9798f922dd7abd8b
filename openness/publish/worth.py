"""Which missing returns are worth most, on the terminal."""

from __future__ import annotations

import pandas as pd
from rich.text import Text

from openness.measures.symbols import in_words
from openness.publish.listing import Lines, add_unit_column, bold, new_table
from openness.publish.wording import interval_words, rank_with_range
from openness.result import Result


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
