"""Whether to rank at all: on the terminal, and as a file."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from rich.console import Group, RenderableType
from rich.text import Text

from openness.league.definition import League
from openness.publish.csv import write_symbols, write_table
from openness.publish.listing import draft_banner, new_table
from openness.publish.wording import error_points


def verdict_view(table: pd.DataFrame, league: League, *, draft: bool = False) -> RenderableType:
    """Show what a ranking can and cannot say.

    Parameters
    ----------
    table : pandas.DataFrame
        From `openness.verdict`.
    league : League
        Gives the words.
    draft : bool
        Say first that this must not be published.

    Returns
    -------
    rich renderable
        For `open_console().print`.
    """
    view = new_table()
    view.add_column("Among", overflow="fold", ratio=1, min_width=16)
    headings = ("Ranked", "Reliability", "Rankability")
    for heading in headings:
        view.add_column(heading, justify="right", no_wrap=True)
    for level in (80, 90, 95):
        view.add_column(f"In order at {level}%", justify="right", width=8)
    view.add_column("Grades", justify="right", no_wrap=True)
    view.add_column("Misbanded (MC error)", justify="right", width=10)
    for _, row in table.iterrows():
        view.add_row(
            Text(str(row["label"])),
            f"{row['units']:,}",
            f"{row['reliability']:.2f}",
            f"{row['rankability']:.2f}",
            *(f"{100 * row[f'separable_{level}']:.0f}%" for level in (80, 90, 95)),
            str(row["n_grades"]),
            f"{100 * row['expected_misbanded']:.0f}% ({error_points(row['monte_carlo_error'])})",
        )
    parts: list[RenderableType] = [draft_banner()] if draft else []
    parts += [Text(f"{league.title}: should this be ranked?", style="bold"), view, Text("")]
    for _, row in table.iterrows():
        where = "" if table.attrs.get("scope") == "all" else f"{row['label']}: "
        unsure = (
            "" if row["stable"] else " One half of the draws by itself says otherwise of places."
        )
        parts.append(Text(f"{where}{row['sentence']}{unsure}"))
    parts += [
        Text(""),
        Text(
            "Reliability: share of the variance of the scores that is not uncertainty. "
            f"Rankability: the same for the median {league.unit}. In order: share of the pairs of "
            f"{league.unit_plural} whose order is more probable than that. Grades: how many can be "
            f"told apart. Misbanded: expected share of {league.unit_plural} whose most probable "
            "band is not the true one, with its Monte Carlo error in points."
        ),
    ]
    return Group(*parts)


def write_verdict_files(
    table: pd.DataFrame, folder: str | Path, *, suffix: str = "", draft: bool = False
) -> list[Path]:
    """Write `verdict.csv` and `symbols.csv`.

    Parameters
    ----------
    table : pandas.DataFrame
        From `openness.verdict`.
    folder : str or Path
        Must exist.
    suffix : str
        Stands after the name of the file.
    draft : bool
        Mark the file as a draft.

    Returns
    -------
    list of Path
    """
    folder = Path(folder)
    return [
        write_table(table, folder / f"verdict{suffix}.csv", draft=draft),
        write_symbols(folder / "symbols.csv"),
    ]
