"""What every missing return of a league is worth: whom to chase first."""

from __future__ import annotations

import numpy as np
import pandas as pd

from openness.explain.field import absent_cells, open_field
from openness.explain.learn import take_cell
from openness.explain.outlook import Outlook, cut_points, expected_width
from openness.fitting import Fit
from openness.model.predict import predict_absent
from openness.model.returns import typical_errors
from openness.ranking.among import weighted_interval
from openness.ranking.arguments import as_probability

_MOST_NUMBERS = 8_000_000
"""Draws times absent cells, or draws times units, held at a time: some 200 MB for three arrays."""

_LEAST_DRAWS = 200


def worth(fit: Fit, *, prob: float | None = None, draft: bool = False) -> pd.DataFrame:
    """Say how much narrower each missing return is expected to make its unit's rank interval.

    Parameters
    ----------
    fit : Fit
        Of the collapsed model.
    prob : float, optional
        Probability of the rank intervals; the league's if not given.
    draft : bool
        Allow a fit that did not pass the gate. `table.attrs["draft"]` then says so.

    Returns
    -------
    pandas.DataFrame
        One row for each scored cell that applies and is not in the likelihood, indexed by `unit`
        and `indicator`, the most telling first. Columns: `name`, `group`, `status`, `ranked`,
        `rank_median`, `rank_lower`, `rank_upper` as they stand, `narrowing` (places, expected).
        `attrs` has `interval_prob`, `interval_kind`, `draws` (how many were used) and `draft`.

    Raises
    ------
    InvalidInput
        If the fit is of the joint model.
    GateFailed
        If the fit did not pass the gate and no draft was asked for.

    Notes
    -----
    As in `explain_missing`, cell by cell. In a large league fewer draws are used, evenly spaced
    along the chains.
    """
    prob = as_probability(fit.league.interval if prob is None else prob)
    cells_at_most = len(fit.measures.cells) - len(fit.measures.observed)
    most = max(cells_at_most, len(fit.measures.units), 1)
    field = open_field(fit, draft=draft, most_draws=max(_LEAST_DRAWS, _MOST_NUMBERS // most))
    absent = absent_cells(field)
    units, indicators = absent["unit"].to_numpy(), absent["indicator"].to_numpy()
    typical = typical_errors(field.cells, fit.measures)
    prediction = predict_absent(
        field.posterior,
        field.cells,
        field.structure,
        units,
        indicators,
        [typical[k] for k in indicators],
        at=field.at,
    )
    cuts = {int(k): cut_points(field, int(k)) for k in np.unique(indicators)}
    now = {
        int(i): weighted_interval(field.rank(i, field.score[:, i]), None, prob)
        for i in np.unique(units)
    }
    standing = np.array([now[i] for i in units]).reshape(-1, 3)
    expected = [
        expected_width(field, i, Outlook(take_cell(field, prediction, j, i), cuts[k]), prob)
        for j, (i, k) in enumerate(zip(units, indicators, strict=True))
    ]
    frame = fit.measures.units.iloc[units]
    table = pd.DataFrame(
        {
            "name": frame["name"].to_numpy(),
            "group": frame["group"].to_numpy(),
            "status": absent["status"].to_numpy(),
            "ranked": [not field.reasons[i] for i in units],
            "rank_median": standing[:, 0],
            "rank_lower": standing[:, 1],
            "rank_upper": standing[:, 2],
            "narrowing": standing[:, 2] - standing[:, 1] - np.array(expected, dtype=float),
        },
        index=pd.MultiIndex.from_arrays(
            [frame.index, [field.cells.indicators[k] for k in indicators]],
            names=["unit", "indicator"],
        ),
    ).sort_values("narrowing", ascending=False, kind="stable")
    table.attrs = {
        "interval_prob": prob,
        "interval_kind": "equal-tailed",
        "draws": len(field.at),
        "draft": fit.is_draft,
    }
    return table


def worth_by_unit(table: pd.DataFrame) -> pd.DataFrame:
    """Add up what the missing returns of each unit are worth: whom to chase first.

    Parameters
    ----------
    table : pandas.DataFrame
        From `worth`.

    Returns
    -------
    pandas.DataFrame
        Indexed by `unit`, the most telling first: `name`, `group`, `ranked`, `rank_median`,
        `rank_lower`, `rank_upper`, `missing` (number of absent cells), `narrowing` (the sum).
        Returns of one unit tell partly the same, so that all of them together narrow its interval
        by less than the sum.
    """
    kept = ("name", "group", "ranked", "rank_median", "rank_lower", "rank_upper")
    summed = table.groupby("unit", sort=False).agg(
        **{name: (name, "first") for name in kept},
        missing=("narrowing", "size"),
        narrowing=("narrowing", "sum"),
    )
    summed = summed.sort_values("narrowing", ascending=False, kind="stable")
    summed.attrs = dict(table.attrs)
    return summed
