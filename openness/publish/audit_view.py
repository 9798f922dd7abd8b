"""An audit of the evidence on the terminal."""

from __future__ import annotations

import pandas as pd
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from openness.league import League
from openness.measures import Audit, Measures
from openness.measures.status_table import status_table
from openness.measures.symbols import NOT_APPLICABLE, NOT_AVAILABLE, SYMBOLS, Symbol, key
from openness.publish.listing import Lines, bold, new_table
from openness.result import Result


def audit_report(audit: Audit, measures: Measures, league: League) -> Result:
    """Return an audit of the evidence, to show or to write.

    Parameters
    ----------
    audit : openness.measures.Audit
    measures : Measures
        What was audited.
    league : League

    Returns
    -------
    Result
        Of the kind "audit": that of `openness.publish.evidence`, and in `parts` the `audit`.
    """
    parts = {"measures": measures, "audit": audit}
    return Result("audit", status_table(measures, league), league, parts=parts)


def audit_view(result: Result, top: int, bottom: int) -> Lines:
    """Show an audit of the evidence, section by section, with the first `top` rows of each."""
    parts: list[RenderableType | str] = []
    used: list[Symbol] = []
    for section in result.parts["audit"].sections:
        parts.append(bold(f"{section.title} ({len(section.table):,})"))
        if len(section.table):
            parts.append(_plain_table(section.table, top, used))
        parts += [section.note, ""] if section.note else [""]
    if used:
        yield key(used)
        yield ""
    yield from parts[:-1]


def _plain_table(frame: pd.DataFrame, rows: int, used: list[Symbol]) -> Table:
    """Lay a frame out; a status that heads a column is shortened, and nothing stays empty."""
    named_index = any(name is not None for name in frame.index.names)
    frame = frame.reset_index() if named_index else frame
    view = new_table()
    frame = frame[[name for name in frame.columns if not _nothing_but_zeros(frame[name])]]
    for position, column in enumerate(frame.columns):
        numeric = pd.api.types.is_numeric_dtype(frame[column].dtype)
        view.add_column(
            Text(_cell(SYMBOLS.get(column, str(column).replace("_", " ")), used)),
            justify="right" if numeric else "left",
            overflow="fold",
            no_wrap=position == 0,
        )
    if len(frame) == rows + 1:  # the row that says so would take as much room
        rows += 1
    for row in frame.head(rows).itertuples(index=False):
        view.add_row(*(Text(_cell(value, used)) for value in row))
    if len(frame) > rows:
        view.add_row(f"... {len(frame) - rows:,} more")
    return view


def _nothing_but_zeros(column: pd.Series) -> bool:
    """Whether a column of counts says nothing: a status that no cell has, say."""
    counts = pd.api.types.is_integer_dtype(column.dtype)
    return bool(counts and len(column) > 0 and (column == 0).all())


def _cell(value: object, used: list[Symbol]) -> str:
    """A value as text, and the symbol that stands for it if there is none."""
    if value is None or value is pd.NA or value != value:
        value = NOT_AVAILABLE
    elif value == "":
        value = NOT_APPLICABLE
    if isinstance(value, Symbol):
        used.append(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,g}" if isinstance(value, float) else str(value)
