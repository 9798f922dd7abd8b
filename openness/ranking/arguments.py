"""Checks of the arguments that every function of this folder shares."""

from __future__ import annotations

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
    if not np.issubdtype(array.dtype, np.floating):
        try:
            array = array.astype(float)
        except (TypeError, ValueError):
            raise refuse(argument, "type", str(array.dtype), "it must hold numbers") from None
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


def as_probability(prob: float, argument: str = "prob") -> float:
    """Return a probability strictly between 0 and 1, or say that it is not one."""
    if not 0 < prob < 1:
        raise refuse(argument, "value", f"{prob!r}", "it must lie between 0 and 1, both excluded")
    return float(prob)
