"""Why a unit has the score that it has: what each present cell adds to it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from openness.explain.field import open_field, position_of
from openness.model.columns import (
    coherence_by_domain,
    columns_by_draw,
    flatten,
    law_of_one,
    lay_out,
)
from openness.model.predict_kernel import contributions_to_factor
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
    """
    league = standing.league
    row = standing.unit(unit)
    field = open_field(standing)
    position = position_of(unit, standing)
    cells, posterior = field.cells, field.posterior
    layout = lay_out(cells, field.structure)
    grid = layout.grid
    noise, shared, present, domain = layout.arguments
    one = slice(position, position + 1)
    coherence = coherence_by_domain(posterior, cells, field.structure)
    added = np.zeros(len(domain))
    returned = cells.returned[position].any() and not grid.levels_are_factor
    mean_z, var_z = np.zeros((2, len(coherence)))
    for s, columns in enumerate(columns_by_draw(posterior, cells, grid, coherence)):
        if returned:
            mean_z[s], var_z[s] = law_of_one(columns, layout, position)
        added += contributions_to_factor(
            columns.residual[one],
            columns.loading,
            columns.residual_domain_loading,
            columns.uniqueness,
            noise[one],
            shared[one],
            present[one],
            domain,
        )[0]
        if grid.levels_are_factor:
            added[-1] += columns.level[position, 0]
    added /= len(coherence)
    domains = {item.id: item.label for item in league.domains}
    names = [
        *(("indicator", i.id, i.label) for i in cells.definitions),
        *(("domain", cells.domains[m], domains[cells.domains[m]]) for m in grid.sampled),
    ]
    # What reaches openness through a sampled level has no line of its own.
    speaks = present[position] & np.concatenate([grid.direct, np.ones(len(grid.sampled), bool)])
    rows = [(*names[c], float(added[c])) for c in np.flatnonzero(speaks)]
    rows.sort(key=lambda row: -abs(row[-1]))
    if returned:
        moved = field.given_returns(position, mean_z, var_z)[1] - mean_z
        rows.append(("returns", "returns", RETURNS, float(moved.mean())))
    if league.score != "within_group" and "group_effect" in posterior:
        label = next(group.label for group in league.groups if group.id == row["group"])
        effect = flatten(posterior["group_effect"])[:, cells.group[position]]
        rows.append(("group", "group", label, float(effect.mean(dtype=float))))
    table = pd.DataFrame(rows, columns=["kind", "source", "label", "contribution"])
    table = table.set_index("source")[["kind", "label", "contribution"]]
    score = float(table["contribution"].sum())
    about = {"unit": unit, "name": str(row["name"]), "score": score}
    return Result("contributions", table, league, standing=standing, about=about)
