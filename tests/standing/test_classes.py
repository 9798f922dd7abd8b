"""Units with the same figures: one class, one place, one band."""

import numpy as np
import pandas as pd
import pytest

import openness
from openness.measures import read_measures
from openness.standing import classes_of, stand

from ..standings import made_standing

CELLS = {"unit": "", "indicator": "q1", "value": 0.5, "denominator": 80, "se": "", "status": ""}


def classes(league, *changes, group=None):
    """Classes of schools A, B, C ..., each with `CELLS` but for its change."""
    codes = [chr(65 + position) for position in range(len(changes))]
    rows = [CELLS | {"unit": code} | change for code, change in zip(codes, changes, strict=True)]
    units = pd.DataFrame({"unit": codes, "name": codes, "group": group or "acute"})
    return classes_of(read_measures(pd.DataFrame(rows), units, league), league).tolist()


def test_the_same_figures_are_one_class(make_small_league):
    assert classes(make_small_league(), {}, {"value": 0.6}, {}, {}) == ["A", "B", "A", "A"]


@pytest.mark.parametrize(
    "change",
    [
        {"value": 0.51},
        {"denominator": 81},
        {"value": "", "status": "not_returned"},
        {"note": "confirmed: asked twice"},
        {"indicator": "q2"},
    ],
)
def test_whatever_the_likelihood_takes_tells_apart(make_small_league, change):
    assert classes(make_small_league(), {}, change, {}) == ["A", "B", "A"]


def test_types_are_told_apart_and_remarks_are_not(make_small_league):
    league = make_small_league()
    assert classes(league, {}, {}, {}, group=["acute", "mental", "acute"]) == ["A", "B", "A"]
    assert classes(league, {}, {"note": "late"}) == ["A", "A"]


def test_what_is_not_used_tells_nothing_apart(make_small_league):
    withdrawn = {"status": "withdrawn", "value": 0.1}
    other = {"status": "withdrawn", "value": 0.9, "denominator": 5}
    assert classes(make_small_league(), withdrawn, other, {}) == ["A", "A", "C"]


@pytest.fixture
def standing(make_small_league):
    """Six trusts by draws, of which B, C and E have the same figures; only chance orders them."""
    index = pd.Index(list("ABCDEF"), name="unit")
    units = pd.DataFrame({"name": index, "group": "acute"}, index=index)
    completeness = pd.DataFrame(
        {"measures_present": 2, "measures_applicable": 2, "domains_present": 2}, index=index
    ).assign(**{"class": list("ABBDBF")})
    draws = np.random.default_rng(2).normal([3, 1, 1, 0, 1, -2], 0.7, (400, 6))
    league = make_small_league(places="always")
    return made_standing(draws, completeness, units, league, np.full(6, 0.8))


def test_a_class_shares_all_that_is_published_of_it(standing):
    found = openness.rank(standing).table
    own = ["name", "measures_present", "measures_applicable"]
    shared = found.drop(columns=own).loc[["B", "C", "E"]].drop_duplicates()
    assert len(shared) == 1
    assert shared["place"].item() == 2
    assert shared["rank_shown"].item().startswith("2= (")
    assert found.index.tolist() == ["A", "B", "C", "E", "D", "F"]
    assert found.loc[["A", "B"], "expected_rank_error"].gt(0).all()
    banded = openness.bands(standing).table.loc[["B", "C", "E"]].drop(columns="name")
    assert len(banded.drop_duplicates()) == 1
    graded = openness.grades(standing, certify="none").table
    assert graded.loc[["C", "E"], "grade"].eq(graded.loc["B", "grade"]).all()


def test_nothing_orders_the_members(standing):
    pair = openness.probability_of_superiority(standing, "B", "E").table.loc[0]
    assert (pair["probability"], pair["monte_carlo_error"]) == (0.5, 0)
    tied = openness.tied_with(standing, "B").table
    assert tied.loc[["C", "E"], "probability"].tolist() == [0.5, 0.5]
    assert tied["probability"].drop(["C", "E"]).tolist() == pytest.approx(
        openness.tied_with(standing, "C").table["probability"].drop(["B", "E"]).tolist()
    )


def test_another_score_keeps_the_classes(standing):
    moved = standing.with_score(standing.score + 1)
    assert moved.strata[0].posterior.alike[0].tolist() == [1, 2, 4]


def test_a_fit_says_its_classes(make_fit):
    units = stand(make_fit(unmeasured=2)).units
    assert units["class"].tolist()[:12] == units.index.tolist()[:12]
    assert units["class"].tolist()[12:] == ["S12", "S12"]
