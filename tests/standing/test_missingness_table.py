import numpy as np
import pandas as pd
import pytest

import openness
from openness.errors import InvalidInput
from openness.fitting import Fit
from openness.measures import missing_cells
from openness.standing import stand
from openness.standing.missingness_table import missingness_table

from ..standings import made_standing

N = 60
RNG = np.random.default_rng(3)
UNITS = pd.DataFrame(
    {"name": [f"Trust {i}" for i in range(N)], "group": ["acute", "mental"] * (N // 2)},
    index=pd.Index([f"U{i}" for i in range(N)], name="unit"),
)
COMPLETENESS = pd.DataFrame(
    {"measures_present": 2, "measures_applicable": 2, "domains_present": 2}, index=UNITS.index
)
LATE = RNG.binomial(3, 0.2, size=N)
LOST = RNG.binomial(2, 0.1, size=N)
COUNTS = pd.DataFrame(
    {"applicable": 10, "any": LATE + LOST, "not_returned": LATE, "withdrawn": LOST},
    index=UNITS.index,
)
DRAWS = RNG.normal(size=(300, N)) + np.linspace(4, -4, N)


def table(league, draws=DRAWS, counts=COUNTS, units=UNITS, **settings):
    standing = made_standing(draws, COMPLETENESS, units, league, np.ones(N), **settings)
    return missingness_table(standing, counts, np.random.default_rng(1))


def test_rows_and_columns(make_small_league):
    result = table(make_small_league(), prob=0.9)
    assert result.index.names == ["by", "level", "reason"]
    reasons = ["any", "not_returned", "withdrawn"]
    levels = [("all", "all"), *(("fifth", f"{i}") for i in range(1, 6))]
    levels += [("difference", "5 less 1"), ("group", "acute"), ("group", "mental")]
    assert result.index.tolist() == [(*level, reason) for level in levels for reason in reasons]
    assert result.columns.tolist() == ["cells", "missing", "share", "share_lower", "share_upper"]


def test_counts_are_those_of_the_units(make_small_league):
    result = table(make_small_league())
    for group in ("acute", "mental"):
        own = COUNTS[UNITS["group"] == group]
        for reason in ("any", "not_returned", "withdrawn"):
            row = result.loc[("group", group, reason)]
            assert (row["cells"], row["missing"]) == (10 * len(own), own[reason].sum())
            assert row["share"] == pytest.approx(own[reason].sum() / (10 * len(own)))
            assert row["share_lower"] < row["share"] < row["share_upper"]
    fifths = result.loc["fifth"].groupby("reason")[["cells", "missing"]].sum()
    whole = result.loc["all"].droplevel("level")[["cells", "missing"]]
    pd.testing.assert_frame_equal(fifths, whole.loc[fifths.index], rtol=1e-12)


def test_the_difference_is_the_lowest_fifth_less_the_highest(make_small_league):
    counts = COUNTS.assign(any=np.where(np.arange(N) >= N - 12, 8, 0))[["applicable", "any"]]
    result = table(
        make_small_league(),
        draws=np.repeat(DRAWS[:1] * 0 - np.arange(N), 200, axis=0),
        counts=counts,
    )
    row = result.loc[("difference", "5 less 1", "any")]
    assert row["share"] == pytest.approx(0.8)
    assert 0.7 < row["share_lower"] < 0.8 < row["share_upper"] < 0.9
    assert row[["cells", "missing"]].isna().all()


def test_fifths_within_groups_take_the_groups_apart(make_small_league):
    # All of one group is ahead of all of the other, and lacks more.
    ahead = DRAWS * 0.01 + 9 * (UNITS["group"] == "acute").to_numpy()
    counts = COUNTS.assign(any=np.where(UNITS["group"] == "acute", 4, 1))[["applicable", "any"]]
    between = table(make_small_league(), draws=ahead, counts=counts)
    within = table(make_small_league(), draws=ahead, counts=counts, scope="within_group")
    assert between.loc[("difference", "5 less 1", "any"), "share"] == pytest.approx(-0.3)
    assert within.loc[("difference", "5 less 1", "any"), "share"] == pytest.approx(0)


def test_a_group_without_units_has_no_share(make_small_league):
    units = UNITS.assign(group="acute")
    row = table(make_small_league(), units=units).loc[("group", "mental", "any")]
    assert row["cells"] == 0
    assert row[["share", "share_lower", "share_upper"]].isna().all()


def test_nothing_missing_is_a_table_of_zeros(make_small_league):
    counts = COUNTS.assign(any=0)[["applicable", "any"]]
    result = table(make_small_league(), counts=counts)
    assert (result["share"] == 0).all()
    assert (result.drop("difference", level="by")["share_lower"] == 0).all()
    assert (result["share_upper"] > 0).all()


def test_the_same_seed_gives_the_same_table(make_small_league):
    pd.testing.assert_frame_equal(table(make_small_league()), table(make_small_league()))


def test_counts_are_matched_by_unit(make_small_league):
    league = make_small_league()
    pd.testing.assert_frame_equal(table(league, counts=COUNTS.iloc[::-1]), table(league))


def test_more_that_is_missing_than_applies_is_refused(make_small_league):
    with pytest.raises(InvalidInput, match="unit 0"):
        table(make_small_league(), counts=COUNTS.assign(withdrawn=11))


@pytest.mark.sampling
def test_missingness_is_that_of_the_scores_and_the_statuses(small_fit: Fit) -> None:
    standing = stand(small_fit, prob=0.8, scope="within_group")
    found = openness.missingness(standing)
    by_hand = missingness_table(
        standing,
        missing_cells(small_fit.measures, small_fit.league),
        np.random.default_rng(small_fit.provenance["seed"]),
    )
    pd.testing.assert_frame_equal(found.table, by_hand)
    assert found.about == {
        "interval_prob": 0.8,
        "interval_kind": "equal-tailed",
        "scope": "within_group",
    }


@pytest.mark.sampling
def test_cells_emptied_whatever_the_score_show_no_relation_with_it(small_fit: Fit) -> None:
    table = openness.missingness(small_fit).table
    row = table.loc[("difference", "5 less 1", "any")]
    assert row["share_lower"] < 0 < row["share_upper"]
    emptied = table.loc[("all", "all", "not_returned")]
    # A tenth of the cells of the fixture are emptied at random.
    assert emptied["share_lower"] < 0.1 < emptied["share_upper"]
