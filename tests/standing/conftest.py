"""Fits that nobody sampled: draws with known properties, in the clothes of a fit."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from openness.fitting import Fit
from openness.fitting.gate import Diagnostics
from openness.league import League
from openness.measures import read_measures

GROUPS = ("town", "country", "coast")


@pytest.fixture
def make_league() -> Callable[..., League]:
    """A league of three groups, cut into a half and two quarters."""

    def make(**settings) -> League:
        standard = {
            "id": "drawn",
            "title": "A league that was drawn",
            "unit": "school",
            "unit_plural": "schools",
            "groups": [{"id": code, "label": code.capitalize()} for code in GROUPS],
            "domains": [{"id": "survey", "label": "Survey"}],
            "indicators": [
                {
                    "id": "heard",
                    "label": "Heard",
                    "family": "proportion",
                    "direction": "higher_is_better",
                    "domain": "survey",
                }
            ],
            "bands": {
                "rule": "shares",
                "levels": [
                    {"id": "upper", "label": "Upper half", "share": 0.5},
                    {"id": "third", "label": "Third quarter", "share": 0.25},
                    {"id": "last", "label": "Last quarter", "share": 0.25},
                ],
            },
        }
        return League.model_validate(standard | settings)

    return make


@pytest.fixture
def make_fit(make_league) -> Callable[..., Fit]:
    """A fit of `groups`, one school each, the last `unmeasured` of which have no measure."""

    def make(
        groups=("town",) * 8 + ("country",) * 6,
        unmeasured: int = 0,
        passed: bool = True,
        **settings,
    ) -> Fit:
        units = len(groups)
        rng = np.random.default_rng(71)
        truth = rng.normal(size=units)
        draws = truth + 0.4 * rng.normal(size=(2, 250, units))
        codes = [f"S{number:02d}" for number in range(units)]
        frame = pd.DataFrame({"unit": codes, "name": [f"School {c}" for c in codes]})
        measured = codes[: units - unmeasured]
        measures = pd.DataFrame(
            {
                "unit": measured,
                "indicator": "heard",
                # Apart, for units with the same figures would share their ranks.
                "value": [0.4 + 0.01 * position for position in range(len(measured))],
                "denominator": 100,
            }
        )
        league = make_league(**settings)
        posterior = xr.Dataset(
            {"factor": (("chain", "draw", "unit"), draws)},
            coords={"chain": [0, 1], "draw": np.arange(250), "unit": codes},
        )
        row = {"rhat": 1.0, "ess_bulk": 500.0, "ess_tail": 500.0, "passed": passed}
        return Fit(
            league=league,
            measures=read_measures(measures, frame.assign(group=list(groups)), league),
            draws=xr.DataTree.from_dict({"posterior": posterior}),
            diagnostics=Diagnostics(pd.DataFrame([row], index=["factor"]), 0, 1.0),
            provenance={"seed": 1, "method": "drawn", "settings": {"draws": 250, "tune": 250}},
        )

    return make


@pytest.fixture
def make_small_league() -> Callable[..., League]:
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
