"""What each missing return of one unit costs, and what it would have done to the unit's rank."""

from __future__ import annotations

import pandas as pd

from openness.explain.at_unit import AtUnit, at_unit
from openness.explain.field import Field, absent_cells, open_field, position_of
from openness.explain.learn import AbsentCell
from openness.explain.predictive import PredictiveCell, cut_points, expected_width
from openness.families import family_of
from openness.model.returns import SamplingError, nil_return, typical_errors
from openness.ranking.ranks import weighted_interval
from openness.result import Result
from openness.standing import Standing

QUANTILES = {"predicted": 0.5, "predicted_5": 0.05, "predicted_95": 0.95}


def explain_missing(standing: Standing, unit: str) -> Result:
    """Say what each absent cell of a unit is expected to be, and what it would do to its rank.

    Nothing is fitted again: given each posterior draw, the distribution of an absent cell is known,
    and so is that of the unit's score once the cell has a value. The draws of the hyperparameters
    are weighted by how well they foretold the value, with weights tempered where they would be
    worth less than a tenth of the draws.

    Parameters
    ----------
    standing : Standing
        Of a fit of the collapsed model.
    unit : str
        Its code.

    Returns
    -------
    Result
        `table` has one row for each scored cell that applies to the unit and is not in the
        likelihood, indexed by `indicator`, the most telling first. Columns: `label`, `family`,
        `status`, `note`; `predicted`, `predicted_5`, `predicted_95`: median, 5th and 95th
        percentile of what a typical return would say, as published (a share; events per unit of
        exposure; a score; the position of a category from 0, as in `Measures.cells`); `narrowing`:
        by how many ranks the rank interval is expected to become narrower; then `rank_median_`,
        `rank_lower_` and `rank_upper_` followed by `predicted`, `predicted_5`, `predicted_95` and
        `zero`: the rank if the return said so (`zero`: no event, a share of 0, the lowest category;
        NaN for a score, which has no zero); `rough`: for which of these the value lies further out
        than the draws can follow, names separated by spaces.

        `about`: `unit`, `name`, `reason` (why it is not ranked; empty if it is), `rank_median`,
        `rank_lower`, `rank_upper` as they stand, `interval_prob`, `interval_kind`.

    Raises
    ------
    InvalidInput
        If the unit is not in the fit, or the fit is of the joint model.

    Notes
    -----
    The sampling error of a typical return is the median over the indicator's observed cells. A
    zero has that of a return of the unit's own size, if its denominator is known, and of the
    indicator's median size if not. A unit that is not ranked is compared with those of its stratum
    that are.

    Examples
    --------
    >>> unit = openness.worth(fit).parts["by_unit"].index[0]
    >>> missing = openness.explain_missing(fit, unit)
    >>> sorted(missing.table["status"].unique()), missing.about["unit"] == unit
    (['not_returned'], True)
    """
    row, prob = standing.unit(unit), standing.prob
    field = open_field(standing)
    position = position_of(unit, standing)
    absent = absent_cells(field, [position])
    median, lower, upper = weighted_interval(field.rank_as_it_stands(position), None, prob)
    typical = typical_errors(field.cells, standing.fit.measures)
    here = at_unit(field, position)
    predicted = here.absent(
        absent["indicator"].to_numpy(), [typical[k] for k in absent["indicator"]]
    )
    rows = [
        _row(here, int(k), cell, upper - lower, prob)
        | {"status": status, "note": note}
        | _as_a_zero(here, int(k), typical[int(k)], prob)
        for cell, k, status, note in zip(
            predicted, absent["indicator"], absent["status"], absent["note"], strict=True
        )
    ]
    index = pd.Index([field.cells.indicators[k] for k in absent["indicator"]], name="indicator")
    table = _joined(pd.DataFrame(rows, index=index, columns=None if rows else list(_COLUMNS)))
    about = {
        "unit": unit,
        "name": str(row["name"]),
        "reason": str(row["reason"]),
        "rank_median": median,
        "rank_lower": lower,
        "rank_upper": upper,
        **standing.interval,
    }
    return Result(
        "missing_returns",
        table.sort_values("narrowing", ascending=False, kind="stable"),
        standing.league,
        standing=standing,
        about=about,
    )


HYPOTHESES = (*QUANTILES, "zero")
_COLUMNS = (
    "label",
    "family",
    "status",
    "note",
    *QUANTILES,
    "narrowing",
    *(f"rank_{part}_{name}" for name in HYPOTHESES for part in ("median", "lower", "upper")),
    "rough",
)


def _row(here: AtUnit, k: int, cell: AbsentCell, width: float, prob: float) -> dict[str, object]:
    field, unit = here.field, here.unit
    indicator = field.cells.definitions[k]
    predicted = PredictiveCell(cell, cut_points(field, k))
    row: dict[str, object] = {
        "label": indicator.label,
        "family": indicator.family,
        "narrowing": width - expected_width(field, unit, predicted, prob),
    }
    for name, probability in QUANTILES.items():
        value = predicted.quantile(probability)
        row[name] = _as_published(field, k, value)
        row |= _rank_if(field, unit, predicted, value, name, prob)
    if predicted.cut_point is not None:
        row |= _rank_if(field, unit, predicted, 0, "zero", prob)
    return row


def _as_published(field: Field, k: int, value: float) -> float:
    """A share, a rate, a score, or the position of a category among all that are declared."""
    indicator, seen = field.cells.definitions[k], field.cells.labels[k]
    if seen:
        return float(indicator.labels.index(seen[int(value)]))
    return family_of(indicator).natural(value)


def _as_a_zero(here: AtUnit, k: int, typical: SamplingError, prob: float) -> dict[str, object]:
    """Rank if the return were a nil; nothing for indicators that have none on their scale."""
    field, unit = here.field, here.unit
    nil = nil_return(field.cells, field.standing.fit.measures, unit, k, typical)
    if nil is None:
        return {}
    value, error = nil
    (cell,) = here.absent([k], [error])
    return _rank_if(field, unit, PredictiveCell(cell, None), value, "zero", prob)


def _rank_if(
    field: Field, unit: int, predicted: PredictiveCell, value: float, name: str, prob: float
) -> dict[str, object]:
    updated = predicted.learn(value)
    ranks = field.rank(unit, updated.score)
    median, lower, upper = weighted_interval(ranks, updated.weights, prob)
    return {
        f"rank_median_{name}": median,
        f"rank_lower_{name}": lower,
        f"rank_upper_{name}": upper,
        f"rough_{name}": updated.power < 1,
    }


def _joined(table: pd.DataFrame) -> pd.DataFrame:
    """Put the names of the hypotheses that are rough into one text."""
    flags = {name: f"rough_{name}" for name in HYPOTHESES if f"rough_{name}" in table}
    table["rough"] = [
        " ".join(name for name, flag in flags.items() if row[flag] is True)
        for _, row in table.iterrows()
    ]
    return table.reindex(columns=list(_COLUMNS))
