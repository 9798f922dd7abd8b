"""The declared directions against real tables: turned, indicators of one survey agree in sign."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from openness.league import League, load_league
from openness.measures import Measures, read_measures


def _turned_correlations(evidence: Measures, league: League) -> np.ndarray:
    """Correlations within types of the scored indicators, each turned so that higher is better."""
    ids = [indicator.id for indicator in league.scored]
    sign = {indicator.id: indicator.sign for indicator in league.scored}
    cells = evidence.observed[evidence.observed["indicator"].isin(ids)].copy()
    cells["value"] *= cells["indicator"].map(sign)
    cells["group"] = cells["unit"].map(evidence.units["group"])
    cells["value"] -= cells.groupby(["indicator", "group"])["value"].transform("mean")
    wide = cells.pivot_table(index="unit", columns="indicator", values="value")
    return wide[ids].corr().to_numpy()


@pytest.mark.real_data
def test_openness_2024(real_data: Path) -> None:
    league, folder = load_league("openness-2024"), real_data / "openness-2024"
    evidence = read_measures(folder / "measures.csv", folder / "units.csv", league)
    assert _turned_correlations(evidence, league).min() > 0


@pytest.mark.real_data
@pytest.mark.parametrize("year", range(2015, 2020))
def test_freedom_to_speak_up(real_data: Path, year: int) -> None:
    league, folder = load_league("freedom-to-speak-up"), real_data / "freedom-to-speak-up-2015-2019"
    evidence = read_measures(folder / f"measures-{year}.csv", folder / "units.csv", league)
    assert _turned_correlations(evidence, league).min() > 0.25
