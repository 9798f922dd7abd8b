"""The answer where nobody can be ranked: no, and why."""

from __future__ import annotations

import re

import pandas as pd

_FIGURE = re.compile(r" \d+\.\d+ is ")
"""The figure of one unit in a reason that others share: `reliability 0.123 is below 0.3`."""


def no_in_words(units: pd.DataFrame, plural: str) -> str:
    """Say that none of these units, or only one, can be ranked, and how many for which reason.

    Parameters
    ----------
    units : pandas.DataFrame
        `ranked`, and `reason`, in which several stand with semicolons between them.
    plural : str
        What the league calls its units.

    Examples
    --------
    >>> from openness.standing.refusals import no_in_words
    >>> low = ["reliability 0.123 is below 0.3", "reliability 0.200 is below 0.3"]
    >>> units = pd.DataFrame({"ranked": False, "reason": ["no measure was observed", *low]})
    >>> print(no_in_words(units, "schools"))
    No: none of the 3 schools can be ranked; for 2: reliability is below 0.3; for 1: no measure
    was observed.
    """
    reasons = [
        _FIGURE.sub(" is ", reason)
        for text in units["reason"]
        for reason in str(text).split("; ")
        if reason
    ]
    counts = pd.Series(reasons, dtype="str").value_counts().sort_index()
    counts = counts.sort_values(ascending=False, kind="stable")
    words = "; ".join(f"for {number:,}: {reason}" for reason, number in counts.items())
    several = units["reason"].astype(str).str.contains("; ").any()
    note = " Several reasons can hold for one." if several else ""
    return f"No: none of the {len(units):,} {plural} can be ranked; {words}.{note}"
