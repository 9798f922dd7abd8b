"""The files of a ranking: a table and its picture."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pandas as pd

from openness.league.definition import League
from openness.publish.caterpillar import caterpillar
from openness.publish.csv import write_ranking
from openness.publish.figures import save_figure


def write_ranking_files(
    table: pd.DataFrame,
    league: League,
    folder: str | Path,
    *,
    highlight: Collection[str] = (),
    draft: bool = False,
) -> list[Path]:
    """Write `ranking.csv`, and `caterpillar.png` and `.svg` if any unit is ranked.

    Parameters
    ----------
    table : pandas.DataFrame
        From `openness.ranking.ranking_table`.
    league : League
    folder : str or Path
        Must exist.
    highlight : collection of str
        Codes of units to name in the picture.
    draft : bool
        Mark every file as a draft.

    Returns
    -------
    list of Path
    """
    folder = Path(folder)
    paths = [write_ranking(table, folder / "ranking.csv", draft=draft)]
    if table["ranked"].any():
        figure = caterpillar(table, league, highlight=highlight, draft=draft)
        paths += save_figure(figure, folder / "caterpillar")
    return paths
