from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from openness.league import Bands
from openness.ranking import Posterior, bands
from openness.standing.strata import cut_among, reasons_not_ranked

RULE = {"minimum_reliability": 0.3, "minimum_domains": 2}


@pytest.mark.parametrize(
    ("measures", "domains", "reliability", "reason"),
    [
        (5, 2, 0.3, ""),
        (5, 2, 0.25, "reliability 0.250 is below 0.3"),
        (5, 1, 0.3, "measured in 1 of the 2 domains it takes"),
        (
            1,
            1,
            0.1,
            "measured in 1 of the 2 domains it takes; reliability 0.100 is below 0.3",
        ),
        (0, 0, float("nan"), "no measure was observed"),
    ],
)
def test_the_least_evidence_suffices_and_less_is_named(
    make_small_league, measures, domains, reliability, reason
):
    known = pd.DataFrame(
        {
            "group": "acute",
            "measures_present": [measures, 9, 9],
            "domains_present": [domains, 2, 2],
            "reliability": [reliability, 1.0, 1.0],
        },
        index=["RA", "RB", "RC"],
    )
    found = reasons_not_ranked(known, make_small_league(eligibility=RULE), "all")
    assert found.to_dict() == {"RA": reason, "RB": "", "RC": ""}


def _counts(*counts: int | None) -> Bands:
    levels = [
        {"id": f"b{i}", "label": f"B{i}", **({"count": count} if count else {})}
        for i, count in enumerate(counts)
    ]
    return Bands.model_validate({"rule": "counts", "levels": levels})


@pytest.mark.parametrize(
    ("counts", "units", "expected"),
    [
        ((18, 102, 78, 32), 230, [18, 102, 78, 32]),
        ((18, 102, 78, 32), 210, [18, 102, 78, 12]),
        ((18, 102, 78, None), 150, [18, 102, 30, 0]),
        ((18, 102, 78, 32), 240, [18, 102, 78, 42]),
    ],
)
def test_the_lowest_bands_are_short(
    counts: tuple[int | None, ...], units: int, expected: list[int]
) -> None:
    cut = cut_among(_counts(*counts), units)
    assert cut == {"counts": expected}
    draws = np.random.default_rng(1).normal(size=(32, units))
    held = bands(Posterior.from_draws(draws), **cut).mean
    np.testing.assert_allclose(held.sum(axis=0), expected, atol=1e-9)


def test_other_rules_stay_as_they_are() -> None:
    levels = [{"id": "a", "label": "A", "share": 0.5}, {"id": "b", "label": "B", "share": 0.5}]
    halves = Bands.model_validate({"rule": "shares", "levels": levels})
    assert cut_among(halves, 7) == {"shares": [0.5, 0.5]}
