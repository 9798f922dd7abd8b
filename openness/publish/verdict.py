"""Whether to rank at all, on the terminal."""

from __future__ import annotations

from rich.text import Text

from openness.publish.listing import Lines, add_columns, bold, new_table
from openness.publish.wording import error_points
from openness.result import Result

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
    yield bold(f"{league.title}: should this be ranked?")
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
        f"evidence supports. Misbanded: expected share of {league.unit_plural} whose most probable "
        "band is not the true one, with its Monte Carlo error in points."
    )
