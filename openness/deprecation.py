"""How a public name or argument leaves: it works for a while, and says what to use instead."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_R = TypeVar("_R")


def deprecated(
    *, since: str, removed_in: str, instead: str
) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    """Mark a function as one that will go: whoever calls it gets a `DeprecationWarning`.

    Parameters
    ----------
    since, removed_in : str
        The version that first warns, and the first version without the function.
    instead : str
        What to use, as in "`openness.rank(fit).table`".
    """

    def decorate(function: Callable[_P, _R]) -> Callable[_P, _R]:
        words = _words(f"{function.__name__}()", since, removed_in, f"use {instead}")

        @wraps(function)
        def warned(*args: _P.args, **kwargs: _P.kwargs) -> _R:
            warnings.warn(words, DeprecationWarning, stacklevel=2)
            return function(*args, **kwargs)

        # Below the first line, where numpydoc looks for it.
        first, _, rest = (inspect.getdoc(function) or "").partition("\n")
        note = f".. deprecated:: {since}\n   Use {instead}; it goes in {removed_in}."
        warned.__doc__ = f"{first}\n\n{note}\n{rest}"
        return warned

    return decorate


def renamed_argument(
    old: str, new: str, *, since: str, removed_in: str
) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    """Let a function take an argument by its old name too, with a `DeprecationWarning`.

    Parameters
    ----------
    old, new : str
        Names of the argument. Giving both is a `TypeError`, as it is for an argument given twice.
    since, removed_in : str
        The version that first warns, and the first version that refuses the old name.
    """

    def decorate(function: Callable[_P, _R]) -> Callable[_P, _R]:
        if new not in inspect.signature(function).parameters:
            raise ValueError(f"{function.__name__}() has no argument {new!r}")
        argument = f"the argument `{old}` of {function.__name__}()"
        words = _words(argument, since, removed_in, f"it is called `{new}` now")

        @wraps(function)
        def renamed(*args: _P.args, **kwargs: _P.kwargs) -> _R:
            if old in kwargs:
                warnings.warn(words, DeprecationWarning, stacklevel=2)
                if new in kwargs:
                    raise TypeError(f"{function.__name__}() got {old!r} and {new!r}, which are one")
                kwargs[new] = kwargs.pop(old)
            return function(*args, **kwargs)

        return renamed

    return decorate


def _words(what: str, since: str, removed_in: str, advice: str) -> str:
    return f"{what} is deprecated since {since} and goes in {removed_in}: {advice}"
