"""Every rule, with the place where it is broken."""

import pandas as pd
import pytest

from openness.errors import Problem
from openness.measures import STATUSES

from .conftest import Refused
from .small import INDICATORS, MEASURES, UNITS, make_league, one_row

# row on line 2, column, a part of what came, a part of what is allowed, a part of the remedy
BAD_CELLS = [
    ("ZZZ,valued,0.5,100,,,", "unit", "'ZZZ'", "units table", "Add the unit"),
    ("na,valued,0.5,100,,,", "unit", "'na'", "units table", "'NA'"),
    ("1,valued,0.5,100,,,", "unit", "'1'", "units table", "'001'"),
    (",valued,0.5,100,,,", "unit", "empty", "units table", "Write"),
    ("NA,value,0.5,100,,,", "indicator", "'value'", "valued, concerns", "'valued'"),
    ("NA,,0.5,100,,,", "indicator", "empty", "valued, concerns", ""),
    ("NA,valued,,,,not_colected,", "status", "'not_colected'", "withdrawn", "'not_collected'"),
    ("NA,valued,0.5,100,,Observed,", "status", "'Observed'", "observed, ", "'observed'"),
    ("NA,valued,,100,,,", "value", "empty for valued of NA", "a status", "not_returned"),
    ("NA,valued,,100,,observed,", "value", "empty for valued of NA", "has a value", "status"),
    ("NA,valued,62.5,100,,,", "value", "'62.5'", "from 0 to 1", "percentage"),
    ("NA,valued,625,100,,,", "value", "'625'", "from 0 to 1", ""),
    ("NA,valued,-0.1,100,,,", "value", "'-0.1'", "from 0 to 1", ""),
    ("NA,incidents,-3,100,,,", "value", "'-3'", "0 or more", ""),
    ("NA,incidents,3.25,100,,,", "value", "'3.25'", "whole number", "rate"),
    ("NA,valued,inf,100,,,", "value", "'inf'", "finite number", ""),
    ("NA,valued,1e999,100,,,", "value", "'1e999'", "finite number", ""),
    ("NA,valued,NaN,100,,,", "value", "'NaN'", "finite number", "Leave the cell empty"),
    ("NA,valued,n/a,100,,,", "value", "'n/a'", "finite number", "Leave the cell empty"),
    ("NA,valued,half,100,,,", "value", "'half'", "finite number", ""),
    ("NA,valued,62%,100,,,", "value", "'62%'", "finite number", "by 100"),
    ("NA,valued,<5,100,,,", "value", "'<5'", "finite number", "suppressed"),
    ('NA,incidents,"1,234",100,,,', "value", "'1,234'", "finite number", "decimal point"),
    ('NA,valued,0.5,"1,234",,,', "denominator", "'1,234'", "finite number", "decimal point"),
    ("NA,valued,0.5,inf,,,", "denominator", "'inf'", "finite number", ""),
    ("NA,valued,0.5,0,,,", "denominator", "'0'", "above 0", "not observed"),
    ("NA,valued,0.5,-10,,,", "denominator", "'-10'", "above 0", "not observed"),
    ("NA,valued,0.5,,,,", "denominator", "empty", "number of respondents", "missing_denominator"),
    ("NA,incidents,5,,,,", "denominator", "empty", "exposure", "missing_denominator"),
    ("NA,safety_score,5,,0,,", "se", "'0'", "above 0", ""),
    ("NA,safety_score,5,,-1,,", "se", "'-1'", "above 0", ""),
    ("NA,safety_score,5,,?,,", "se", "'?'", "finite number", ""),
    ("NA,safety_score,5,,,,", "se", "empty", "standard error", "declare respondent_sd"),
    ("NA,safety_score,5,90,,,", "se", "empty", "standard error", "declare respondent_sd"),
    ("NA,concerns,5,,,,", "se", "empty", "standard error", "either"),
    ("NA,inspection,god,,,,", "value", "'god'", "poor, fair, good", "'good'"),
    ("NA,inspection,Good,,,,", "value", "'Good'", "poor, fair, good", "'good'"),
    ("NA,has_policy,2,,,,", "value", "'2'", "0 or 1", ""),
    ("NA,has_policy,yes,,,,", "value", "'yes'", "finite number", ""),
    ("AMB,incidents,5,100,,,", "status", "incidents of AMB", "does not apply", "not_applicable"),
]


