"""Checks of the arguments that every function of this folder shares."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from openness.errors import InvalidInput, Problem


def refuse(argument: str, where: str, found: str, allowed: str, remedy: str = "") -> InvalidInput:
    """Return the error for one argument that cannot be used."""
    return InvalidInput([Problem(argument, where, found, allowed, remedy)])


def as_draws(draws: ArrayLike, argument: str = "draws") -> NDArray[np.floating]:
    """Return draws as a floating array of shape (S, n), or say why they are not draws.

    Parameters
    ----------
    draws : array_like, shape (S, n)
        S draws (one a row) of n units (one a column).
    argument : str
        What the caller calls it.

    Returns
    -------
    numpy.ndarray, shape (S, n)
        The same numbers, without a copy if they were floats already.
    """
    array = np.asarray(draws)
    if array.ndim != 2 or 0 in array.shape:
        raise refuse(
            argument,
            "shape",
            str(array.shape),
            "it must be (draws, units), with at least one of each",
            "Flatten chains and draws into the first dimension.",
        )
    array = as_floats(array, argument)
    # One number that is not finite spoils a column's total, and so does the overflow of finite
    # ones; only then is it worth the memory to look at each.
    with np.errstate(over="ignore", invalid="ignore"):
        suspects = np.flatnonzero(~np.isfinite(array.sum(axis=0)))
    for column in suspects:
        bad = np.flatnonzero(~np.isfinite(array[:, column]))
        if bad.size:
            raise refuse(
                argument,
                f"draw {bad[0]}, unit {column}",
                str(array[bad[0], column]),
                "every draw must be a finite number",
            )
    return array


def as_floats(values: ArrayLike, argument: str) -> NDArray[np.floating]:
    """Return an array of floating numbers, or say that they are not numbers."""
    array = np.asarray(values)
    if np.issubdtype(array.dtype, np.floating):
        return array
    try:
        return array.astype(float)
    except (TypeError, ValueError):
        raise refuse(argument, "type", str(array.dtype), "it must hold numbers") from None


def as_vector(values: ArrayLike, argument: str) -> NDArray[np.float64]:
    """Return a vector of finite numbers, shape (n,), or say which of them is not."""
    array = as_floats(values, argument).astype(np.float64)
    if array.ndim != 1:
        raise refuse(argument, "shape", str(array.shape), "it must be (units,)")
    bad = np.flatnonzero(~np.isfinite(array))
    if bad.size:
        raise refuse(argument, f"unit {bad[0]}", str(array[bad[0]]), "it must be a finite number")
    return array


def as_names(names: Iterable[object] | None, units: int) -> tuple[str, ...]:
    """Return one name for each unit: those given, or "1", "2" and so on."""
    if names is None:
        return tuple(str(number) for number in range(1, units + 1))
    found = tuple(str(name) for name in names)
    if len(found) != units:
        raise refuse("names", "length", str(len(found)), f"there are {units} units")
    if len(set(found)) < units:
        twice = max(found, key=found.count)
        raise refuse("names", f"name {twice!r}", "it comes twice", "names tell units apart")
    return found


def as_probability(prob: float, argument: str = "prob") -> float:
    """Return a probability strictly between 0 and 1, or say that it is not one."""
    if not 0 < prob < 1:
        raise refuse(argument, "value", f"{prob!r}", "it must lie between 0 and 1, both excluded")
    return float(prob)


def as_choice(value: str, argument: str, allowed: Sequence[str]) -> str:
    """Return one of a few words, or say which there are."""
    if value not in allowed:
        raise refuse(
            argument, "value", repr(value), f"it is one of {', '.join(map(repr, allowed))}"
        )
    return value
