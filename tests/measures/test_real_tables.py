"""Published tables, where they are at hand."""

from pathlib import Path

import pandas as pd
import pytest

from openness.errors import InvalidMeasures
from openness.league.definition import League
from openness.measures import audit, completeness, read_measures

from .small import make_league

GROUPS = ("acute", "acute_specialist", "mental_health", "community", "ambulance")
RATINGS = ["inadequate", "requires improvement", "good", "outstanding"]


def league_of(ids: list[str], **settings: str) -> League:
    def indicator(id: str) -> dict[str, object]:
        domain = {"cqc": "inspection", "incidents": "reporting"}.get(id.split("_")[0], "survey")
        item: dict[str, object] = {"id": id, "domain": domain, "family": "proportion"}
        if domain == "inspection":
            item |= {"family": "ordinal", "categories": RATINGS}
        elif domain == "reporting":
            item |= {"family": "count", "groups": ["acute"]}
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
