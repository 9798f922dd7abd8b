"""The guards by name: each is one function in one file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from openness.errors import InvalidInput, Problem
from openness.guards.finding import Finding
from openness.guards.looked import Looked

Guard = Callable[[Looked], Iterator[Finding]]

_registered: dict[str, Guard] = {}

GUARDS: Mapping[str, Guard] = MappingProxyType(_registered)
"""By name, in the order in which they are asked."""


def guards_against(name: str) -> Callable[[Guard], Guard]:
    """Enter a function into `GUARDS`: it takes a `Looked`, and yields findings.

    Parameters
    ----------
    name : str
        By which a league can accept what it says.

    Raises
    ------
    InvalidInput
        If another function has the name.

    Examples
    --------
    >>> from openness.guards import Finding, guards_against
    >>> @guards_against("few")
    ... def few(looked):
    ...     if len(looked.cells.units) < 50:
    ...         yield Finding("few", "notes", "Fewer than 50 units.")
    >>> [finding.sentence for finding in openness.guards.findings(fit) if finding.name == "few"]
    ['Fewer than 50 units.']
    >>> openness.guards.forget("few")
    """

    def enter(guard: Guard) -> Guard:
        known = _registered.get(name, guard)
        # The same function, as when a cell of a notebook is run again, replaces itself.
        if (known.__module__, known.__qualname__) != (guard.__module__, guard.__qualname__):
            taken = f"{name!r} is that of {known.__module__}.{known.__qualname__}"
            raise InvalidInput([Problem("guard", "name", taken, "guards have names of their own")])
        _registered[name] = guard
        return guard

    return enter


def forget(name: str) -> None:
    """Take a guard out of `GUARDS`."""
    _registered.pop(name, None)
