"""The evidence of one fit: every cell of units by indicators, each with its status."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np
import pandas as pd

from openness.errors import Problem
from openness.frozen import FrozenDict, FrozenFrame

Status = Literal[
    "observed",
    "not_applicable",
    "not_collected",
    "not_returned",
    "system_change",
    "suppressed",
    "withdrawn",
    "under_query",
]
STATUSES: tuple[str, ...] = get_args(Status)

CONFIRMED = "confirmed:"
"""A note that begins so says that an observed value is real, however odd it looks."""

HISTORY = ("unit", "indicator", "period", "value", "denominator")


def is_confirmation(note: str) -> bool:
    """Whether the note of an observed cell confirms its value."""
    return note.strip().casefold().startswith(CONFIRMED)


@dataclass(frozen=True)
class Measures:
    """Validated evidence for one period, frozen: what is read of it is a copy.

    Attributes
    ----------
    units : pandas.DataFrame
        Indexed by `unit` (str), in order of the code: `name`, `group`, and every other column of
        the units table.
    cells : pandas.DataFrame
        One row for every unit and every indicator of the league, units slowest, both in their own
        order. Columns: `unit`, `indicator`, `value` (float; an ordinal label is its position among
        the categories from 0), `label` (the value as it was written), `denominator`, `se` (float),
        `status`, `note` (str), `denominator_filled` (bool: the indicator's median stands in).
        A value beside any status but `observed` is kept here and never used.
    period : str or None
        The period that was chosen, if the table has periods.
    warnings : tuple of Problem
        What was read but deserves a look.
    sources : mapping of str to str
        SHA-256 of every input, by name.
    table : str
        Name of the measures table in messages.
    places : mapping of (unit, indicator) to str
        Row of the measures table, as in `line 4`, of every cell that has one.
    history : pandas.DataFrame
        What the table has of other periods: `unit`, `indicator`, `period`, `value`, `denominator`
        of observed counts and shares. Nothing is fitted to it. A run keeps neither it nor places.

    Examples
    --------
    >>> measures.units.head(2)
                            name group
    unit
    T001  Quillborough NHS Trust  town
    T002    Thravemere NHS Trust  town
    >>> measures.cells.loc[:1, ["unit", "indicator", "value", "status"]]
       unit indicator     value        status
    0  T001     heard       NaN  not_returned
    1  T001      safe  0.257443      observed

    What is read is a copy:

    >>> cells = measures.cells
    >>> cells["status"] = "withdrawn"
    >>> len(measures.observed)
    140
    """

    units: FrozenFrame = FrozenFrame()
    cells: FrozenFrame = FrozenFrame()
    period: str | None = None
    warnings: tuple[Problem, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    table: str = "measures"
    places: Mapping[tuple[str, str], str] = field(default_factory=dict)
    history: FrozenFrame = FrozenFrame(HISTORY)

    def __post_init__(self) -> None:
        for name in ("sources", "places"):
            object.__setattr__(self, name, FrozenDict(getattr(self, name)))

    @property
    def observed(self) -> pd.DataFrame:
        """The cells that the model may use."""
        cells = self.cells
        return cells[cells["status"] == "observed"]

    def grid(self, column: str, indicators: tuple[str, ...]) -> np.ndarray:
        """One column of the cells as an array of shape (units, indicators)."""
        cells, units = self.cells, len(self.units)
        per_unit = len(cells) // max(units, 1)
        order = pd.Index(cells["indicator"].iloc[:per_unit])
        values = cells[column].to_numpy().reshape(units, per_unit)
        return values.take([order.get_loc(indicator) for indicator in indicators], axis=1)
