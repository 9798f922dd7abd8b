"""The text of the measures table, and what it means in this league."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from openness.families import family_of
from openness.league.definition import League
from openness.measures.numbers import to_numbers

REQUIRED = ("unit", "indicator", "value")
OPTIONAL = ("denominator", "se", "status", "note", "period")
COLUMNS = (*REQUIRED, *OPTIONAL)

UNIT_COLUMNS = ("unit", "name", "group")


def parse_measures(
    text: pd.DataFrame, league: League, groups: Mapping[str, str] | None
) -> pd.DataFrame:
    """Add to each row what it means, without judging it.

    Parameters
    ----------
    text : pandas.DataFrame
        The table as stripped text; columns that it lacks count as empty.
    league : League
    groups : mapping of str to str, or None
        Group of every known unit; None if the units table could not be read.

    Returns
    -------
    pandas.DataFrame
        Same rows and index. `COLUMNS` as text, with `status` made `observed` where there is a
        value and no status, and further

        family, figure : the indicator's family and its `Family.figure`, "" if it is unknown
        labelled : its values are labels that it declares
        used : the status is `observed`
        number : the value as a float (an ordinal label as its position from 0), NaN if it has none
        size, error : denominator and standard error as floats, NaN if they are none
        scored, has_respondent_sd : settings of the indicator
        applies : the indicator applies to the unit's group (true where either is unknown)
    """
    cells = text.reindex(columns=list(COLUMNS), fill_value="")
    indicators = {indicator.id: indicator for indicator in league.indicators}
    ids = cells["indicator"].tolist()
    unmarked = (cells["status"] == "") & (cells["value"] != "")
    cells["status"] = cells["status"].mask(unmarked, "observed")
    cells["used"] = cells["status"] == "observed"
    family = {id: indicator.family for id, indicator in indicators.items()}
    figure = {id: family_of(indicator).figure for id, indicator in indicators.items()}
    cells["family"] = [family.get(id, "") for id in ids]
    cells["figure"] = [figure.get(id, "") for id in ids]
    cells["labelled"] = [id in indicators and indicators[id].categories != () for id in ids]
    cells["scored"] = [id in indicators and indicators[id].scored for id in ids]
    cells["has_respondent_sd"] = [
        id in indicators and indicators[id].respondent_sd is not None for id in ids
    ]
    positions = {
        (indicator.id, label): float(position)
        for indicator in league.indicators
        for position, label in enumerate(indicator.categories)
    }
    of_label = pd.Series(
        [positions.get(key) for key in zip(ids, cells["value"], strict=True)],
        index=cells.index,
        dtype="float64",
    )
    numbers = pd.Series(to_numbers(cells["value"]), index=cells.index)
    cells["number"] = of_label.where(cells["labelled"], numbers)
    cells["size"] = to_numbers(cells["denominator"])
    cells["error"] = to_numbers(cells["se"])
    applies = {
        (indicator.id, group.id): indicator.applies_to(group.id)
        for indicator in league.indicators
        for group in league.groups
    }
    group_of = dict(groups or {})
    cells["applies"] = [
        applies.get((id, group_of.get(unit, "")), True)
        for id, unit in zip(ids, cells["unit"], strict=True)
    ]
    return cells
