"""The files that are published: tables, the key of their symbols, and their pictures."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pandas as pd

from openness.league.definition import League
from openness.measures.evidence import Measures
from openness.publish.caterpillar import caterpillar
from openness.publish.csv import (
    write_empty_cells,
    write_measures_table,
    write_missingness,
    write_ranking,
    write_symbols,
)
from openness.publish.empty_cells import empty_cells
from openness.publish.figures import save_figure
from openness.publish.missingness import missingness

_KEY = "symbols.csv"


def write_ranking_files(
    table: pd.DataFrame,
    league: League,
    folder: str | Path,
    *,
    highlight: Collection[str] = (),
    suffix: str = "",
    draft: bool = False,
) -> list[Path]:
    """Write `ranking.csv` and `symbols.csv`, and `caterpillar.png` and `.svg` if any is ranked.

    Parameters
    ----------
    table : pandas.DataFrame
        From `openness.standing.ranking_table`.
    league : League
    folder : str or Path
        Must exist.
    highlight : collection of str
        Codes of units to name in the picture.
    suffix : str
        Stands after the name of each file but the key.
    draft : bool
        Mark every file as a draft.

    Returns
    -------
    list of Path
    """
    folder = Path(folder)
    paths = [
        write_ranking(table, folder / f"ranking{suffix}.csv", draft=draft),
        write_symbols(folder / _KEY),
    ]
    if table["ranked"].any():
        figure = caterpillar(table, league, highlight=highlight, draft=draft)
        paths += save_figure(figure, folder / f"caterpillar{suffix}")
    return paths


def write_evidence_files(measures: Measures, league: League, folder: str | Path) -> list[Path]:
    """Write `measures_table.csv`, `empty_cells.csv`, `.png` and `.svg`, and `symbols.csv`.

    Parameters
    ----------
    measures : Measures
    league : League
    folder : str or Path
        Must exist.

    Returns
    -------
    list of Path
    """
    folder = Path(folder)
    return [
        write_measures_table(measures, league, folder / "measures_table.csv"),
        write_empty_cells(measures, league, folder / "empty_cells.csv"),
        write_symbols(folder / _KEY),
        *save_figure(empty_cells(measures, league), folder / "empty_cells"),
    ]


def write_missingness_files(
    table: pd.DataFrame,
    league: League,
    folder: str | Path,
    *,
    suffix: str = "",
    draft: bool = False,
) -> list[Path]:
    """Write `missingness.csv`, and `.png` and `.svg` if anything is missing.

    Parameters
    ----------
    table : pandas.DataFrame
        From `openness.standing.missingness_table`.
    league : League
    folder : str or Path
        Must exist.
    suffix : str
        Stands after the name of each file.
    draft : bool
        Mark every file as a draft.

    Returns
    -------
    list of Path
    """
    folder = Path(folder)
    paths = [write_missingness(table, folder / f"missingness{suffix}.csv", draft=draft)]
    if (table["missing"] > 0).any():
        paths += save_figure(
            missingness(table, league, draft=draft), folder / f"missingness{suffix}"
        )
    return paths
