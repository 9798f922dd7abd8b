"""Checks of the tables and settings that methods can be given directly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from openness.errors import Problem
from openness.ranking.arguments import refuse


def as_pair(
    first: ArrayLike, second: ArrayLike, names: tuple[str, str]
) -> tuple[pd.Series, pd.Series]:
    """Return two columns of numbers, one row a unit, with the labels of the first.

    Parameters
    ----------
    first, second : array_like, shape (units,)
        Two pandas Series have the same labels in the same order.
    names : (str, str)
        What the caller calls them.

    Returns
    -------
    (pandas.Series, pandas.Series) of float

    Raises
    ------
    InvalidInput
        If they are not numbers, or do not belong together.
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
    if pd.api.types.is_numeric_dtype(column):
        return column.astype(float)
    raise refuse(name, "type", str(column.dtype), "it must be a column of numbers")


def broken(source: str, column: pd.Series, allowed: ArrayLike, words: str) -> list[Problem]:
    """List the units whose number is not allowed."""
    return [
        Problem(source, f"unit {unit}", f"{value:g}", words)
        for unit, value, fine in zip(column.index, column, np.asarray(allowed), strict=True)
        if not fine
    ]


def choice(value: str, name: str, allowed: Sequence[str]) -> list[Problem]:
    """Say that a word is not one of those allowed; nothing if it is."""
    if value in allowed:
        return []
    words = ", ".join(map(repr, allowed))
    return [Problem(name, "argument", repr(value), f"it is one of {words}")]
