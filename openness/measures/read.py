"""The door: two tables and a league definition to validated evidence."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from openness.errors import InvalidMeasures, Problem
from openness.league.definition import League
from openness.measures.cells import complete_cells
from openness.measures.evidence import Measures
from openness.measures.history import read_history
from openness.measures.parse import COLUMNS, UNIT_COLUMNS, parse_measures
from openness.measures.period import choose_period
from openness.measures.tables import Table, read_table
from openness.measures.validate import check_measures, check_units, look_again

Source = str | Path | pd.DataFrame


def read_measures(
    measures: Source, units: Source, league: League, *, period: str | None = None
) -> Measures:
    """Read and check the evidence of one period.

    Parameters
    ----------
    measures : str, Path or pandas.DataFrame
        One row for each cell: `unit, indicator, value` and optionally `denominator, se, status,
        note, period`. A proportion is a value from 0 to 1 with its respondents as denominator; a
        count is events with their exposure; a score has an `se`, or a denominator where the league
        gives its `respondent_sd`; an ordinal value is a category label; a binary one is 0 or 1.
        A value without a status is `observed`. An empty value needs a status. An indicator that is
        not scored needs neither denominator nor `se`.
    units : str, Path or pandas.DataFrame
        One row for each unit: `unit, name, group` and any other columns, which are kept as text.
        The order of the rows of either table decides nothing: units are put in order of their code.
    league : League
        Definition to check against.
    period : str, optional
        The period to read; needed if the measures are of several. What the table has of the others
        is the units' history, and is not checked.

    Returns
    -------
    Measures
        Every unit by every indicator. A cell without a row is `not_collected`, or `not_applicable`
        if the indicator does not apply to the unit's group.

    Raises
    ------
    InvalidMeasures
        With everything that is wrong in either table. Rows of a text file are named by line (the
        header is line 1), rows of a Parquet file or data frame by position (the first is 0).

    Examples
    --------
    >>> table = pd.DataFrame(
    ...     {
    ...         "unit": ["a", "a", "b"],
    ...         "indicator": ["heard", "safe", "heard"],
    ...         "value": [0.61, None, 0.48],
    ...         "denominator": [120, None, 85],
    ...         "status": ["observed", "not_returned", "observed"],
    ...     }
    ... )
    >>> schools = pd.DataFrame({"unit": ["a", "b"], "name": ["A", "B"], "group": ["town", "town"]})
    >>> read = openness.read_measures(table, schools, league)
    >>> read.cells.pivot(index="unit", columns="indicator", values="status")[["heard", "safe"]]
    indicator     heard           safe
    unit
    a          observed   not_returned
    b          observed  not_collected

    An empty value without a status is refused:

    >>> openness.read_measures(table.drop(columns="status"), schools, league)
    Traceback (most recent call last):
        ...
    openness.errors.InvalidMeasures: 1 problem found:
      measures: row 1, column value: ...
    """
    names = _names(measures, units)
    problems: list[Problem] = []
    unit_table = _table(units, names[1], UNIT_COLUMNS, problems)
    cell_table = _table(measures, names[0], COLUMNS, problems)
    groups = None
    if unit_table is not None:
        problems += check_units(unit_table, league)
        groups = _groups(unit_table)
    if cell_table is not None:
        text, other_periods, chosen, no_period = choose_period(cell_table, period)
        rows = parse_measures(text, league, groups)
        problems += [*no_period, *check_measures(cell_table, rows, league, groups)]
    if problems or unit_table is None or cell_table is None or groups is None:
        raise InvalidMeasures(problems)

    labelled = _labelled(unit_table)
    return Measures(
        units=labelled,
        cells=complete_cells(rows, labelled, league),
        period=chosen,
        warnings=(
            *unit_table.warnings,
            *cell_table.warnings,
            *look_again(cell_table, rows),
        ),
        sources={table.source: table.digest for table in (cell_table, unit_table)},
        table=cell_table.source,
        places=_places(cell_table, rows),
        history=read_history(other_periods, league, groups),
    )


def _names(measures: Source, units: Source) -> tuple[str, str]:
    """Name each input as a person knows it; by its whole path only if two files share a name."""
    pair = tuple(
        Path(source).name if isinstance(source, str | Path) and str(source) else role
        for source, role in ((measures, "measures"), (units, "units"))
    )
    return (pair[0], pair[1]) if pair[0] != pair[1] else (str(measures), str(units))


def _table(
    source: Source, name: str, known: tuple[str, ...], problems: list[Problem]
) -> Table | None:
    try:
        return read_table(source, name, known)
    except InvalidMeasures as refusal:
        problems.extend(refusal.problems)
        return None


def _groups(table: Table) -> dict[str, str] | None:
    """Group of each unit; None where the table does not tell which units there are."""
    if table.problems or "unit" not in table.text.columns:
        return None
    groups = table.text.get("group", pd.Series("", index=table.text.index))
    return dict(zip(table.text["unit"], groups, strict=True))


def _labelled(table: Table) -> pd.DataFrame:
    others = [column for column in table.text.columns if column not in UNIT_COLUMNS]
    units = table.text.set_index("unit")[["name", "group", *others]]
    units["name"] = units["name"].where(units["name"] != "", units.index.to_series())
    # One order whatever that of the rows: sampler and random streams take units as they come.
    return units.sort_index()


def _places(table: Table, rows: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Where the row of each cell stands, as in `line 4`."""
    numbers = table.rows[rows.index].tolist()
    keys = zip(rows["unit"], rows["indicator"], strict=True)
    return {key: f"{table.row_word} {n}" for key, n in zip(keys, numbers, strict=True)}
