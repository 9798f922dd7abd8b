"""A measure that is alike for all says nothing: the model is as if it were not there."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pandas as pd
import pytest

from openness.league import League
from openness.measures import read_measures
from openness.model.cells import Cells, make_cells
from openness.model.identification import identify

from .leagues import make_league, simulate
from .test_identification import shares

EXTRA = {
    "proportion": ["0.4"] * 20,
    "count": ["0"] * 20,
    "score": ["6.5"] * 20,
    "ordinal": ["fair"] * 20,
    "binary": ["1"] * 20,
}


def with_measure(
    family: str, values: list[str], denominators: list[str]
) -> tuple[Cells, Cells, League]:
    """Cells of a league without and with one more measure, in a source of its own."""
    example = simulate(make_league(shares("a", "q1", "q2", "q3")), 20)
    settings = example.league.model_dump(exclude_none=True)
    extra = {"id": "extra", "label": "Extra", "family": family, "domain": "b"}
    if family == "ordinal":
        extra["categories"] = ["poor", "fair", "good"]
    settings["domains"] = [*settings["domains"], {"id": "b", "label": "B"}]
    settings["indicators"] = [
        *settings["indicators"], {**extra, "direction": "higher_is_better"}
    ]  # fmt: skip
    rows = pd.DataFrame({"unit": example.simulated.units["unit"], "indicator": "extra"})
    rows["value"] = values
    if family in ("proportion", "count"):
        rows["denominator"] = denominators
    if family == "score":
        rows["se"] = "0.2"
    league = League.model_validate(settings)
    table = pd.concat([example.simulated.measures.astype(object), rows])
    return (
        example.cells,
        make_cells(league, read_measures(table, example.simulated.units, league)),
        league,
    )


@pytest.mark.parametrize("family", EXTRA)
def test_what_is_alike_for_all_changes_no_cell_and_is_named(family: str) -> None:
    sizes = [str(50 + i) for i in range(20)]
    without, found, league = with_measure(family, EXTRA[family], sizes)
    for part in fields(Cells):
        before, after = getattr(without, part.name), getattr(found, part.name)
        if isinstance(before, np.ndarray):
            np.testing.assert_array_equal(before, after, strict=True)
        else:
            assert before == after
    flags = identify(league, found).flags
    assert sum("Left out" in flag and flag.endswith(": extra.") for flag in flags) == 1


@pytest.mark.parametrize("family", ["proportion", "count", "score", "binary"])
def test_one_unit_that_differs_is_enough(family: str) -> None:
    values = [
        *EXTRA[family][:-1],
        {"proportion": "0.5", "score": "6.6", "binary": "0"}.get(family, "1"),
    ]
    _, found, _ = with_measure(family, values, ["50"] * 20)
    assert "extra" in found.indicators


def test_counts_are_compared_as_rates() -> None:
    _, found, _ = with_measure("count", ["3"] * 20, ["50"] * 20)
    assert "extra" not in found.indicators
    _, found, _ = with_measure("count", ["3"] * 20, [str(50 + i) for i in range(20)])
    assert "extra" in found.indicators
