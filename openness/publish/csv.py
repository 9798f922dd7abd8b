"""The ranking as a CSV file."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

FLOAT_FORMAT = "%.6g"
"""Six significant figures: more than the draws can support, and the same on every machine."""


def write_ranking(table: pd.DataFrame, path: str | Path, *, draft: bool = False) -> Path:
    """Write a ranking as UTF-8 CSV; equal tables give equal bytes.

    Parameters
    ----------
    table : pandas.DataFrame
        From `openness.ranking.ranking_table`, indexed by `unit`.
    path : str or Path
        The file; its folder must exist.
    draft : bool
        Put a column `draft` after `unit` that says DRAFT in every row, so that no row can be
        taken for a published one.

    Returns
    -------
    Path
        The file. Lines end in LF, numbers have six significant figures, and what a unit does not
        have (ranks, if it is not ranked) is empty.
    """
    path = Path(path)
    if draft:
        table = table.copy()
        table.insert(0, "draft", "DRAFT")
    text = table.to_csv(index_label="unit", float_format=FLOAT_FORMAT, lineterminator="\n")
    path.write_bytes(text.encode("utf-8"))
    return path
