"""The counts of a league among fewer units than it expects."""

from __future__ import annotations

import numpy as np
import pytest

from openness.league import Bands
from openness.ranking import Posterior, bands
from openness.standing.cutting import cut_among


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
