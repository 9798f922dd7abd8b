"""What a guard has to say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

import pandas as pd

Severity = Literal["stops", "warns", "notes"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
"""The gravest first."""


@dataclass(frozen=True, eq=False)
class Finding:
    """One thing that must be said of a fit before anybody publishes.

    Attributes
    ----------
    name : str
        The guard that found it.
    severity : {"stops", "warns", "notes"}
        What stops makes a draft, as a missed gate does.
    sentence : str
        What is the matter, with its figures, and what to do.
    figures : mapping of str to float
        `figure` and `threshold`, and what else the sentence rests on.
    about : str
        A measure, a source, a type or a unit, or two of them with " and " between; empty where it
        is about the whole league.
    table : pandas.DataFrame, optional
        What the finding was picked from.

    Examples
    --------
    >>> from openness.guards import Finding
    >>> Finding("takeover", "stops", "One measure is the score.", {"figure": 0.99}).severity
    'stops'
    """

    name: str
    severity: Severity
    sentence: str
    figures: Mapping[str, float] = field(default_factory=dict)
    about: str = ""
    table: pd.DataFrame | None = None
