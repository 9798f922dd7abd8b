"""Where a unit would stand if one source of evidence were all that was known of it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from openness.explain.field import open_field, position_of
from openness.model.conditional import at_units, conditional_on, of_source
from openness.model.tree import ascend
from openness.ranking.among import weighted_interval
from openness.result import Result
from openness.standing import Standing


def rank_by_source(standing: Standing, unit: str) -> Result:
    """Rank a unit by each of its sources alone, among the others as they are.

    Parameters
    ----------
    standing : Standing
        Of a fit of the collapsed model.
    unit : str
        Its code.

    Returns
    -------
    Result
        `table`, indexed by `source`, the domains in which the unit is measured, in the order of the
        league. Columns: `label`, `score_mean`, `score_sd`, `rank_median`, `rank_lower`,
        `rank_upper`. `about`: `unit`, `name`, `interval_prob`, `interval_kind`.

    Raises
    ------
    InvalidInput
        If the unit is not in the fit, or the fit is of the joint model.

    Notes
    -----
    Nothing is fitted again. Given each posterior draw of the hyperparameters, the factor is drawn
    from its distribution given the unit's cells of one domain and its group; that a return was made
    or not says nothing here. The hyperparameters have seen all cells.
    """
    row, league = standing.unit(unit), standing.league
    field = open_field(standing)
    position = position_of(unit, standing)
    given = conditional_on(field.posterior, field.cells, field.structure)
    here = given.evidence.present[position]
    measured = np.union1d(
        field.cells.domain[here], np.flatnonzero(given.evidence.level_at[position] >= 0)
    )
    mean, var = np.empty((2, len(measured), len(given)))
    for s, parameters in enumerate(given.each()):
        p, e = at_units(parameters, given.evidence, np.array([position]))
        for j, m in enumerate(measured):
            law = ascend(p, of_source(e, m))
            mean[j, s], var[j, s] = law.mean[0] - p.factor_mean[0], law.variance[0]
    rng = np.random.default_rng(standing.fit.provenance["seed"])
    group = field.score[:, position] - field.z[:, position]
    score = group + mean + np.sqrt(var) * rng.standard_normal(mean.shape)
    labels = {item.id: item.label for item in league.domains}
    rows = {}
    for j, m in enumerate(measured):
        name = field.cells.domains[m]
        median, lower, upper = weighted_interval(
            field.rank(position, score[j]), None, standing.prob
        )
        rows[name] = {
            "label": labels[name],
            "score_mean": float(score[j].mean()),
            "score_sd": float(score[j].std()),
            "rank_median": median,
            "rank_lower": lower,
            "rank_upper": upper,
        }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("source")
    about = {"unit": unit, "name": str(row["name"]), **standing.interval}
    return Result("sources", table, league, standing=standing, about=about)
