"""Explanations as they are printed, drawn from tables that no fit made."""

import io
import re

import numpy as np
import pandas as pd
import pytest

from openness.league.definition import League
from openness.publish.console import open_console
from openness.publish.explanation import (
    contributions_view,
    missing_view,
    separation_view,
    worth_view,
)

ATTRS = {"interval_prob": 0.95, "interval_kind": "equal-tailed", "draft": False}


@pytest.fixture
def league(league: League) -> League:
    """The league of every test here, with a count, a score and a rating beside the share."""
    common = {"direction": "higher_is_better", "domain": "survey"}
    new = [
        {"id": "events", "label": "Events", "family": "count", **common},
        {"id": "mean", "label": "Mean score", "family": "score", **common},
        {
            "id": "rating",
            "label": "Rating [all]",
            "family": "ordinal",
            "categories": ["poor", "fair", "good"],
            **common,
        },
    ]
    plain = league.model_dump(exclude_none=True)
    return League.model_validate({**plain, "indicators": [*plain["indicators"], *new]})


@pytest.fixture
def missing() -> pd.DataFrame:
    rows = {
        "q1": ("Q1", "proportion", "not_returned", 0.525, 0.401, 0.66, 12.3, "zero"),
        "events": ("Events", "count", "system_change", 0.0304, 0.01, 0.2, 7.0, ""),
        "mean": ("Mean score", "score", "under_query", 6.2, 5.0, 7.1, 3.0, ""),
        "rating": ("Rating [all]", "ordinal", "not_collected", 1.0, 0.0, 2.0, 1.0, ""),
    }
    names = ["label", "family", "status", "predicted", "predicted_5", "predicted_95"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=[*names, "narrowing", "rough"])
    for number, what in enumerate(("predicted", "predicted_5", "predicted_95", "zero")):
        table[f"rank_median_{what}"] = 10.0 + number
        table[f"rank_lower_{what}"], table[f"rank_upper_{what}"] = 2.0, 20.0
    zeros = [f"rank_{part}_zero" for part in ("median", "lower", "upper")]
    table.loc["mean", zeros] = np.nan
    facts = {"unit": "R1", "name": "Trust [1]", "reason": ""}
    ranks = {"rank_median": 12.0, "rank_lower": 1.0, "rank_upper": 30.5}
    table.attrs = ATTRS | facts | ranks
    return table


def text_of(view) -> str:
    file = io.StringIO()
    open_console(file).print(view)
    return file.getvalue()


def line_with(text: str, *words: str) -> str:
    return next(line for line in text.splitlines() if all(word in line for word in words))


def test_what_is_expected_stands_in_the_words_of_the_measure(missing, league):
    text = text_of(missing_view(missing, league))
    assert text.startswith("Trust [1]: rank 12 (1 to 30.5) as it stands")
    assert line_with(text, "Q1", "%").split() == [
        "Q1", "not", "returned", "52.5%", "(40.1%", "to", "66.0%)", "12.3",
    ]  # fmt: skip
    assert "0.0304 (0.01 to 0.2)" in line_with(text, "Events", "system change")
    assert "6.2 (5 to 7.1)" in line_with(text, "Mean score", "under query")
    assert "fair (poor to good)" in line_with(text, "Rating [all]", "not collected")
    assert "as events per unit of its denominator" in text


def test_ranks_stand_beside_what_the_return_would_say(missing, league):
    text = text_of(missing_view(missing, league))
    ranks = text[text.index("Rank if the return said so") :]
    heading = ("as predicted", "5th percentile", "95th percentile", "as a zero")
    line_with(ranks, *heading)
    line = line_with(ranks, "Q1")
    assert re.findall(r"\d+ \(2 to 20\)", line) == [f"{rank} (2 to 20)" for rank in range(10, 14)]
    assert line.rstrip().endswith("~")
    assert "~ further out than the draws" in ranks
    assert line_with(ranks, "Mean score").rstrip().endswith("no zero")


def test_the_key_of_a_mark_is_there_only_with_the_mark(missing, league):
    missing["rough"] = ""
    text = text_of(missing_view(missing, league))
    assert "~" not in text


def test_a_unit_that_is_not_ranked_is_told_so(missing, league):
    missing.attrs["reason"] = "measured in 1 of the 2 domains it takes"
    text = " ".join(text_of(missing_view(missing, league)).split())
    assert "Not ranked (measured in 1 of the 2 domains it takes)" in text
    assert "its place among the trusts that are" in text


def test_nothing_missing_is_said_in_words(missing, league):
    text = text_of(missing_view(missing.iloc[:0], league))
    assert "No scored measure that applies to it is missing" in text


