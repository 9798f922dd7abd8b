"""Checks of the tables and settings that methods can be given directly."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from numbers import Real

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from openness.errors import InvalidInput, Problem
from openness.ranking.arguments import refuse


def as_pair(
    first: ArrayLike, second: ArrayLike, names: tuple[str, str]
) -> tuple[pd.Series, pd.Series]:
    """Return two columns of numbers, one row a unit, with the labels of the first.

    Two pandas Series must have the same labels in the same order.
    """
    one, two = (
        as_column(values, name) for values, name in zip((first, second), names, strict=True)
    )
    if len(one) != len(two):
        raise refuse(names[1], "length", str(len(two)), f"{names[0]} has {len(one)} units")
    labelled = isinstance(first, pd.Series) and isinstance(second, pd.Series)
    if labelled and not one.index.equals(two.index):
        raise refuse(names[1], "index", "other labels, or in another order", f"those of {names[0]}")
    return one, two.set_axis(one.index)


def as_column(values: ArrayLike, name: str) -> pd.Series:
    """Return a column of floating numbers, or say that it is not one."""
    column = values if isinstance(values, pd.Series) else pd.Series(np.asarray(values).tolist())
    if _holds_numbers(column):
        return _as_floats(column)
    raise refuse(name, "type", str(column.dtype), "it must be a column of numbers")


def as_table(values: object, name: str, axes: tuple[str, str]) -> pd.DataFrame:
    """Return a table of floating numbers, or say all that keeps it from being one.

    Columns are of real numbers of any type, with NaN, NA or None where there is none. `axes` says
    what a row is and what a column is. Refused are labels that come twice, columns that hold
    anything else, and infinite numbers.
    """
    if not isinstance(values, pd.DataFrame):
        raise refuse(name, "type", type(values).__name__, "it must be a pandas.DataFrame")
    wrong = [
        Problem(name, f"{axis} {label}", "it comes twice", f"names of {axis}s differ")
        for axis, labels in zip(axes, values.axes, strict=True)
        for label in labels[labels.duplicated()].unique()
    ]
    columns: dict[Hashable, pd.Series] = {}
    for label, column in values.items() if not wrong else ():
        if not _holds_numbers(column):
            wrong.append(Problem(name, f"{axes[1]} {label}", str(column.dtype), "numbers"))
        else:
            columns[label] = numbers = _as_floats(column)
            for unit in values.index[np.isinf(numbers)][:1]:
                where = f"{axes[1]} {label}, {axes[0]} {unit}"
                wrong.append(Problem(name, where, "infinite", "a number, or nothing"))
    if wrong:
        raise InvalidInput(wrong)
    table = pd.DataFrame(columns, values.index, dtype=float)
    table.columns.name = values.columns.name
    return table


def _holds_numbers(column: pd.Series) -> bool:
    if pd.api.types.is_numeric_dtype(column):
        return not pd.api.types.is_complex_dtype(column)
    return all(isinstance(value, Real) for value in column.dropna())


def _as_floats(column: pd.Series) -> pd.Series:
    return column.astype(object).where(column.notna(), np.nan).astype(float)


def is_number(value: object, accepts: Callable[[float], bool]) -> bool:
    """Say whether something is a real number that is accepted. NaN fails every comparison."""
    return isinstance(value, Real) and accepts(float(value))


def broken(source: str, column: pd.Series, allowed: ArrayLike, words: str) -> list[Problem]:
    """List the units whose number is not allowed."""
    return [
        Problem(source, f"unit {unit}", f"{value:g}", words)
        for unit, value, fine in zip(column.index, column, np.asarray(allowed), strict=True)
        if not fine
    ]
