"""Published tables as CSV: no cell is empty, and a symbol says why there is no value."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from openness.errors import InvalidInput, Problem
from openness.measures.symbols import LOW_RELIABILITY, NOT_APPLICABLE, Symbol

FLOAT_FORMAT = "%.6g"
"""Six significant figures: more than the draws can support, and the same on every machine."""

_RANKS = ("expected_rank", "rank_median", "rank_lower", "rank_upper")
_SHOWN = ("place", "shared_rank", "not_separated")
_WORDS = ("rank_shown", "in_words")
_NAMES = ("unit", "name", "group")
_OF_A_RANKING = (*_NAMES, *_RANKS, "band", *_SHOWN, *_WORDS, "ranked", "reason")


def write_csv(table: pd.DataFrame, path: str | Path, *, missing: Symbol = NOT_APPLICABLE) -> Path:
    """Write a table as UTF-8 CSV; equal tables give equal bytes.

    Parameters
    ----------
    table : pandas.DataFrame
        With its index. An empty `reason`, which says why a unit is not ranked, becomes `[z]`.
    path : str or Path
        The file; its folder must exist.
    missing : openness.measures.symbols.Symbol
        Stands where there is no value.

    Returns
    -------
    Path
        The file. Lines end in LF, and numbers have six significant figures.
    """
    if "reason" in table.columns:
        table = table.assign(reason=table["reason"].replace("", NOT_APPLICABLE.text))
    path = Path(path)
    text = table.to_csv(float_format=FLOAT_FORMAT, lineterminator="\n", na_rep=missing.text)
    path.write_bytes(text.encode("utf-8"))
    return path


def read_ranking(path: str | Path) -> pd.DataFrame:
    """Read a `ranking.csv`, symbols and all, into numbers.

    Parameters
    ----------
    path : str or Path
        As `openness.publish.write` wrote it.

    Returns
    -------
    pandas.DataFrame
        Indexed by `unit` (str), as `openness.rank` returns it: a unit that is not ranked has NaN
        for ranks and bands, one that is ranked an empty `reason`. A draft has the column `draft`.

    Raises
    ------
    InvalidInput
        If the file is not a ranking.

    Examples
    --------
    >>> written = openness.publish.write(openness.rank(fit), ".")
    >>> table = openness.read_ranking(written[0])
    >>> len(table), table["ranked"].all().item()
    (40, True)
    """
    head = pd.read_csv(path, nrows=0).columns
    if absent := [name for name in _OF_A_RANKING if name not in head]:
        raise InvalidInput(
            [
                Problem(
                    str(path),
                    "line 1",
                    f"no column {', '.join(absent)}",
                    "a ranking has the columns that `openness rank` writes",
                    "Give the ranking.csv of a run",
                )
            ]
        )
    symbols = [LOW_RELIABILITY.text, NOT_APPLICABLE.text]
    table = pd.read_csv(
        path,
        index_col="unit",
        dtype=dict.fromkeys((*_NAMES, *_WORDS, "band", "reason"), "str")
        | dict.fromkeys((*_RANKS, *_SHOWN), float),
        # A unit may be called NA, or [z].
        keep_default_na=False,
        na_values={name: symbols for name in head if name not in _NAMES},
    )
    return table.assign(reason=table["reason"].fillna(""))
