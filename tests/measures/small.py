"""A small league with every family, and tables that fit it."""

from io import StringIO
from typing import Any

import pandas as pd

from openness.league.definition import League

INDICATORS: list[dict[str, Any]] = [
    {"id": "valued", "family": "proportion", "domain": "survey"},
    {"id": "concerns", "family": "score", "domain": "survey", "respondent_sd": 2.5},
    {"id": "safety_score", "family": "score", "domain": "survey"},
    {"id": "incidents", "family": "count", "domain": "reporting", "groups": ["acute"]},
    {
        "id": "inspection",
        "family": "ordinal",
        "domain": "inspection",
        "categories": ["poor", "fair", "good"],
    },
    {"id": "has_policy", "family": "binary", "domain": "inspection"},
    {"id": "lag", "family": "score", "domain": "reporting", "scored": False, "why": "no error"},
]


def make_league(indicators: list[dict[str, Any]] | None = None, **settings: Any) -> League:
    chosen = [
        {"label": item["id"], "direction": "higher_is_better", **item}
        for item in (INDICATORS if indicators is None else indicators)
    ]
    return League.model_validate(
        {
            "id": "small",
            "title": "Small league",
            "unit": "trust",
            "unit_plural": "trusts",
            "groups": [{"id": g, "label": g} for g in ("acute", "ambulance")],
            "domains": [{"id": d, "label": d} for d in sorted({i["domain"] for i in chosen})],
            "indicators": chosen,
            "bands": {
                "rule": "shares",
                "levels": [
                    {"id": "better", "label": "Better", "share": 0.5},
                    {"id": "worse", "label": "Worse", "share": 0.5},
                ],
            },
            **settings,
        }
    )


UNITS = """\
unit,name,group,region
NA,North Avon,acute,West
001,Ynys Môn,acute,Wales
AMB,,ambulance,West
"""

MEASURES = """\
unit,indicator,value,denominator,se,status,note
NA,valued,0.625,800,,observed,
NA,concerns,6.5,900,,,from the survey
NA,safety_score,71.5,,1.25,observed,
NA,incidents,152,20000,,observed,
NA,inspection,good,,,observed,
NA,has_policy,1,,,observed,
NA,lag,3,,,observed,
001,valued,0.5,100,,observed,
001,incidents,,,,not_returned,new system
001,inspection,fair,,,under_query,
AMB,valued,0.25,400,,observed,
AMB,safety_score,awaited,,,under_query,
"""


def one_row(row: str) -> str:
    """A measures table with one row, on line 2."""
    return f"unit,indicator,value,denominator,se,status,note\n{row}\n"


def text_frame(text: str) -> pd.DataFrame:
    return pd.read_csv(StringIO(text), dtype="str", keep_default_na=False)
