"""Explanations as they are printed, drawn from tables that no fit made."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from openness.league import Score
from openness.league.definition import League
from openness.result import Result

from .reading import printed, said

INTERVAL = {"interval_prob": 0.95, "interval_kind": "equal-tailed"}


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
def missing(league) -> Result:
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
    return Result("missing_returns", table, league, about=INTERVAL | facts | ranks)


def line_with(text: str, *words: str) -> str:
    return next(line for line in text.splitlines() if all(word in line for word in words))


def test_what_is_expected_stands_in_the_words_of_the_measure(missing):
    text = printed(missing)
    assert text.startswith("Trust [1]: rank 12 (1 to 30.5) as it stands")
    assert line_with(text, "Q1", "%").split() == [
        "Q1", "not", "returned", "52.5%", "(40.1%", "to", "66.0%)", "12.3",
    ]  # fmt: skip
    assert "0.0304 (0.01 to 0.2)" in line_with(text, "Events", "system change")
    assert "6.2 (5 to 7.1)" in line_with(text, "Mean score", "under query")
    assert "fair (poor to good)" in line_with(text, "Rating [all]", "not collected")
    assert "as events per unit of its denominator" in text


def test_ranks_stand_beside_what_the_return_would_say(missing):
    text = printed(missing)
    ranks = text[text.index("Rank if the return said so") :]
    heading = ("as predicted", "5th percentile", "95th percentile", "as a zero")
    line_with(ranks, *heading)
    line = line_with(ranks, "Q1")
    assert re.findall(r"\d+ \(2 to 20\)", line) == [f"{rank} (2 to 20)" for rank in range(10, 14)]
    assert line.rstrip().endswith("~")
    assert "~ further out than the draws" in ranks
    assert line_with(ranks, "Mean score").rstrip().endswith("no zero")


def test_the_key_of_a_mark_is_there_only_with_the_mark(missing):
    assert "~" not in printed(replace(missing, table=missing.table.assign(rough="")))


def test_a_unit_that_is_not_ranked_is_told_so(missing):
    reason = {"reason": "measured in 1 of the 2 domains it takes"}
    text = said(replace(missing, about=missing.about | reason))
    assert "Not ranked (measured in 1 of the 2 domains it takes)" in text
    assert "those that it would have among the trusts that are" in text


def test_nothing_missing_is_said_in_words(missing):
    text = printed(replace(missing, table=missing.table.iloc[:0]))
    assert "No scored measure that applies to it is missing" in text


@pytest.fixture
def worth(league) -> Result:
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
    by_unit = table.groupby("unit").agg(
        name=("name", "first"), ranked=("ranked", "first"), rank_median=("rank_median", "first"),
        rank_lower=("rank_lower", "first"), rank_upper=("rank_upper", "first"),
        missing=("narrowing", "size"), narrowing=("narrowing", "sum"),
    )  # fmt: skip
    about = INTERVAL | {"draws": 6000}
    return Result("worth", table, league, about=about, parts={"by_unit": by_unit})


def test_units_come_before_returns_and_both_are_cut(worth):
    text = printed(worth, top=2)
    units, returns = text.split("The returns that are worth most")
    assert "Openness of hospitals: 3 missing returns of 2 trusts" in units
    assert line_with(units, "Trust [1]").split()[-2:] == ["+", "10.0"]
    assert line_with(units, "Trust [1]").split()[2] == "2"
    assert "system change" in line_with(returns, "Second", "Q1")
    assert line_with(returns, "Second").endswith("4.0")
    assert returns.count("Trust [1]") == 1
    assert "from 6,000 draws" in " ".join(returns.split())


def test_an_empty_league_of_returns_is_said_in_words(worth):
    text = printed(replace(worth, table=worth.table.iloc[:0]))
    assert "No scored measure that applies is missing anywhere" in text


@pytest.fixture
def contributions(league) -> Result:
    table = pd.DataFrame(
        {
            "kind": ["indicator", "domain", "group"],
            "label": ["Q1", "Survey", "Acute"],
            "weight": np.nan,
            "contribution": [0.5, -0.204, 0.1],
        },
        index=pd.Index(["q1", "survey", "group"], name="source"),
    )
    about = {"unit": "R1", "name": "Trust [1]", "score": 0.396, "predicted_weight": np.nan}
    return Result("contributions", table, league, about=about)


def test_contributions_have_signs_and_a_sum(contributions):
    text = printed(contributions)
    assert line_with(text, "Q1").split() == ["Q1", "Survey", "+0.50"]
    assert line_with(text, "Survey", "the domain").endswith("-0.20")
    assert line_with(text, "Acute", "the group").endswith("+0.10")
    assert line_with(text, "Score").split() == ["Score", "+0.40"]


def test_declared_weights_stand_beside_what_is_added(contributions):
    score = Score(of="measures", weights="equal_measures")
    league = contributions.league.model_copy(update={"score": score})
    table = pd.DataFrame(
        {
            "kind": ["indicator", "domain", "predicted", "group"],
            "label": ["Q1", "Survey", "Rating [all]", "Acute"],
            "weight": [0.3, np.nan, 0.125, np.nan],
            "contribution": [0.5, -0.204, -0.01, 0.1],
        },
        index=pd.Index(["q1", "survey", "rating", "group"], name="source"),
    )
    about = contributions.about | {"predicted_weight": 0.125}
    weighed = replace(contributions, table=table, league=league, about=about)
    text = printed(weighed)
    assert line_with(text, "Q1").split() == ["Q1", "Survey", "30%", "+0.50"]
    assert line_with(text, "Rating [all]").split()[2:] == ["missing,", "Survey", "12.5%", "-0.01"]
    assert line_with(text, "the domain").split() == ["Survey", "the", "domain", "-0.20"]
    assert "12.5% of the weight is of measures that are missing here" in said(weighed)
    assert "Weight" not in printed(contributions)


@pytest.fixture
def ties(league) -> Result:
    table = pd.DataFrame(
        {
            "name": [f"Other [{number}]" for number in range(20)],
            "probability": 0.4,
            "monte_carlo_error": 0.0123,
        }
    )
    facts = {"unit": "R1", "name": "Trust [1]", "at": 0.9, "reason": ""}
    words = {"in_words": "#3 to #40, statistically tied with 20 others"}
    return Result("ties", table, league, about=INTERVAL | facts | words)


def test_where_a_unit_stands_is_said_in_words_with_the_others(ties):
    words = said(ties)
    assert words.startswith("Rank: #3 to #40, statistically tied with 20 others (95% equal-tailed")
    assert "order more than 90% probable" in words
    assert "Trust [1] is ahead (Monte Carlo error at most 1.2 points): Other [0] (40%);" in words
    assert words.endswith("Other [7] (40%); and 12 more.")
    few = said(replace(ties, table=ties.table.head(2)))
    assert few.endswith("Other [0] (40%); Other [1] (40%).")


def test_a_unit_apart_from_all_has_no_others_and_one_not_ranked_the_reason(ties):
    alone = replace(ties, table=ties.table.iloc[:0])
    assert "Monte Carlo" not in printed(alone)
    reason = {"reason": "no measure was observed"}
    unranked = replace(alone, about=alone.about | reason)
    assert printed(unranked) == "Not ranked: no measure was observed.\n"


def test_one_pair_is_a_sentence(make_ranking):
    ranking = make_ranking(3)
    row = {"a": "R0000", "b": "R0002", "probability": 0.625, "monte_carlo_error": 0.012}
    pair = replace(ranking, kind="superiority", table=pd.DataFrame([row]))
    assert said(pair) == (
        "Trust [0] of Somewhere & Co is ahead of Trust [2] of Somewhere & Co with 62% probability "
        "(Monte Carlo error 1.2 points)."
    )
