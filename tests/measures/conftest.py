"""The small league and its tables, on disk."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from openness.errors import InvalidMeasures, Problem
from openness.league.definition import League
from openness.measures import read_measures

from .small import MEASURES, UNITS, make_league

Refused = Callable[..., list[Problem]]


@pytest.fixture
def league() -> League:
    return make_league()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "measures.csv").write_text(MEASURES, encoding="utf-8")
    (tmp_path / "units.csv").write_text(UNITS, encoding="utf-8")
    return tmp_path


@pytest.fixture
def refused(tmp_path: Path, league: League) -> Refused:
    """Problems of a table that differs from the good one as told; the reading has to fail."""

    def problems(
        *,
        measures: str | bytes | pd.DataFrame = MEASURES,
        units: str | bytes | pd.DataFrame = UNITS,
        definition: League = league,
        period: str | None = None,
    ) -> list[Problem]:
        def source(table: str | bytes | pd.DataFrame, name: str) -> Path | pd.DataFrame:
            if isinstance(table, pd.DataFrame):
                return table
            path = tmp_path / name
            path.write_bytes(table.encode() if isinstance(table, str) else table)
            return path

        with pytest.raises(InvalidMeasures) as refusal:
            read_measures(
                source(measures, "measures.csv"),
                source(units, "units.csv"),
                definition,
                period=period,
            )
        return list(refusal.value.problems)

    return problems
