"""The audit counts what the tables hold."""

import pytest

from openness.errors import Problem
from openness.league.definition import League
from openness.measures import STATUSES, audit, completeness, read_measures
from openness.measures.audit import _in_six_digits

from .small import MEASURES, UNITS, make_league, text_frame


def test_completeness_counts_scored_measures_that_apply(league: League) -> None:
    read = read_measures(text_frame(MEASURES), text_frame(UNITS), league)
    assert completeness(read, league).to_dict("index") == {
        "NA": {"measures_present": 6, "measures_applicable": 6, "domains_present": 3},
        "001": {"measures_present": 1, "measures_applicable": 6, "domains_present": 1},
        "AMB": {"measures_present": 1, "measures_applicable": 5, "domains_present": 1},
    }


def test_a_cell_marked_not_applicable_does_not_count_against_a_unit(league: League) -> None:
    measures = text_frame(MEASURES + "001,has_policy,,,,not_applicable,\n")
    read = read_measures(measures, text_frame(UNITS), league)
    assert completeness(read, league).loc["001", "measures_applicable"] == 5


def test_every_section_of_the_audit() -> None:
    league = make_league(missing_denominator="indicator_median", eligibility={"minimum_domains": 2})
    measures = text_frame(MEASURES.replace("001,valued,0.5,100", "001,valued,0.5,"))
    measures.loc[0, "se"] = "0.1"
    units = text_frame(UNITS + "NEW,New trust,acute,West\n")
    read = read_measures(measures, units, league)
    result = audit(read, league)

    cells = result.cells.table
    assert list(cells.columns) == ["scored", *STATUSES]
    assert cells.loc["valued", ["observed", "not_collected"]].tolist() == [3, 1]
    assert cells.loc["incidents", ["not_returned", "not_applicable"]].tolist() == [1, 1]
    assert (cells[list(STATUSES)].sum(axis=1) == 4).all()

    groups = result.groups.table
    assert list(groups.columns) == ["units", *STATUSES]
    assert groups["units"].to_dict() == {"acute": 3, "ambulance": 1}
    assert groups.loc["acute", ["observed", "not_collected", "not_returned"]].tolist() == [7, 9, 1]
    assert groups.loc["ambulance", "not_applicable"] == 1
    assert (groups[list(STATUSES)].sum(axis=1) == [18, 6]).all()

    assert result.present.table["units"].to_dict() == {(6, 6): 1, (6, 1): 1, (6, 0): 1, (5, 1): 1}
    assert result.unscored.table.loc["lag"].tolist() == ["lag", 1, "no error"]
    assert result.unused.table["value"].to_dict() == {
        ("001", "inspection"): "fair",
        ("AMB", "safety_score"): "awaited",
    }
    assert result.without_measures.table.index.tolist() == ["NEW"]
    assert result.too_few_domains.table["domains_present"].to_dict() == {"001": 1, "AMB": 1}
    assert result.filled.table["denominator"].to_dict() == {("001", "valued"): 600.0}
    assert [Problem(*row) for row in result.warnings.table.itertuples(index=False)] == list(
        read.warnings
    )
    assert len(read.warnings) == 1
    assert result.nil_returns.table.empty
    assert result.sections[:2] == (result.nil_returns, result.cells)
    assert result.sections[-1] is result.warnings


def test_an_audit_of_complete_tables_has_empty_sections() -> None:
    league = make_league([{"id": "valued", "family": "proportion", "domain": "survey"}])
    measures = text_frame("unit,indicator,value,denominator\nNA,valued,0.5,10\n")
    read = read_measures(measures, text_frame(UNITS).iloc[:1], league)
    result = audit(read, league)
    for section in (
        result.nil_returns,
        result.unscored,
        result.unused,
        result.without_measures,
        result.too_few_domains,
        result.filled,
        result.warnings,
    ):
        assert section.table.empty
        assert section.table.columns.size > 0


@pytest.mark.parametrize(
    ("written", "shown"),
    [("0.5449330783938815", "0.544933"), ("1700.0", "1700"), ("fair", "fair"), ("", "")],
)
def test_a_value_beside_a_status_is_shown_to_six_digits(written: str, shown: str) -> None:
    assert _in_six_digits(written) == shown
