"""Published tables, where they are at hand."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from openness.errors import InvalidMeasures
from openness.league.definition import League
from openness.measures import audit, completeness, find_nil_returns, read_measures

from .small import make_league

GROUPS = ("acute", "acute_specialist", "mental_health", "community", "ambulance")
YEARS = range(2015, 2020)
RATINGS = ["inadequate", "requires improvement", "good", "outstanding"]


def league_of(ids: list[str], **settings: str) -> League:
    def indicator(id: str) -> dict[str, object]:
        domain = {"cqc": "inspection", "incidents": "reporting"}.get(id.split("_")[0], "survey")
        item: dict[str, object] = {"id": id, "domain": domain, "family": "proportion"}
        if domain == "inspection":
            item |= {"family": "ordinal", "categories": RATINGS}
        elif domain == "reporting":
            item |= {"family": "count", "groups": ["acute"]}
        elif id == "median_lag_days":
            item |= {"family": "score", "scored": False}
        elif id == "raising_concerns_score":
            item |= {"family": "score", "respondent_sd": 2.5}
        return item

    groups = [{"id": group, "label": group} for group in GROUPS]
    return make_league([indicator(id) for id in ids], groups=groups, **settings)


def ids_of(path: Path) -> list[str]:
    return pd.read_csv(path, keep_default_na=False)["indicator"].unique().tolist()


@pytest.mark.real_data
def test_openness_2024(real_data: Path) -> None:
    folder = real_data / "openness-2024"
    league = league_of(ids_of(folder / "measures.csv"))
    read = read_measures(folder / "measures.csv", folder / "units.csv", league)
    assert len(read.units) == 210
    assert len(read.cells) == 2520
    assert len(read.observed) == 2520 - 484
    assert read.warnings == ()
    assert completeness(read, league)["measures_applicable"].max() == 12


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("year", "filled"), [(2015, 12), (2016, 12), (2017, 18), (2018, 24), (2019, 42)]
)
def test_survey_shares_without_denominator(real_data: Path, year: int, filled: int) -> None:
    folder = real_data / "freedom-to-speak-up-2015-2019"
    table = folder / f"measures-{year}.csv"
    with pytest.raises(InvalidMeasures) as refusal:
        read_measures(table, folder / "units.csv", league_of(ids_of(table)))
    assert all("column denominator" in problem.where for problem in refusal.value.problems)
    league = league_of(ids_of(table), missing_denominator="indicator_median")
    read = read_measures(table, folder / "units.csv", league)
    assert len(audit(read, league).filled.table) == filled
    assert (read.units["name"] != "").all()


@pytest.mark.real_data
def test_four_years_are_read_one_at_a_time(real_data: Path) -> None:
    folder = real_data / "staff-survey-2021-2024"
    table = folder / "measures.csv"
    league = league_of(ids_of(table))
    with pytest.raises(InvalidMeasures, match="one fit is one period, of 2021, 2022, 2023, 2024"):
        read_measures(table, folder / "units.csv", league)
    rows = pd.read_csv(table, dtype="str", keep_default_na=False)
    for year in ("2021", "2024"):
        read = read_measures(table, folder / "units.csv", league, period=year)
        expected = rows[(rows["period"] == year) & (rows["value"] != "")]
        assert len(read.observed) == len(expected)


@pytest.mark.real_data
def test_no_published_value_looks_like_a_nil_return(real_data: Path) -> None:
    passed = 0
    for name, period in (
        ("openness-2024/measures.csv", None),
        *((f"freedom-to-speak-up-2015-2019/measures-{year}.csv", None) for year in YEARS),
        *(("staff-survey-2021-2024/measures.csv", str(year)) for year in range(2021, 2025)),
        ("incident-recording-2025/measures.csv", "2025-Q3"),
    ):
        table = real_data / name
        league = league_of(ids_of(table), missing_denominator="indicator_median")
        read = read_measures(table, table.parent / "units.csv", league, period=period)
        assert find_nil_returns(read, league).empty, name
        assert read.history.empty == (period is None)
        judged = [i.id for i in league.indicators if i.family in ("proportion", "count")]
        passed += read.observed["indicator"].isin(judged).sum()
    assert passed > 10_000


@pytest.mark.real_data
def test_nil_returns_in_a_published_survey_are_found(real_data: Path) -> None:
    """A zero in every hundredth answer: seldom more than a tenth of them could pass for honest."""
    table = real_data / "openness-2024" / "measures.csv"
    league = league_of(ids_of(table))
    read = read_measures(table, table.parent / "units.csv", league)
    shares = [i.id for i in league.indicators if i.family == "proportion"]
    positions = read.observed.index[read.observed["indicator"].isin(shares)][::100]
    hits = 0
    for position in positions:
        cells = read.cells.copy()
        cells.loc[position, "value"] = 0.0
        found = find_nil_returns(replace(read, cells=cells), league).index.tolist()
        assert found in ([], [tuple(cells.loc[position, ["unit", "indicator"]])])
        hits += len(found)
    assert hits >= 0.9 * len(positions) > 9
