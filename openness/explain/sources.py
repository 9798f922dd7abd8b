"""Where a unit would stand if one source of evidence were all that was known of it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from openness.explain.field import open_field, position_of
from openness.fitting import Fit
from openness.model.conditional import at_units, conditional_on, of_source
from openness.model.tree import ascend
from openness.ranking.among import weighted_interval
from openness.ranking.arguments import as_probability


def rank_by_source(
    fit: Fit, unit: str, *, prob: float | None = None, draft: bool = False
) -> pd.DataFrame:
    """Rank a unit by each of its sources alone, among the others as they are.

    Parameters
    ----------
    fit : Fit
        Of the collapsed model.
    unit : str
        Its code.
    prob : float, optional
        Probability of the rank intervals; the league's if not given.
    draft : bool
        Allow a fit that did not pass the gate. `table.attrs["draft"]` then says so.

    Returns
    -------
    pandas.DataFrame
        Indexed by `source`, the domains in which the unit is measured, in the order of the league.
        Columns: `label`, `score_mean`, `score_sd`, `rank_median`, `rank_lower`, `rank_upper`.

    Raises
    ------
    InvalidInput
        If the unit is not in the fit, or the fit is of the joint model.
    GateFailed
        If the fit did not pass the gate and no draft was asked for.

    Notes
    -----
    Nothing is fitted again. Given each posterior draw of the hyperparameters, openness is drawn
    from its law given the unit's cells of one domain and its group; that a return was made or not
    says nothing here. The hyperparameters have seen all cells.
    """
    field = open_field(fit, draft=draft)
    position = position_of(unit, fit)
    prob = as_probability(fit.league.interval if prob is None else prob)
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
    rng = np.random.default_rng(fit.provenance["seed"])
    group = field.score[:, position] - field.z[:, position]
    score = group + mean + np.sqrt(var) * rng.standard_normal(mean.shape)
    labels = {item.id: item.label for item in fit.league.domains}
    rows = {}
    for j, m in enumerate(measured):
        name = field.cells.domains[m]
        median, lower, upper = weighted_interval(field.rank(position, score[j]), None, prob)
        rows[name] = {
            "label": labels[name],
            "score_mean": float(score[j].mean()),
            "score_sd": float(score[j].std()),
            "rank_median": median,
            "rank_lower": lower,
            "rank_upper": upper,
        }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("source")
    table.attrs = {
        "unit": unit,
        "name": str(fit.measures.units.loc[unit, "name"]),
        "interval_prob": prob,
        "interval_kind": "equal-tailed",
        "draft": fit.is_draft,
    }
    return table
