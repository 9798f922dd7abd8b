"""The two ways out for a result: to a reader's screen, and into files.

A draft says so in each, and both are here: the banner before what is shown, a column in each table,
and a mark on each picture.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pandas as pd
from rich.console import Group
from rich.text import Text

from openness.errors import InvalidInput, Problem
from openness.measures.symbols import key_table
from openness.publish.csv import write_csv
from openness.publish.kinds import KINDS, Kind
from openness.publish.sheet import Sheet, house_style, mark_draft, note_score, save_figure
from openness.publish.wording import DRAFT
from openness.result import Result, marked, unmarked
from openness.scoring import score_in_short

_KEY = "symbols.csv"


def show(result: Result, *, top: int = 10, bottom: int = 10) -> Group:
    """Lay a result out for a terminal.

    Parameters
    ----------
    result : Result
    top, bottom : int
        How many units to show from either end of a list of units; all of them if there are no
        more. Other lists have as many rows as `top`.

    Returns
    -------
    rich.console.Group
        For `rich.print`, or `openness.publish.open_console().print`. That of a draft begins by
        saying so.

    Raises
    ------
    InvalidInput
        If it is not a result of a kind that `openness.publish.kinds` knows.

    Examples
    --------
    >>> shown = openness.publish.show(openness.publish.evidence(measures, league))
    >>> openness.publish.open_console().print(shown)  # doctest: +ELLIPSIS
    A small league: 40 schools
    ...
    """
    parts = kind_of(result).view(result, top, bottom)
    banner = [Text(DRAFT, style="bold red")] if result.is_draft else []
    return Group(*banner, *(Text(part) if isinstance(part, str) else part for part in parts))


def write(
    result: Result, folder: str | Path, *, suffix: str = "", highlight: Collection[str] = ()
) -> list[Path]:
    """Write the files of a result: tables, the key of their symbols, and pictures.

    Parameters
    ----------
    result : Result
    folder : str or Path
        Must exist.
    suffix : str
        Stands after the name of each file but the key, such as "_within_group".
    highlight : collection of str
        Codes of units to name in the pictures that name units.

    Returns
    -------
    list of Path
        Tables as UTF-8 CSV with lines that end in LF, numbers to six significant figures, and no
        empty cell: a symbol says why there is no value. Pictures as PNG and SVG. Equal results give
        equal bytes. Each table of a draft has a column, and each picture a mark, that says so.

    Raises
    ------
    InvalidInput
        If it is not a result of a kind that `openness.publish.kinds` knows, or a highlighted unit
        is not in it.

    Examples
    --------
    >>> paths = openness.publish.write(openness.publish.evidence(measures, league), ".")
    >>> [path.name for path in paths][:2]
    ['measures_table.csv', 'empty_cells.csv']
    """
    kind, folder = kind_of(result), Path(folder)
    paths = []
    for csv in kind.tables:
        table = csv.of(result)
        if table is not None:
            table = _says_its_score(table, result)
            table = marked(table) if result.is_draft else table
            path = folder / f"{_stem(csv.stem, result)}{suffix}.csv"
            paths.append(write_csv(table, path, missing=csv.missing))
    if kind.has_key:
        paths.append(write_csv(key_table(), folder / _KEY))
    for stem, sheet in draw(result, highlight).items():
        paths += save_figure(sheet, folder / f"{stem}{suffix}")
    return paths


def draw(result: Result, highlight: Collection[str] = ()) -> dict[str, Sheet]:
    """Draw the pictures of a result, by the stem of their files; those of a draft have its mark."""
    sheets = {}
    for picture in kind_of(result).pictures:
        sheet = picture.draw(result, highlight)
        if sheet is None:
            continue
        if result.standing is not None:
            with house_style():
                note_score(sheet, score_in_short(result.standing.league))
        if result.is_draft:
            with house_style():
                mark_draft(sheet)
            sheet.description = f"{DRAFT} {sheet.description}"
        sheets[_stem(picture.stem, result)] = sheet
    return sheets


def _says_its_score(table: pd.DataFrame, result: Result) -> pd.DataFrame:
    """Put what the score is of into a table that rests on one."""
    if result.standing is None:
        return table
    return unmarked(table).assign(score_of=result.standing.league.score.of)


def kind_of(result: object) -> Kind:
    """Return how a result is shown and written."""
    if not isinstance(result, Result):
        allowed, remedy = "a Result", "Give what a verb such as `openness.rank` returns"
        raise InvalidInput([Problem("result", "type", type(result).__name__, allowed, remedy)])
    if result.kind not in KINDS:
        allowed = f"one of {', '.join(KINDS)}"
        remedy = "Another kind needs an entry in `openness.publish.kinds.KINDS`"
        raise InvalidInput([Problem("result", "kind", repr(result.kind), allowed, remedy)])
    return KINDS[result.kind]


def _stem(stem: object, result: Result) -> str:
    return str(stem(result) if callable(stem) else stem)
