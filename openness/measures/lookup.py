"""Finding a unit by its code."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from openness.errors import Problem


def unknown_units(codes: Sequence[str], known: Sequence[str], source: str) -> list[Problem]:
    """Return a problem for every code that no unit has, with the nearest that one has.

    Parameters
    ----------
    codes : sequence of str
        What was asked for.
    known : sequence of str
        Codes of the units.
    source : str
        Where the codes came from, for the message.

    Returns
    -------
    list of Problem
        Empty if all are known.
    """
    problems = []
    for code in codes:
        if code in known:
            continue
        near = difflib.get_close_matches(code, known, n=1)
        problems.append(
            Problem(
                source,
                "unit",
                repr(code),
                f"one of the {len(known)} units of the fit",
                f"Did you mean {near[0]!r}?" if near else "",
            )
        )
    return problems
