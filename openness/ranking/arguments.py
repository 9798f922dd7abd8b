"""Checks of the arguments that every function of this folder shares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from numbers import Real
from typing import Any

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
    array = as_floats(draws, argument)
    if array.ndim != 2 or 0 in array.shape:
        raise refuse(
            argument,
            "shape",
            str(array.shape),
            "it must be (draws, units), with at least one of each",
            "Flatten chains and draws into the first dimension.",
        )
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
    """Return an array of floats of 32 or 64 bits, or say that they are not real numbers.

    What is masked becomes NaN. Text is refused even where it reads as a number.
    """
    try:
        array = np.asarray(values)
    except ValueError:
        raise refuse(argument, "shape", "rows of unequal length", "it must be an array") from None
    if array.dtype not in (np.float32, np.float64):
        text = array.dtype.kind == "O" and any(isinstance(value, str) for value in array.flat)
        try:
            if text or array.dtype.kind not in "biufO":
                raise TypeError
            array = array.astype(np.float64)
        except (TypeError, ValueError):
            found = "text" if text else str(array.dtype)
            raise refuse(argument, "type", found, "it must hold real numbers") from None
    return np.where(np.ma.getmaskarray(values), np.nan, array) if np.ma.is_masked(values) else array


def as_vector(values: ArrayLike, argument: str) -> NDArray[np.float64]:
    """Return a vector of finite numbers, shape (n,), or say which of them is not."""
    array = as_floats(values, argument).astype(np.float64)
    if array.ndim != 1 or not array.size:
        raise refuse(argument, "shape", str(array.shape), "it must be one list of numbers")
    bad = np.flatnonzero(~np.isfinite(array))
    if bad.size:
        raise refuse(argument, f"unit {bad[0]}", str(array[bad[0]]), "it must be a finite number")
    return array


def as_names(names: Iterable[object] | None, units: int) -> tuple[str, ...]:
    """Return one name for each unit: those given, or "1", "2" and so on."""
    if names is None:
        return tuple(str(number) for number in range(1, units + 1))
    found = tuple(str(name) for name in as_sequence(names, "names"))
    if len(found) != units:
        raise refuse("names", "length", str(len(found)), f"there are {units} units")
    if len(set(found)) < units:
        twice, _ = Counter(found).most_common(1)[0]
        raise refuse("names", f"name {twice!r}", "it comes twice", "names tell units apart")
    return found


def as_sequence(values: Iterable[Any], argument: str) -> tuple[Any, ...]:
    """Return what a list holds, or say that it is none; a single text is none."""
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise refuse(argument, "type", f"{values!r}", "it must be a list")
    return tuple(values)


def as_number(
    value: object, argument: str, accepts: Callable[[float], bool], allowed: str
) -> float:
    """Return one real number that is accepted, or say which are. NaN fails every comparison."""
    if not isinstance(value, Real) or not accepts(float(value)):
        raise refuse(argument, "value", f"{value!r}", allowed)
    return float(value)


def as_whole(value: object, argument: str, least: int, most: float, allowed: str) -> int:
    """Return one whole number between two others, or say which are allowed."""
    return int(as_number(value, argument, lambda x: least <= x <= most and x.is_integer(), allowed))


def as_probability(prob: float, argument: str = "prob") -> float:
    """Return a probability strictly between 0 and 1, or say that it is not one."""
    return as_number(
        prob, argument, lambda x: 0 < x < 1, "it must lie between 0 and 1, both excluded"
    )


def as_level(prob: float, argument: str = "prob") -> float:
    """Return a probability from one half up to 1, excluded, or say that it is not one."""
    return as_number(prob, argument, lambda x: 0.5 <= x < 1, "it must be at least 0.5 and below 1")


def as_generator(seed: int | np.random.Generator) -> np.random.Generator:
    """Return a generator of random numbers, from its seed if need be."""
    try:
        return np.random.default_rng(seed)
    except (TypeError, ValueError):
        raise refuse(
            "seed", "value", f"{seed!r}", "it must be a whole number from 0 up, or a Generator"
        ) from None


def as_choice(value: str, argument: str, allowed: Sequence[str]) -> str:
    """Return one of a few words, or say which there are."""
    if not isinstance(value, str) or value not in allowed:
        raise refuse(
            argument, "value", repr(value), f"it is one of {', '.join(map(repr, allowed))}"
        )
    return value
