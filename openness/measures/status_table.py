"""The status of every cell that counts: units by indicators, and counted for each unit."""

from __future__ import annotations

import numpy as np
import pandas as pd

from openness.league.definition import League
from openness.measures.evidence import STATUSES, Measures


def status_table(measures: Measures, league: League) -> pd.DataFrame:
    """Lay out the statuses of the scored indicators.

    Parameters
    ----------
    measures : Measures
    league : League

    Returns
    -------
    pandas.DataFrame of str
        A row for each unit, in their order; a column for each scored indicator, in the order of
        the league. A cell whose indicator does not apply to the unit's group is `not_applicable`,
        whatever its row says.

    Examples
    --------
    >>> openness.measures.status_table(measures, league).head(2)
    indicator         heard      safe      reported near_misses
    unit
    T001       not_returned  observed      observed    observed
    T002           observed  observed  not_returned    observed
    """
    scored = league.scored
    ids = tuple(indicator.id for indicator in scored)
    groups = measures.units["group"]
    applies = {
        group: [indicator.applies_to(group) for indicator in scored] for group in groups.unique()
    }
    own = np.array([applies[group] for group in groups], dtype=bool).reshape(-1, len(ids))
    return pd.DataFrame(
        np.where(own, measures.grid("status", ids), "not_applicable"),
        index=measures.units.index,
        columns=pd.Index(ids, name="indicator"),
        dtype="str",
    )


def missing_cells(measures: Measures, league: League) -> pd.DataFrame:
    """Count each unit's cells of scored indicators that apply to it, and those that are missing.

    Parameters
    ----------
    measures : Measures
    league : League

    Returns
    -------
    pandas.DataFrame of int
        Indexed by `unit`: `applicable`; `any`, how many of these are not observed; and a column for
        each status that makes them so and occurs.

    Examples
    --------
    >>> openness.measures.missing_cells(measures, league).head(2)
          applicable  any  not_returned
    unit
    T001           4    1             1
    T002           4    1             1
    """
    statuses = status_table(measures, league)
    counts = {status: (statuses == status).sum(axis=1) for status in STATUSES}
    applicable = statuses.shape[1] - counts.pop("not_applicable")
    missing = applicable - counts.pop("observed")
    occurring = {status: count for status, count in counts.items() if count.any()}
    return pd.DataFrame({"applicable": applicable, "any": missing, **occurring})