@pytest.mark.parametrize(("row", "column", "found", "allowed", "remedy"), BAD_CELLS)
def test_one_bad_cell_is_the_one_problem(
    refused: Refused, row: str, column: str, found: str, allowed: str, remedy: str
) -> None:
    (problem,) = refused(measures=one_row(row))
    assert problem.source == "measures.csv"
    assert problem.where == f"line 2, column {column}"
    assert found in problem.found
    assert allowed in problem.allowed
    assert remedy in problem.remedy
    assert bool(remedy) == bool(problem.remedy)


@pytest.mark.parametrize(
    ("rows", "where", "found", "allowed"),
    [
        ("NA,Avon,acute\nNA,Again,acute", "line 3, column unit", "'NA'", "line 2 already"),
        ("NA,Avon,accute", "line 2, column group", "'accute'", "acute, ambulance"),
        ("NA,Avon,", "line 2, column group", "empty", "acute, ambulance"),
        (",Avon,acute\nNA,Avon,acute", "line 2, column unit", "empty", "the code of its unit"),
    ],
)
def test_one_bad_unit_is_the_one_problem(
    refused: Refused, rows: str, where: str, found: str, allowed: str
) -> None:
    (problem,) = refused(
        units=f"unit,name,group\n{rows}\n", measures=one_row("NA,valued,0.5,100,,,")
    )
    assert (problem.source, problem.where) == ("units.csv", where)
    assert found in problem.found
    assert allowed in problem.allowed


def test_a_doubled_cell_names_both_rows(refused: Refused) -> None:
    (problem,) = refused(measures=MEASURES + "NA,valued,0.7,800,,,\n")
    assert problem.where == "line 14, column indicator"
    assert problem.found == "valued of NA again"
    assert "line 2 already" in problem.allowed


def test_everything_wrong_in_both_tables_is_told_at_once(refused: Refused) -> None:
    measures = MEASURES.replace("NA,valued,0.625", "NA,valued,62.5").replace(
        "AMB,valued,0.25,400,,observed", "AMB,valued,0.25,0,,obs"
    )
    measures = measures.replace("001,inspection,fair,,,under_query", "001,inspection,far,,,")
    units = UNITS.replace("Wales", '"Wales, north"').replace("North Avon,acute", "North Avon,city")
    problems = refused(measures=measures, units=units)
    assert [(problem.source, problem.where) for problem in problems] == [
        ("units.csv", "line 2, column group"),
        ("measures.csv", "line 2, column value"),
        ("measures.csv", "line 11, column value"),
        ("measures.csv", "line 12, column status"),
    ]


def test_the_same_fault_is_told_once_with_all_its_rows(refused: Refused) -> None:
    measures = MEASURES.replace("AMB,", "AMX,")
    (problem,) = refused(measures=measures)
    assert problem.where == "lines 12-13, column unit"
    assert problem.found == "'AMX'"


def test_thousands_of_faults_of_one_kind_stay_readable(refused: Refused) -> None:
    units = "unit,name,group\n" + "".join(f"U{n},,acute\n" for n in range(3000))
    rows = "".join(f"U{n},valued,{n + 2},100,,,\n" for n in range(3000))
    problems = refused(units=units, measures=one_row(rows.strip()))
    assert [problem.where for problem in problems[:2]] == [
        "line 2, column value",
        "line 3, column value",
    ]
    assert len(problems) == 21
    assert problems[-1].where == "lines 22-3001, column value"
    assert problems[-1].found.startswith("2980 more rows")


@pytest.mark.parametrize(
    ("header", "found", "remedy"),
    [
        ("unit,indicator,vlaue,denominator", "no column value", "Rename 'vlaue' to 'value'?"),
        ("Unit,indicator,value,denominator", "no column unit", "Rename 'Unit' to 'unit'?"),
        ("code,measure,value,denominator", "no columns unit, indicator", ""),
        ("unit,valued,concerns,has_policy", "no columns indicator, value", "pandas.melt"),
    ],
)
def test_missing_columns_are_named(refused: Refused, header: str, found: str, remedy: str) -> None:
    problems = refused(measures=f"{header}\nNA,valued,0.5,100\n")
    assert problems[0].where == "line 1"
    assert found in problems[0].found
    assert remedy in problems[0].remedy


