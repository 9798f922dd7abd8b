"""Finding a unit by its code."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from openness.errors import Problem


def unknown_units(codes: Sequence[str], known: Sequence[str], source: str) -> list[Problem]:
    """Return a problem for every code that no unit has, with the nearest that one has."""
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
