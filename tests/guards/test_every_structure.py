"""Guards look at every kind of league, whatever its families, sources, types and gaps."""

from __future__ import annotations

import numpy as np
import pytest

import openness
from openness.guards import findings, look

from ..explain.conftest import made_fit
from ..model.leagues import STRUCTURES, make_league, simulate


@pytest.mark.parametrize("name", STRUCTURES)
def test_every_guard_looks(name: str) -> None:
    measures, settings = STRUCTURES[name]
    example = simulate(
        make_league(measures, **settings),
        30,
        seed=4,
        empty_share=0.2,
        suppress="suppressed" in name,
        keep_back="a" if "selection" in name else "",
    )
    fit = made_fit(example, draws=60)
    assert {"shares"} <= {finding.name for finding in findings(fit)}
    for finding in findings(fit):
        assert "nan" not in finding.sentence, finding.sentence
        assert all(np.isfinite(list(finding.figures.values()))), finding
    looked = look(fit)
    assert looked.information.sum() == pytest.approx(1)
    assert len(openness.composition(fit).table) == len(example.cells.indicators)
