"""A rule is one thing that may be wrong with a row; broken rules become problems."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from openness.errors import Problem
from openness.measures.places import place
from openness.measures.tables import Table

Row = Any
"""One row of the frame under test, as a named tuple."""

SHOWN = 20
"""Problems of one rule that are listed singly; the rest share one."""


@dataclass(frozen=True)
class Rule:
    """What is wrong with a row, and what to tell whoever wrote it.

    Attributes
    ----------
    column : str
        Column that the message points at.
    broken : callable
        Frame -> boolean series, true where the rule is broken.
    allowed, remedy : str or callable
        What is allowed, and what to do; a callable makes it from the row.
    found : callable, optional
        Row -> what came. The cell in quotes unless given. Rows with the same text are told
        together.
    reads : tuple of str
        Columns that the input must have for the rule to mean anything.
    """

    column: str
    broken: Callable[[pd.DataFrame], pd.Series[bool]]
    allowed: str | Callable[[Row], str]
    remedy: str | Callable[[Row], str] = ""
    found: Callable[[Row], str] | None = None
    reads: tuple[str, ...] = ()


def broken_rules(rules: Iterable[Rule], frame: pd.DataFrame, table: Table) -> list[Problem]:
    """Test every row by every rule.

    Parameters
    ----------
    rules : iterable of Rule
    frame : pandas.DataFrame
        Rows under test, indexed by their position in `table.text`.
    table : Table
        Where the rows came from.

    Returns
    -------
    list of Problem
        From the top of the table to its bottom.
    """
    numbered: list[tuple[int, Problem]] = []
    for rule in rules:
        if not set(rule.reads) <= set(table.text.columns):
            continue
        bad = frame[rule.broken(frame)]
        if len(bad):
            numbered += _told(rule, bad, table)
    return [problem for _, problem in sorted(numbered, key=lambda pair: pair[0])]


def _told(rule: Rule, bad: pd.DataFrame, table: Table) -> list[tuple[int, Problem]]:
    groups: dict[str, list[Row]] = {}
    for row in bad.itertuples():
        found = rule.found(row) if rule.found else quoted(getattr(row, rule.column))
        groups.setdefault(found, []).append(row)
    numbered = []
    for found, rows in list(groups.items())[:SHOWN]:
        numbers = [int(table.rows[row.Index]) for row in rows]
        allowed, remedy = _made(rule.allowed, rows[0]), _made(rule.remedy, rows[0])
        where = place(table.row_word, numbers, rule.column)
        numbered.append((numbers[0], Problem(table.source, where, found, allowed, remedy)))
    if rest := [row for rows in list(groups.values())[SHOWN:] for row in rows]:
        numbers = [int(table.rows[row.Index]) for row in rest]
        where = place(table.row_word, numbers, rule.column)
        found = f"{len(rest)} more row{'s' * (len(rest) > 1)} with the same kind of fault"
        allowed = _made(rule.allowed, rest[0])
        numbered.append((numbers[0], Problem(table.source, where, found, allowed)))
    return numbered


def _made(text: str | Callable[[Row], str], row: Row) -> str:
    return text if isinstance(text, str) else text(row)


def quoted(text: str) -> str:
    """Put the cell in quotes, cut if it is long; an empty one is called so."""
    if not text:
        return "empty"
    return repr(text) if len(text) <= 60 else repr(text[:57] + "...")


def closest(word: str, options: Iterable[str], cutoff: float = 0.6) -> str:
    """Suggest the nearest of the options, as a sentence, or "" if none is near.

    >>> closest("obsrved", ["observed", "withdrawn"])
    "Did you mean 'observed'?"
    """
    folded = {option.casefold(): option for option in options}
    bare = {key.lstrip("0"): key for key in folded}
    key = word.casefold()
    if key not in folded:
        key = bare.get(key.lstrip("0"), key)
    if key not in folded:
        key = next(iter(difflib.get_close_matches(key, list(folded), n=1, cutoff=cutoff)), "")
    return f"Did you mean {folded[key]!r}?" if key in folded else ""
