import pandas as pd
import pytest

from openness.league.definition import League
from openness.measures import read_measures

from .conftest import Refused
from .small import UNITS, text_frame

YEARS = """\
unit,period,indicator,value,denominator
NA,2023,valued,0.4,100
NA,2024,valued,0.6,100
001,2024,valued,0.5,100
"""


def test_one_period_is_chosen(league: League) -> None:
    read = read_measures(text_frame(YEARS), text_frame(UNITS), league, period="2023")
    assert read.period == "2023"
    assert read.observed[["unit", "value"]].to_numpy().tolist() == [["NA", 0.4]]


def test_a_single_period_needs_no_choice(league: League) -> None:
    table = text_frame(YEARS).iloc[1:].astype({"period": int})
    assert read_measures(table, text_frame(UNITS), league).period == "2024"


def test_faults_of_another_period_do_not_matter(league: League) -> None:
    table = text_frame(YEARS.replace("NA,2023,valued,0.4", "GONE,2023,closed,40"))
    assert len(read_measures(table, text_frame(UNITS), league, period="2024").observed) == 2


@pytest.mark.parametrize("period", [None, "2022"])
def test_the_periods_there_are_are_named(refused: Refused, period: str | None) -> None:
    (problem,) = refused(measures=YEARS, period=period)
    assert "2023, 2024" in problem.allowed


def test_a_period_cannot_be_chosen_where_there_is_none(refused: Refused) -> None:
    (problem,) = refused(period="2024")
    assert problem.where == "argument period"
    assert "no periods" in problem.found


def test_a_row_without_period_is_refused(refused: Refused) -> None:
    (problem,) = refused(measures=YEARS.replace("001,2024", "001,"), period="2024")
    assert problem.where == "line 4, column period"


def test_a_cell_may_stand_in_two_periods_but_not_twice_in_one(refused: Refused) -> None:
    (problem,) = refused(measures=YEARS + "NA,2024,valued,0.7,90\n", period="2024")
    assert problem.where == "line 5, column indicator"
    assert "line 3 already" in problem.allowed


def test_an_empty_period_column_is_no_period(league: League) -> None:
    table = text_frame(YEARS).iloc[1:].assign(period=None)
    assert read_measures(pd.DataFrame(table), text_frame(UNITS), league).period is None
