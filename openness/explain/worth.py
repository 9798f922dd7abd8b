"""The expected value of information of each missing return: whom to chase first."""

from __future__ import annotations

import numpy as np
import pandas as pd

from openness.explain.at_unit import at_unit
from openness.explain.field import absent_cells, by_unit, open_field
from openness.explain.predictive import PredictiveCell, cut_points, expected_width
from openness.model.returns import typical_errors
from openness.ranking.ranks import weighted_interval
from openness.result import Result
from openness.standing import Standing

_MOST_NUMBERS = 8_000_000
"""Draws times absent cells, or draws times units, held at a time: some 200 MB for three arrays."""

_LEAST_DRAWS = 200


def worth(standing: Standing) -> Result:
    """Expected value of information: how much each missing return narrows its unit's rank interval.

    Parameters
    ----------
    standing : Standing
        Of a fit of the collapsed model.

    Returns
    -------
    Result
        `table` has one row for each scored cell that applies and is not in the likelihood, indexed
        by `unit` and `indicator`, the most telling first. Columns: `name`, `group`, `status`,
        `ranked`, `rank_median`, `rank_lower`, `rank_upper` as they stand, `narrowing` (ranks,
        expected). `about`: `interval_prob`, `interval_kind`, `draws` (how many were used).

        `parts`: `by_unit`, indexed by `unit`, the most telling first: `name`, `group`, `ranked`,
        `rank_median`, `rank_lower`, `rank_upper`, `missing` (number of absent cells), `narrowing`
        (the sum). Returns of one unit tell partly the same, so that all of them together narrow its
        interval by less than the sum.

    Raises
    ------
    InvalidInput
        If the fit is of the joint model.

    Notes
    -----
    As in `explain_missing`, cell by cell. In a large league fewer draws are used, evenly spaced
    along the chains.

    Examples
    --------
    >>> worth = openness.worth(fit)
    >>> list(worth.table.index.names), worth.table["narrowing"].is_monotonic_decreasing
    (['unit', 'indicator'], True)
    >>> int(worth.parts["by_unit"]["missing"].sum()) == len(worth.table)
    True
    """
    prob, measures = standing.prob, standing.fit.measures
    most = max(len(measures.cells) - len(measures.observed), len(measures.units), 1)
    field = open_field(standing, most_draws=max(_LEAST_DRAWS, _MOST_NUMBERS // most))
    absent = absent_cells(field)
    units, indicators = absent["unit"].to_numpy(), absent["indicator"].to_numpy()
    typical = typical_errors(field.cells, measures)
    cuts = {int(k): cut_points(field, int(k)) for k in np.unique(indicators)}
    now = {
        int(i): weighted_interval(field.rank_as_it_stands(i), None, prob) for i in np.unique(units)
    }
    median, lower, upper = np.array([now[i] for i in units]).reshape(-1, 3).T
    expected = []
    for i, own in by_unit(absent):
        predicted = at_unit(field, i).absent(own, [typical[k] for k in own])
        for k, cell in zip(own, predicted, strict=True):
            expected.append(expected_width(field, i, PredictiveCell(cell, cuts[k]), prob))
    frame = standing.units.loc[[field.cells.units[i] for i in units]]
    table = pd.DataFrame(
        {
            "name": frame["name"].to_numpy(),
            "group": frame["group"].to_numpy(),
            "status": absent["status"].to_numpy(),
            "ranked": frame["ranked"].to_numpy(),
            "rank_median": median,
            "rank_lower": lower,
            "rank_upper": upper,
            "narrowing": upper - lower - np.array(expected, dtype=float),
        },
        index=pd.MultiIndex.from_arrays(
            [frame.index, [field.cells.indicators[k] for k in indicators]],
            names=["unit", "indicator"],
        ),
    ).sort_values("narrowing", ascending=False, kind="stable")
    return Result(
        "worth",
        table,
        standing.league,
        standing=standing,
        about={**standing.interval, "draws": len(field.at)},
        parts={"by_unit": _by_unit(table)},
    )


def _by_unit(table: pd.DataFrame) -> pd.DataFrame:
    """Add up what the missing returns of each unit are worth."""
    kept = ("name", "group", "ranked", "rank_median", "rank_lower", "rank_upper")
    summed = table.groupby("unit", sort=False).agg(
        **{name: (name, "first") for name in kept},
        missing=("narrowing", "size"),
        narrowing=("narrowing", "sum"),
    )
    return summed.sort_values("narrowing", ascending=False, kind="stable")
