"""An audit of the evidence on the terminal."""

from __future__ import annotations

from typing import Protocol

import pandas as pd
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from openness.measures.symbols import NOT_APPLICABLE, NOT_AVAILABLE, SYMBOLS, Symbol, key
from openness.publish.listing import new_table


class AuditSection(Protocol):
    """A table with its title and what it means."""

    @property
    def title(self) -> str:
        """What the table is about."""

    @property
    def table(self) -> pd.DataFrame:
        """The rows, labelled; there may be none."""

    @property
    def note(self) -> str:
        """What it means for the ranking."""


class AuditLike(Protocol):
    """Anything with sections, such as `openness.measures.audit.Audit`."""

    @property
    def sections(self) -> tuple[AuditSection, ...]:
        """The sections in reading order."""


def audit_view(audit: AuditLike, *, rows: int | None = 25) -> RenderableType:
    """Show an audit of the evidence, section by section.

    Parameters
    ----------
    audit : AuditLike
        For example from `openness.measures.audit`.
    rows : int or None
        How many rows of a section to show; None for all.

    Returns
    -------
    rich renderable
        For `open_console().print`.
    """
    parts: list[RenderableType] = []
    used: list[Symbol] = []
    for section in audit.sections:
        parts.append(Text(f"{section.title} ({len(section.table):,})", style="bold"))
        if len(section.table):
            parts.append(_plain_table(section.table, rows, used))
        if section.note:
            parts.append(Text(section.note))
        parts.append(Text(""))
    if used:
        parts = [Text(key(used)), Text(""), *parts]
    return Group(*parts[:-1])


def _plain_table(frame: pd.DataFrame, rows: int | None, used: list[Symbol]) -> Table:
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
    if rows is not None and len(frame) == rows + 1:  # the row that says so would take as much room
        rows = None
    for row in frame.head(len(frame) if rows is None else rows).itertuples(index=False):
        view.add_row(*(Text(_cell(value, used)) for value in row))
    if rows is not None and len(frame) > rows:
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
