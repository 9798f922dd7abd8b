"""A measure, or a whole source, points the wrong way; or nobody knows which way a count points."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy.stats import norm

from openness.families import family_of
from openness.guards.finding import Finding
from openness.guards.looked import Looked
from openness.guards.registry import guards_against

_NAME = "direction"
_FEWEST = 10
_DO = "Is the declared direction right?"


class Agreement(NamedTuple):
    """Correlation within types, and how many of its standard errors it lies from 0."""

    r: float
    z: float


@guards_against(_NAME)
def direction(looked: Looked) -> Iterator[Finding]:
    """Hold every measure against the rest of its source, and every source against the others."""
    cells, limits = looked.cells, looked.limits
    critical = norm.isf(limits.direction_p)
    x = looked.standardised
    sources = np.column_stack([_mean(x[:, own]) for _, own in looked.sources()])
    for m, own in looked.sources():
        others = np.delete(np.arange(len(cells.domains)), m)
        for k in own if len(own) > 1 else ():
            rest = _mean(x[:, own[own != k]])
            agreement = agreement_of(looked, x[:, k], rest)
            where = f"the rest of {looked.source_label(m)}"
            if agreement.z < -critical:
                yield _against(looked.label(k), cells.indicators[k], agreement, where, critical)
            elif family_of(cells.definitions[k]).figure == "rate":
                yield from _ambiguous(looked, int(k), agreement, where)
        if not len(others):
            continue
        agreement = agreement_of(looked, sources[:, m], _mean(sources[:, others]))
        lone = len(own) == 1
        label = looked.label(own[0]) if lone else looked.source_label(m)
        about = cells.indicators[own[0]] if lone else cells.domains[m]
        where = "the other sources"
        if len(others) == 1:
            # Of two sources that disagree, either may be the one that is reversed.
            if m == 0 and agreement.z < -critical:
                label = f"{label} and {looked.source_label(1)}"
                about = f"{cells.domains[0]} and {cells.domains[1]}"
                yield _against(label, about, agreement, "each other", critical)
        elif agreement.z < -critical:
            yield _against(label, about, agreement, where, critical)
        if lone and family_of(cells.definitions[own[0]]).figure == "rate":
            yield from _ambiguous(looked, int(own[0]), agreement, where)


def agreement_of(looked: Looked, one: np.ndarray, other: np.ndarray) -> Agreement:
    """Correlate two columns (N,) of values within types, over the units that have both."""
    rows = np.isfinite(one) & np.isfinite(other)
    freedom = rows.sum() - len(looked.cells.groups) - 2
    if freedom < _FEWEST or one[rows].std() == 0 or other[rows].std() == 0:
        return Agreement(np.nan, np.nan)
    r = float(np.corrcoef(one[rows], other[rows])[0, 1])
    return Agreement(r, float(np.arctanh(np.clip(r, -0.999999, 0.999999)) * np.sqrt(freedom)))


def _mean(columns: np.ndarray) -> np.ndarray:
    """Mean of what is there in each row, NaN where nothing is."""
    there = np.isfinite(columns)
    number = there.sum(axis=1)
    total = np.where(there, columns, 0.0).sum(axis=1)
    return np.where(number > 0, total / np.maximum(number, 1), np.nan)


def _against(label: str, about: str, agreement: Agreement, where: str, critical: float) -> Finding:
    runs = "run" if where == "each other" else "runs"
    return Finding(
        _NAME,
        "warns",
        f"{label} {runs} against {where}: within types they correlate {agreement.r:.2f}, "
        f"{abs(agreement.z):.1f} standard errors below 0. {_DO}",
        {"figure": agreement.r, "z": agreement.z, "threshold": -critical},
        about,
    )


def _ambiguous(looked: Looked, k: int, agreement: Agreement, where: str) -> Iterator[Finding]:
    negative = float(norm.sf(agreement.z))
    if negative > looked.limits.ambiguous:
        yield Finding(
            _NAME,
            "notes",
            f"More of {looked.label(k)} may be good or bad: its loading on what {where} measure "
            f"is negative with probability {negative:.2f} if its sign is left free. "
            "A count of reports rises with openness and with harm; say which is meant.",
            {"figure": negative, "threshold": looked.limits.ambiguous},
            looked.cells.indicators[k],
        )
