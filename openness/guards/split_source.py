"""Two sources are one, and outvote the others."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from openness.guards.finding import Finding
from openness.guards.looked import Looked
from openness.guards.registry import guards_against

_NAME = "split_source"


@guards_against(_NAME)
def split_source(looked: Looked) -> Iterator[Finding]:
    """Look for two sources that agree with each other and not with the rest."""
    coherence, limits = looked.coherence, looked.limits
    if len(coherence) < 3:
        return
    for m, n in combinations(range(len(coherence)), 2):
        rest = float(np.delete(coherence, [m, n]).min())
        lower = float(min(coherence[m], coherence[n]))
        ratio = _across_over_within(looked, m, n)
        as_close = ratio > limits.split_ratio and rest < limits.split_rest
        if as_close or (lower > limits.split_coherent and rest < limits.split_rest):
            names = " and ".join(looked.source_label(x) for x in (m, n))
            close = (
                ""
                if np.isnan(ratio)
                else (f" Their measures correlate {ratio:.2f} times as much across as within.")
            )
            yield Finding(
                _NAME,
                "warns",
                f"{names} may be one source under two names: their coherences are "
                f"{coherence[m]:.2f} and {coherence[n]:.2f}, another's only {rest:.2f}.{close} "
                "File them as one source, or say why they are independent.",
                {
                    "figure": ratio if as_close else lower,
                    "threshold": limits.split_ratio if as_close else limits.split_coherent,
                    "rest": rest,
                },
                f"{looked.cells.domains[m]} and {looked.cells.domains[n]}",
            )


def _across_over_within(looked: Looked, m: int, n: int) -> float:
    """Mean true correlation of two sources' measures across, over that within.

    NaN unless both have several measures: what is within one of them says nothing of the other. NaN
    too where two measures of a source run against each other: that is a matter of directions.
    """
    true, of = looked.pairs.true, looked.cells.domain
    first, second = np.flatnonzero(of == m), np.flatnonzero(of == n)
    if min(len(first), len(second)) < 2:
        return float("nan")
    within = [true[j, k] for own in (first, second) for j, k in combinations(own.tolist(), 2)]
    inside = np.array(within)
    across = true[np.ix_(first, second)]
    if np.isnan(inside).all() or np.isnan(across).all() or np.nanmin(inside) <= 0:
        return float("nan")
    return float(np.nanmean(across) / np.nanmean(inside))