@pytest.fixture
def worth_tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    keys = pd.MultiIndex.from_tuples(
        [("R1", "rating"), ("R2", "q1"), ("R1", "q1")], names=["unit", "indicator"]
    )
    table = pd.DataFrame(
        {
            "name": ["Trust [1]", "Second", "Trust [1]"],
            "group": "acute",
            "status": ["not_returned", "system_change", "not_returned"],
            "ranked": [False, True, False],
            "rank_median": [5.0, 7.0, 5.0],
            "rank_lower": [1.0, 2.0, 1.0],
            "rank_upper": [20.0, 12.0, 20.0],
            "narrowing": [9.0, 4.04, 1.0],
        },
        index=keys,
    )
    table.attrs = ATTRS | {"draws": 6000}
    by_unit = table.groupby("unit").agg(
        name=("name", "first"), ranked=("ranked", "first"), rank_median=("rank_median", "first"),
        rank_lower=("rank_lower", "first"), rank_upper=("rank_upper", "first"),
        missing=("narrowing", "size"), narrowing=("narrowing", "sum"),
    )  # fmt: skip
    return table, by_unit


def test_units_come_before_returns_and_both_are_cut(worth_tables, league):
    text = text_of(worth_view(*worth_tables, league, top=2))
    units, returns = text.split("The returns that are worth most")
    assert "Openness of hospitals: 3 missing returns of 2 trusts" in units
    assert line_with(units, "Trust [1]").split()[-2:] == ["+", "10.0"]
    assert line_with(units, "Trust [1]").split()[2] == "2"
    assert "system change" in line_with(returns, "Second", "Q1")
    assert line_with(returns, "Second").endswith("4.0")
    assert returns.count("Trust [1]") == 1
    assert "from 6,000 draws" in " ".join(returns.split())


def test_an_empty_league_of_returns_is_said_in_words(worth_tables, league):
    text = text_of(worth_view(worth_tables[0].iloc[:0], worth_tables[1].iloc[:0], league))
    assert "No scored measure that applies is missing anywhere" in text


@pytest.fixture
def contributions() -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "kind": ["indicator", "domain", "group"],
            "label": ["Q1", "Survey", "Acute"],
            "contribution": [0.5, -0.204, 0.1],
        },
        index=pd.Index(["q1", "survey", "group"], name="source"),
    )
    table.attrs = {"unit": "R1", "name": "Trust [1]", "score": 0.396, "draft": False}
    return table


def test_contributions_have_signs_and_a_sum(contributions, league):
    text = text_of(contributions_view(contributions, league))
    assert line_with(text, "Q1").split() == ["Q1", "Survey", "+0.50"]
    assert line_with(text, "Survey", "the domain").endswith("-0.20")
    assert line_with(text, "Acute", "the group").endswith("+0.10")
    assert line_with(text, "Score").split() == ["Score", "+0.40"]


def test_every_draft_says_so_first(missing, worth_tables, contributions, league):
    for view in (
        missing_view(missing, league, draft=True),
        missing_view(missing.iloc[:0], league, draft=True),
        worth_view(*worth_tables, league, draft=True),
        worth_view(worth_tables[0].iloc[:0], worth_tables[1].iloc[:0], league, draft=True),
        contributions_view(contributions, league, draft=True),
    ):
        assert text_of(view).startswith("DRAFT")


@pytest.fixture
def others() -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "name": [f"Other [{number}]" for number in range(20)],
            "probability": 0.4,
            "monte_carlo_error": 0.0123,
        }
    )
    table.attrs = ATTRS | {
        "name": "Trust [1]",
        "at": 0.9,
        "reason": "",
        "in_words": "#3 to #40, cannot be told apart from 20 others",
    }
    return table


def test_where_a_unit_stands_is_said_in_words_with_the_others(others, league):
    said = " ".join(text_of(separation_view(others, league)).split())
    assert said.startswith("Rank: #3 to #40, cannot be told apart from 20 others (95% equal-tailed")
    assert "order more than 90% probable" in said
    assert "Trust [1] is ahead (Monte Carlo error at most 1.2 points): Other [0] (40%);" in said
    assert said.endswith("Other [7] (40%); and 12 more.")
    few = " ".join(text_of(separation_view(others.head(2), league)).split())
    assert few.endswith("Other [0] (40%); Other [1] (40%).")


def test_a_unit_apart_from_all_has_no_others_and_one_not_ranked_the_reason(others, league):
    alone = text_of(separation_view(others.iloc[:0], league))
    assert "Monte Carlo" not in alone
    others.attrs["reason"] = "no measure was observed"
    assert text_of(separation_view(others, league)) == "Not ranked: no measure was observed.\n"
