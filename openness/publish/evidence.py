"""The evidence and an audit of it: as tables to write, and on the terminal."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from openness.league import League
from openness.measures import Audit
from openness.measures.evidence import STATUSES, Measures
from openness.measures.status_table import status_table
from openness.measures.symbols import NOT_APPLICABLE, NOT_AVAILABLE, SYMBOLS, Symbol, in_words, key
from openness.publish.listing import Lines, bold, new_table
from openness.result import Result

_SHORTHAND = {status: symbol.text for status, symbol in SYMBOLS.items()}


def evidence(measures: Measures, league: League) -> Result:
    """Return what is known of the units, to show or to write.

    Parameters
    ----------
    measures : Measures
    league : League

    Returns
    -------
    Result
        Of the kind "evidence". `table`: the status of each scored cell, units by indicators.
        `parts`: `measures`.

    Examples
    --------
    >>> openness.publish.evidence(measures, league).table.shape
    (40, 4)
    """
    return Result("evidence", status_table(measures, league), league, parts={"measures": measures})


def evidence_view(result: Result, top: int, bottom: int) -> Iterator[RenderableType | str]:
    """Say how many cells have each status."""
    counts = result.table.melt()["value"].value_counts()
    yield Text(f"{result.league.title}: {len(result.table):,} {result.league.unit_plural}", "bold")
    view = new_table()
    view.add_column("Status of a cell", overflow="fold", ratio=1)
    view.add_column("Symbol", no_wrap=True)
    view.add_column("Cells", no_wrap=True, justify="right")
    for status in STATUSES:
        if status in counts.index:
            symbol = Text(_SHORTHAND.get(status, ""))
            view.add_row(in_words(status), symbol, f"{counts[status]:,}")
    yield view


def measures_table(result: Result) -> pd.DataFrame:
    """Return units by scored indicators, with a symbol for every value that is not used.

    Columns: `name`, `group`, and for each scored indicator the value as it was written, or the
    symbol of its status.
    """
    statuses, measures = result.table, result.parts["measures"]
    written = measures.grid("label", tuple(statuses.columns))
    cells = statuses.replace(_SHORTHAND).where(
        statuses != "observed",
        pd.DataFrame(written, index=statuses.index, columns=statuses.columns),
    )
    return measures.units[["name", "group"]].join(cells)


def list_of_empty_cells(result: Result) -> pd.DataFrame:
    """Return a row for every scored cell that applies to its unit and is not observed.

    Columns: `name`, `group`, `indicator`, `domain`, `status`, `symbol`, `value` (what stands beside
    the status and is not used) and `note`; `[z]` where there is none.
    """
    statuses, measures = result.table, result.parts["measures"]
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
    domains = {indicator.id: indicator.domain for indicator in result.league.scored}
    table = cells.join(measures.units[["name", "group"]], on="unit").assign(
        domain=cells["indicator"].map(domains),
        symbol=cells["status"].map(_SHORTHAND),
    )
    columns = ["name", "group", "indicator", "domain", "status", "symbol", "value", "note"]
    return table.set_index("unit")[columns].replace("", NOT_APPLICABLE.text)


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

    Examples
    --------
    >>> from openness.measures import audit
    >>> openness.publish.audit_report(audit(measures, league), measures, league).kind
    'audit'
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
            Text(_text_of(SYMBOLS.get(column, str(column).replace("_", " ")), used)),
            justify="right" if numeric else "left",
            overflow="fold",
            no_wrap=position == 0,
        )
    if len(frame) == rows + 1:  # the row that says so would take as much room
        rows += 1
    for row in frame.head(rows).itertuples(index=False):
        view.add_row(*(Text(_text_of(value, used)) for value in row))
    if len(frame) > rows:
        view.add_row(f"... {len(frame) - rows:,} more")
    return view


def _nothing_but_zeros(column: pd.Series) -> bool:
    """Whether a column of counts says nothing: a status that no cell has, say."""
    counts = pd.api.types.is_integer_dtype(column.dtype)
    return bool(counts and len(column) > 0 and (column == 0).all())


def _text_of(value: object, used: list[Symbol]) -> str:
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
