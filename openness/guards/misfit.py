"""What the model does not reproduce: correlations of pairs, and means of measures by type."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.stats import norm

from openness.guards.finding import Finding
from openness.guards.looked import Looked
from openness.guards.pairs import is_off, pairs_table
from openness.guards.registry import guards_against

_NAME = "misfit"
_FEWEST = 5
"""Units of a type that have the measure."""


@guards_against(_NAME)
def misfit(looked: Looked) -> Iterator[Finding]:
    """Look at pairs whose correlation is off, and at measures that work differently in a type."""
    yield from _pairs(looked)
    yield from _means(looked)


def _pairs(looked: Looked) -> Iterator[Finding]:
    limits, ids = looked.limits, looked.cells.indicators
    for pair in looked.pairs.rows:
        if not is_off(looked, pair):
            continue
        if pair.difference > 0:
            do = "They share something that the league has no name for: put them into one facet."
        elif pair.observed < 0:
            do = "They run against each other: is the direction of one of them wrong?"
        else:
            do = "The model makes them too much alike: do both belong to their sources?"
        yield Finding(
            _NAME,
            "warns",
            f"{looked.label(pair.first)} and {looked.label(pair.second)} correlate "
            f"{pair.observed:.2f} within types; the model implies {pair.implied:.2f} "
            f"({pair.lower:.2f} to {pair.upper:.2f}). {do}",
            {"figure": pair.difference, "threshold": limits.misfit_correlation, "p": pair.p},
            f"{ids[pair.first]} and {ids[pair.second]}",
            pairs_table(looked),
        )


def type_means(looked: Looked) -> pd.DataFrame:
    """Say how far each measure is off in each type, from the other cells of the units.

    Returns
    -------
    pandas.DataFrame
        A row for each measure and type with five units or more: `indicator`, `type`, `units`,
        `off` (mean residual over the between-unit sd of the measure, higher better) and `z`.
    """
    cells, left = looked.cells, looked.left_out
    p, rows = looked.parameters, []
    spread = np.sqrt(p.domain_loading**2 + p.uniqueness_sd**2).mean(axis=0)
    for g, name in enumerate(cells.groups):
        for k, indicator in enumerate(cells.indicators):
            own = np.flatnonzero((cells.group == g) & np.isfinite(left.residual[:, k]))
            if len(own) < _FEWEST:
                continue
            residual, sd = left.residual[own, k], left.sd[own, k]
            off = looked.sign[k] * residual.mean() / spread[k]
            z = looked.sign[k] * residual.sum() / np.sqrt((sd**2).sum())
            rows.append((indicator, name, len(own), float(off), float(z)))
    return pd.DataFrame(rows, columns=["indicator", "type", "units", "off", "z"])


def _means(looked: Looked) -> Iterator[Finding]:
    if len(looked.cells.groups) < 2:
        return
    table, limits = type_means(looked), looked.limits
    critical = norm.isf(limits.misfit_p / max(len(table), 1) / 2)
    off = (table["z"].abs() > critical) & (table["off"].abs() > limits.misfit_type)
    labels = {group.id: group.label for group in looked.league.groups}
    for row in table[off].to_dict("records"):
        k = looked.cells.indicators.index(row["indicator"])
        better = "better" if row["off"] > 0 else "worse"
        yield Finding(
            _NAME,
            "warns",
            f"{looked.label(k)} works differently in {labels[row['type']]}: its {row['units']} "
            f"{looked.league.unit_plural} are {abs(row['off']):.2f} sds {better} in it than their "
            "other measures say. Give it a shift by type (`indicator_shift_scale`), or declare "
            "that it does not apply there.",
            {"figure": row["off"], "threshold": limits.misfit_type, "z": row["z"]},
            f"{row['indicator']} and {row['type']}",
            table,
        )
