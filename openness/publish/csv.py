"""Published tables as CSV: no cell is empty, and a symbol says why there is no value."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from openness.errors import InvalidInput, Problem
from openness.league.definition import League
from openness.measures.evidence import Measures
from openness.measures.status_table import status_table
from openness.measures.symbols import (
    LOW_RELIABILITY,
    NOT_APPLICABLE,
    SYMBOLS,
    Symbol,
    key_table,
)

FLOAT_FORMAT = "%.6g"
"""Six significant figures: more than the draws can support, and the same on every machine."""

_SHORTHAND = {status: symbol.text for status, symbol in SYMBOLS.items()}
_RANKS = ("expected_rank", "rank_median", "rank_lower", "rank_upper")
_SHOWN = ("place", "shared_rank", "not_separated")
_WORDS = ("rank_shown", "in_words")
_NAMES = ("unit", "name", "group")
_OF_A_RANKING = (*_NAMES, *_RANKS, "band", *_SHOWN, *_WORDS, "ranked", "reason")


def write_ranking(table: pd.DataFrame, path: str | Path, *, draft: bool = False) -> Path:
    """Write a table of units as UTF-8 CSV; equal tables give equal bytes.

    Parameters
    ----------
    table : pandas.DataFrame
        Indexed by `unit`, with a `reason` for those that are not ranked: from `openness.rank`, or
        the table of `openness.bands` or `openness.grades`.
    path : str or Path
        The file; its folder must exist.
    draft : bool
        Put a column `draft` after `unit` that says DRAFT in every row, so that no row can be
        taken for a published one.

    Returns
    -------
    Path
        The file. Lines end in LF, and numbers have six significant figures. Where a unit that is
        not ranked has no rank, band or grade stands `[u]`, and so it does for a place that is not
        to be shown; `[z]` where a unit that is ranked has no reason not to be. `read_ranking`
        reads a ranking.
    """
    table = table.assign(reason=table["reason"].replace("", NOT_APPLICABLE.text))
    return _write(_drafted(table, draft), path, missing=LOW_RELIABILITY)


def read_ranking(path: str | Path) -> pd.DataFrame:
    """Read a `ranking.csv`, symbols and all, into numbers.

    Parameters
    ----------
    path : str or Path
        As `write_ranking` wrote it.

    Returns
    -------
    pandas.DataFrame
        Indexed by `unit` (str), as `openness.rank` returns it: a unit that is not ranked has NaN
        for ranks and bands, one that is ranked an empty `reason`. A draft has the column `draft`.

    Raises
    ------
    InvalidInput
        If the file is not a ranking.
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


def write_measures_table(measures: Measures, league: League, path: str | Path) -> Path:
    """Write the evidence as units by scored indicators, with a symbol for every value not used.

    Parameters
    ----------
    measures : Measures
    league : League
    path : str or Path
        The file; its folder must exist.

    Returns
    -------
    Path
        The file: `unit`, `name`, `group`, and a column for each scored indicator that holds the
        value as it was written, or the symbol of its status.
    """
    statuses = status_table(measures, league)
    written = measures.grid("label", tuple(statuses.columns))
    cells = statuses.replace(_SHORTHAND).where(
        statuses != "observed",
        pd.DataFrame(written, index=statuses.index, columns=statuses.columns),
    )
    return _write(measures.units[["name", "group"]].join(cells), path)


def write_empty_cells(measures: Measures, league: League, path: str | Path) -> Path:
    """Write a row for every scored cell that applies to its unit and is not observed.

    Parameters
    ----------
    measures : Measures
    league : League
    path : str or Path
        The file; its folder must exist.

    Returns
    -------
    Path
        The file: `unit`, `name`, `group`, `indicator`, `domain`, `status`, `symbol`, `value` (what
        stands beside the status and is not used) and `note`; `[z]` where there is none.
    """
    statuses = status_table(measures, league)
    ids = tuple(statuses.columns)
    cells = pd.DataFrame(
        {
            "status": statuses.to_numpy().ravel(),
            "value": measures.grid("label", ids).ravel(),
            "note": measures.grid("note", ids).ravel(),
        },
        index=pd.MultiIndex.from_product([statuses.index, ids], names=["unit", "indicator"]),
    )
    cells = cells[~cells["status"].isin(["observed", "not_applicable"])].reset_index()
    domains = {indicator.id: indicator.domain for indicator in league.scored}
    table = cells.join(measures.units[["name", "group"]], on="unit").assign(
        domain=cells["indicator"].map(domains),
        symbol=cells["status"].map(_SHORTHAND),
    )
    columns = ["name", "group", "indicator", "domain", "status", "symbol", "value", "note"]
    return _write(table.set_index("unit")[columns].replace("", NOT_APPLICABLE.text), path)


def write_missingness(table: pd.DataFrame, path: str | Path, *, draft: bool = False) -> Path:
    """Write what is missing by score and by group.

    Parameters
    ----------
    table : pandas.DataFrame
        From `openness.standing.missingness_table`.
    path : str or Path
        The file; its folder must exist.
    draft : bool
        Put a column `draft` after the index that says DRAFT in every row.

    Returns
    -------
    Path
        The file: the index and columns of the table, then `interval_prob` and `interval_kind`;
        `[z]` where there is no number.
    """
    kind = {name: table.attrs[name] for name in ("interval_prob", "interval_kind")}
    return _write(_drafted(table.assign(**kind), draft), path)


def write_table(table: pd.DataFrame, path: str | Path, *, draft: bool = False) -> Path:
    """Write any table as UTF-8 CSV; equal tables give equal bytes.

    Parameters
    ----------
    table : pandas.DataFrame
    path : str or Path
        The file; its folder must exist.
    draft : bool
        Put a column `draft` first that says DRAFT in every row.

    Returns
    -------
    Path
        The file. `[z]` stands where there is nothing to state.
    """
    return _write(_drafted(table.copy(), draft), path)


def write_symbols(path: str | Path) -> Path:
    """Write the key of every symbol: `symbol`, `means`, `reason`, `status`, `source`."""
    return _write(key_table(), path)


def _drafted(table: pd.DataFrame, draft: bool) -> pd.DataFrame:
    if draft:
        table.insert(0, "draft", "DRAFT")
    return table


def _write(table: pd.DataFrame, path: str | Path, *, missing: Symbol = NOT_APPLICABLE) -> Path:
    path = Path(path)
    text = table.to_csv(float_format=FLOAT_FORMAT, lineterminator="\n", na_rep=missing.text)
    path.write_bytes(text.encode("utf-8"))
    return path
