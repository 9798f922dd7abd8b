from collections.abc import Callable

import pytest

from openness.league.definition import League


@pytest.fixture
def make_league() -> Callable[..., League]:
    """A league of two groups and two bands, of which anything can be replaced."""

    def make(**settings) -> League:
        indicator = {"family": "proportion", "direction": "higher_is_better", "label": "Q"}
        standard = {
            "id": "small",
            "title": "A small league",
            "unit": "trust",
            "unit_plural": "trusts",
            "groups": [{"id": "acute", "label": "Acute"}, {"id": "mental", "label": "Mental"}],
            "domains": [{"id": "survey", "label": "Survey"}, {"id": "board", "label": "Board"}],
            "indicators": [
                indicator | {"id": "q1", "domain": "survey"},
                indicator | {"id": "q2", "domain": "board"},
            ],
            "bands": {
                "rule": "counts",
                "levels": [
                    {"id": "good", "label": "Good", "count": 2},
                    {"id": "poor", "label": "Poor"},
                ],
            },
        }
        return League.model_validate(standard | settings)

    return make
