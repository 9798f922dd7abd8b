"""Which units nothing tells apart: the same cells, statuses and type."""

from __future__ import annotations

import pandas as pd

from openness.families import family_of
from openness.league import League
from openness.measures import Measures
from openness.measures.evidence import is_confirmation

_USED = {"value": ("observed",), "se": ("observed",), "denominator": ("observed", "suppressed")}
"""By column of the cells, the statuses under which a figure says something."""


def classes_of(measures: Measures, league: League) -> pd.Series:
    """Return the class of each unit: units of one class have the same figures.

    Units are of one class if they are of one type, and in every scored measure have the same
    status, value, denominator and standard error; whether a value is confirmed counts as well,
    because it then has another likelihood. The model knows nothing else of them, so that whatever
    order their draws have is chance.

    Parameters
    ----------
    measures : Measures
    league : League

    Returns
    -------
    pandas.Series
        Indexed by `unit`: the code of the first unit of its class, which for most is its own.

    Examples
    --------
    >>> from openness.standing import classes_of
    >>> classes = classes_of(measures, league)
    >>> bool((classes == classes.index).all())
    True
    """
    cells, scored = measures.cells, {i.id: i for i in league.scored}
    cells = cells[cells["indicator"].isin(list(scored))]
    kept = {
        name: cells[name].where(cells["status"].isin(list(statuses)))
        for name, statuses in _USED.items()
    }
    family = {id: family_of(indicator) for id, indicator in scored.items()}
    labelled = cells["indicator"].map({id: bool(i.labels) for id, i in scored.items()})
    counted = cells["indicator"].map({id: found.counts_events for id, found in family.items()})
    figures = cells[["unit", "indicator", "status"]].assign(
        value=kept["value"],
        # What a family does not read tells nothing apart.
        denominator=kept["denominator"].mask(labelled),
        se=kept["se"].mask(labelled | counted),
        confirmed=(cells["status"] == "observed") & cells["note"].map(is_confirmation),
    )
    rows = figures.astype(object).where(figures.notna(), None).itertuples(index=False, name=None)
    known: dict[str, list[tuple[object, ...]]] = {unit: [] for unit in measures.units.index}
    for unit, *row in rows:
        known[unit].append(tuple(row))
    first: dict[tuple[object, ...], str] = {}
    groups = measures.units["group"]
    classes = [first.setdefault((groups[unit], *known[unit]), unit) for unit in known]
    return pd.Series(classes, measures.units.index, dtype="str", name="class")
