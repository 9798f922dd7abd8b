"""Small studies for the tests."""

from __future__ import annotations

from typing import Any

from openness.study import Study
from openness.study.load import merge

SMALL: dict[str, Any] = {
    "id": "small",
    "title": "A small study",
    "seed": 7,
    "replicates": 3,
    "methods": ["mean_available_z", "learning_from_mistakes_2016"],
    "model": False,
    "bands": {
        "rule": "shares",
        "levels": [
            {"id": "upper", "label": "Upper", "share": 0.25},
            {"id": "middle", "label": "Middle", "share": 0.5},
            {"id": "lower", "label": "Lower", "share": 0.25},
        ],
    },
    "conditions": [
        {
            "id": "complete",
            "label": "Nothing is missing",
            "types": {"town": {"units": 25}, "country": {"units": 15, "effect": 0.5}},
            "domains": {
                "survey": {"family": "proportion", "indicators": 2, "lower_is_better": 1},
                "incidents": {"family": "count", "indicators": 2},
            },
        },
    ],
}


def small_study(*conditions: dict[str, Any], **settings: Any) -> Study:
    """The small study with other settings, and with conditions that differ from its only one."""
    first = SMALL["conditions"][0]
    described = [merge(first, changes) for changes in conditions] or [first]
    return Study.model_validate({**SMALL, **settings, "conditions": described})


GAPS: dict[str, Any] = {
    "id": "gaps",
    "label": "One in four",
    "missing": {"cells": {"share": 0.25}, "nil": {"status": "system_change", "of": "returns",
                "domains": ["incidents"], "share": 0.2}},
}  # fmt: skip
