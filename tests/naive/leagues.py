"""Small leagues, to be worked out by hand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from openness.league import League
from openness.measures import Measures, read_measures

Cell = tuple[str, str, object, object, str]
"""Unit, indicator, value, denominator, status."""


def make_league(*indicators: dict[str, Any], **settings: Any) -> League:
    """One domain, two groups, two bands; every indicator is named by its id."""
    definition = {
        "id": "by-hand",
        "title": "By hand",
        "unit": "trust",
        "unit_plural": "trusts",
        "groups": [{"id": "acute", "label": "Acute"}, {"id": "other", "label": "Other"}],
        "domains": [{"id": "all", "label": "All"}],
        "indicators": [
            {"label": i["id"], "direction": "higher_is_better", "domain": "all", **i}
            for i in indicators
        ],
        "bands": {
            "rule": "shares",
            "levels": [
                {"id": "a", "label": "A", "share": 0.5},
                {"id": "b", "label": "B", "share": 0.5},
            ],
        },
    }
    return League.model_validate(definition | settings)


def make_units(ids: Iterable[str], others: Iterable[str] = ()) -> pd.DataFrame:
    """Units that are all acute, but for some."""
    ids, others = list(ids), set(others)
    groups = ["other" if unit in others else "acute" for unit in ids]
    return pd.DataFrame({"unit": ids, "name": ids, "group": groups})


def make_measures(cells: Iterable[Cell], units: pd.DataFrame, league: League) -> Measures:
    columns = ["unit", "indicator", "value", "denominator", "status"]
    return read_measures(pd.DataFrame(list(cells), columns=columns), units, league)
