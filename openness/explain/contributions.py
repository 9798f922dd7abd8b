"""Why a unit has the score that it has: what each cell adds, and what one source says."""

from __future__ import annotations

import numpy as np
import pandas as pd

from openness.explain.field import open_field, position_of
from openness.model.conditional import at_units, conditional_on, flatten, of_source
from openness.model.predict import contributions
from openness.model.tree import ascend
from openness.ranking.ranks import weighted_interval
from openness.result import Result
from openness.standing import Standing

RETURNS = "What was returned, and what was not"


def explain_score(standing: Standing, unit: str) -> Result:
    """Divide a unit's score into what its group and each of its cells add.

    Given a draw the mean of the factor is linear in the cells: each adds its residual, that is how
    far it lies from what is usual in the group, times its weight. Means over draws are given.

    Parameters
    ----------
    standing : Standing
        Of a fit of the collapsed model.
    unit : str
        Its code.

    Returns
    -------
    Result
        `table`, indexed by `source`: the indicator; the domain, where an ordered or binary measure
        has its level sampled and the domain speaks as one; `returns`, where the league has a
        selection model, for what it says that the unit did or did not return; or `group`, which is
        left out where the league scores within groups. Columns: `kind` ("indicator", "domain",
        "returns" or "group"), `label`, `contribution` (sds of the factor within a group). Cells
        first by size, the group last. `about`: `unit`, `name`, `score` (the sum).

    Raises
    ------
    InvalidInput
        If the unit is not in the fit, or the fit is of the joint model.

    Notes
    -----
    The sum is the mean of the score without the Monte Carlo error of drawing the factor.

    Examples
    --------
    >>> explained = openness.explain_score(fit, openness.rank(fit).table.index[0])
    >>> sorted(explained.table["kind"].unique())
    ['group', 'indicator']
    >>> total = explained.table["contribution"].sum()
    >>> bool(np.isclose(total, explained.about["score"]))
    True
    """
    league = standing.league
    row = standing.unit(unit)
    field = open_field(standing)
    position = position_of(unit, standing)
    cells, posterior = field.cells, field.posterior
    given = conditional_on(posterior, cells, field.structure)
    one = np.array([position])
    of_cells, of_levels = np.zeros(len(cells.indicators)), np.zeros(len(cells.domains))
    returned = cells.returned[position].any() and not given.levels_are_factor
    mean_z, var_z = np.zeros((2, len(given)))
    for s, parameters in enumerate(given.each()):
        p, e = at_units(parameters, given.evidence, one)
        given_cells = ascend(p, e)
        mean_z[s], var_z[s] = given_cells.mean[0] - p.factor_mean[0], given_cells.variance[0]
        by_cell, by_level = contributions(p, e)
        of_cells += by_cell[0] / len(given)
        of_levels += by_level[0] / len(given)
    domains = {item.id: item.label for item in league.domains}
    # What reaches the factor through a sampled level has no line of its own.
    through = given.evidence.level_at[position] >= 0
    direct = given.evidence.present[position] & ~through[cells.domain]
    rows: list[tuple[str, str, str, float]] = [
        ("indicator", cells.indicators[k], cells.definitions[k].label, float(of_cells[k]))
        for k in np.flatnonzero(direct)
    ]
    for m in np.flatnonzero(through):
        name = cells.domains[m]
        rows.append(("domain", name, domains[name], float(of_levels[m])))
    rows.sort(key=lambda row: -abs(row[-1]))
    if returned:
        moved = field.given_returns(position, mean_z, var_z)[1] - mean_z
        rows.append(("returns", "returns", RETURNS, float(moved.mean())))
    if not league.score.within_group and "group_effect" in posterior:
        label = next(group.label for group in league.groups if group.id == row["group"])
        effect = flatten(posterior["group_effect"])[:, cells.group[position]]
        rows.append(("group", "group", label, float(effect.mean(dtype=float))))
    table = pd.DataFrame(rows, columns=["kind", "source", "label", "contribution"])
    table = table.set_index("source")[["kind", "label", "contribution"]]
    score = float(table["contribution"].sum())
    about = {"unit": unit, "name": str(row["name"]), "score": score}
    return Result("contributions", table, league, standing=standing, about=about)


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
            given_cells = ascend(p, of_source(e, m))
            mean[j, s], var[j, s] = given_cells.mean[0] - p.factor_mean[0], given_cells.variance[0]
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
