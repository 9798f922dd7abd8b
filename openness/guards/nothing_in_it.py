"""A measure or a source says nothing of its units, or less than its errors allow."""

from __future__ import annotations

from collections.abc import Generator, Iterator

import numpy as np

from openness.guards.finding import Finding
from openness.guards.looked import Looked
from openness.guards.registry import guards_against

_NAME = "nothing_in_it"
_FEWEST = 10
"""Degrees of freedom."""
_SAME = 1e-12
"""Of chi-squared over them: what rounding leaves of no scatter at all."""


@guards_against(_NAME)
def nothing_in_it(looked: Looked) -> Iterator[Finding]:
    """Look for measures that are all alike, and sources that do not go with the others."""
    silent = yield from _measures(looked)
    yield from _sources(looked, silent)


def _measures(looked: Looked) -> Generator[Finding, None, np.ndarray]:
    """Yield findings, and return which measures (K,) are silent."""
    cells, limits, scatter = looked.cells, looked.limits, looked.scatter
    silent = np.zeros(len(cells.indicators), dtype=bool)
    for indicator in looked.league.scored:
        if indicator.id not in cells.indicators:
            yield Finding(
                _NAME,
                "warns",
                f"{indicator.label} is not in the model: no {looked.league.unit} has it, or it is "
                "the same for all that do. Leave it out of the league, or do not score it.",
                {},
                indicator.id,
            )
    for k, id in enumerate(cells.indicators):
        if cells.labels[k] or scatter.freedom[k] < _FEWEST:
            continue
        ratio, freedom = scatter.ratio[k], scatter.freedom[k]
        words = f"chi-squared over its {freedom:.0f} degrees of freedom is {ratio:.2g}"
        figures = {"figure": float(ratio), "degrees_of_freedom": float(freedom)}
        silent[k] = scatter.p_above[k] > limits.silent_p
        if ratio < _SAME:
            yield Finding(
                _NAME,
                "warns",
                f"{looked.label(k)} is the same for all {looked.league.unit_plural} of a type: it "
                f"says nothing of them ({words}). Leave it out.",
                {**figures, "threshold": limits.tight_ratio},
                id,
            )
        elif ratio < limits.tight_ratio and scatter.p_below[k] < _corrected(looked):
            yield Finding(
                _NAME,
                "warns",
                f"{looked.label(k)} varies less between {looked.league.unit_plural} than its "
                f"sampling errors would make it: {words}. Its figures are shrunk or copied, or "
                "its denominators are too small. Leave it out until that is known.",
                {**figures, "threshold": limits.tight_ratio},
                id,
            )
        elif silent[k]:
            yield Finding(
                _NAME,
                "warns",
                f"{looked.label(k)} says nothing of {looked.league.unit_plural}: it varies no more "
                f"than its sampling errors make it ({words}). Leave it out.",
                {**figures, "p": float(scatter.p_above[k]), "threshold": limits.silent_p},
                id,
            )
    return silent


def _corrected(looked: Looked) -> float:
    return looked.limits.misfit_p / len(looked.cells.indicators)


def _sources(looked: Looked, silent: np.ndarray) -> Iterator[Finding]:
    limits = looked.limits
    if len(looked.cells.domains) == 1:
        return
    for m, of_source in looked.sources():
        limit = limits.small_lone if len(of_source) == 1 else limits.small_coherence
        if looked.coherence[m] >= limit or silent[of_source].all():
            continue
        yield Finding(
            _NAME,
            "warns",
            f"{looked.source_label(m)} does not go with the other sources: "
            f"{100 * looked.coherence[m]:.0f}% of what it measures is what they share. Ask "
            "whether it belongs to this league, and whether its directions are right.",
            {"figure": float(looked.coherence[m]), "threshold": limit},
            looked.cells.domains[m],
        )
