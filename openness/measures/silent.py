"""Whether a measure tells units apart at all."""

from __future__ import annotations

import numpy as np

from openness.families import family_of
from openness.league import Indicator
from openness.measures.evidence import Measures


def says_something(indicator: Indicator, measures: Measures) -> bool:
    """Whether units differ in the indicator: what is alike for all says nothing of any.

    Shares, rates, scores or labels are compared, so that no event among however many is alike. A
    number that is withheld for being small differs from what is published.

    Parameters
    ----------
    indicator : Indicator
    measures : Measures

    Returns
    -------
    bool
        False also if no unit has it, or only one.
    """
    observed = measures.observed
    own = observed.loc[observed["indicator"] == indicator.id, ["value", "denominator"]]
    figures = family_of(indicator).figures(*own.to_numpy(dtype=float).T)
    status = measures.grid("status", (indicator.id,))
    withheld = indicator.suppressed is not None and bool((status == "suppressed").any())
    return len(np.unique(figures)) > (0 if withheld else 1)