def test_a_missing_column_does_not_hide_other_faults(refused: Refused) -> None:
    problems = refused(measures="unit,indicator,denominator\nNA,walued,100\n")
    assert [problem.where for problem in problems] == ["line 1", "line 2, column indicator"]


def test_an_unknown_column_is_refused_with_its_nearest(refused: Refused) -> None:
    (problem,) = refused(measures="unit,indicator,value,denominater\nNA,has_policy,1,\n")
    assert problem.where == "line 1"
    assert "'denominater'" in problem.found
    assert "'denominator'" in problem.remedy


def test_swapped_tables_are_recognised(refused: Refused) -> None:
    problems = refused(measures=UNITS, units=MEASURES)
    assert [problem.source for problem in problems] == ["units.csv", "measures.csv"]
    assert all("wrong way round" in problem.remedy for problem in problems)


def test_units_must_have_name_and_group(refused: Refused) -> None:
    (problem,) = refused(units="unit,label\nNA,Avon\n001,Môn\nAMB,Amb\n")
    assert problem.source == "units.csv"
    assert "no columns name, group" in problem.found


@pytest.mark.parametrize("table", ["measures", "units"])
def test_a_header_alone_is_not_a_table(refused: Refused, table: str) -> None:
    text = {"measures": MEASURES, "units": UNITS}[table].splitlines()[0]
    problems = refused(**{table: text})
    assert (f"{table}.csv", "no row below the header") in [
        (problem.source, problem.found) for problem in problems
    ]


def test_rows_of_a_frame_are_named_by_position(refused: Refused) -> None:
    frame = pd.DataFrame(
        {"unit": ["NA", "NA"], "indicator": ["has_policy", "valued"], "value": [1, 7]},
        index=[10, 20],
    ).assign(denominator=10)
    (problem,) = refused(measures=frame)
    assert (problem.source, problem.where) == ("measures", "row 1, column value")


def test_an_unscored_indicator_needs_no_precision_but_a_number(refused: Refused) -> None:
    (problem,) = refused(measures=MEASURES.replace("NA,lag,3", "NA,lag,three"))
    assert problem.where == "line 8, column value"


def test_no_median_can_stand_in_if_no_unit_has_a_denominator(refused: Refused) -> None:
    league = make_league(missing_denominator="indicator_median")
    problems = refused(definition=league, measures=one_row("NA,valued,0.5,,,,"))
    assert problems == [
        Problem(
            "measures.csv",
            "line 2, column denominator",
            "empty for valued of NA",
            "an observed proportion comes with its number of respondents",
            "The median cannot stand in: no unit has one",
        )
    ]


def test_every_status_is_understood(refused: Refused) -> None:
    rows = "\n".join(
        f"NA,{item['id']},,,,{status},"
        for item, status in zip(INDICATORS, STATUSES[1:], strict=True)
    )
    (problem,) = refused(measures=one_row(rows + "\nNA,valued,,,,lost,"))[-1:]
    assert problem.found == "'lost'"
    assert all(status in problem.allowed for status in STATUSES)


def test_a_denominator_beside_an_unused_value_lends_no_median(refused: Refused) -> None:
    league = make_league(missing_denominator="indicator_median")
    rows = "NA,valued,0.5,,,,\n001,valued,0.4,100,,under_query,"
    (problem,) = refused(definition=league, measures=one_row(rows))
    assert problem.where == "line 2, column denominator"


def test_a_suppressed_share_has_as_many_respondents_as_events_at_the_least(
    refused: Refused,
) -> None:
    league = make_league([INDICATORS[0] | {"suppressed": [3, 5]}, *INDICATORS[1:]])
    rows = "NA,valued,,2,,suppressed,\n001,valued,,3,,suppressed,\nAMB,valued,,,,suppressed,"
    assert refused(definition=league, measures=one_row(rows)) == [
        Problem(
            "measures.csv",
            "line 2, column denominator",
            "'2' for valued of NA",
            "in this league a suppressed valued stands for at least 3 of the respondents",
            "Correct the denominator, or `suppressed` of the indicator in the league",
        )
    ]
