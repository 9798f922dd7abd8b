import numpy as np
import pandas as pd
import pytest

from openness.ranking import (
    Posterior,
    band_limits,
    bands,
    equal_tailed,
    expected_rank,
    median_rank,
    monte_carlo_error,
    rank_band_probabilities,
    rank_draws,
    separate,
)
from openness.ranking.banding import score_band_probabilities
from openness.standing import rank
from openness.standing.band_sizes import sizes_in_words

from ..standings import made_standing

UNITS = pd.DataFrame(
    {
        "name": ["Ash", "Birch", "Cedar", "Damson", "Elm", "Fir"],
        "group": ["acute", "mental", "acute", "mental", "acute", "mental"],
        "region": "North",
    },
    index=pd.Index(["RA", "RB", "RC", "RD", "RE", "NA"], name="unit"),
)
COMPLETENESS = pd.DataFrame(
    {"measures_present": 2, "measures_applicable": 2, "domains_present": 2}, index=UNITS.index
)
RELIABILITY = np.full(6, 0.8)
DRAWS = np.random.default_rng(10).normal(loc=[0, 1, 2, 0.5, -1, 1.5], size=(400, 6))


def ranked(*numbers, **settings):
    return rank(made_standing(*numbers, **settings)).table


def test_every_number_is_that_of_the_function_that_makes_it(make_small_league):
    table = ranked(DRAWS, COMPLETENESS, UNITS, make_small_league(), RELIABILITY, prob=0.9)
    table = table.loc[UNITS.index]
    ranks = rank_draws(DRAWS)
    expected = {
        "score_mean": DRAWS.mean(axis=0),
        "score_sd": DRAWS.std(axis=0, ddof=1),
        "expected_rank": expected_rank(ranks),
        "rank_median": median_rank(ranks),
        "prob_good": rank_band_probabilities(ranks, [2, 6])[:, 0],
        "prob_poor": rank_band_probabilities(ranks, [2, 6])[:, 1],
        "reliability": RELIABILITY,
    }
    expected["score_lower"], expected["score_upper"] = equal_tailed(DRAWS, 0.9)
    expected["rank_lower"], expected["rank_upper"] = equal_tailed(ranks, 0.9)
    for column, values in expected.items():
        np.testing.assert_allclose(table[column], values, rtol=1e-12, err_msg=column)


def test_columns_come_in_their_published_order(make_small_league):
    table = ranked(DRAWS, COMPLETENESS, UNITS, make_small_league(), RELIABILITY)
    assert table.index.name == "unit"
    assert list(table.columns) == [
        *("name", "group", "score_mean", "score_sd", "score_lower", "score_upper"),
        *("expected_rank", "expected_rank_error", "rank_median", "rank_lower", "rank_upper"),
        *("band", "prob_good", "prob_poor"),
        *("place", "shared_rank", "not_separated", "rank_shown", "in_words"),
        *("measures_present", "measures_applicable", "domains_present"),
        *("reliability", "ranked", "reason", "interval_prob", "interval_kind", "score_of"),
    ]


@pytest.mark.parametrize("places", ["always", "never"])
def test_the_league_decides_whether_places_are_shown(make_small_league, places):
    table = ranked(DRAWS, COMPLETENESS, UNITS, make_small_league(places=places), RELIABILITY)
    if places == "always":
        assert table["place"].tolist() == [1, 2, 3, 4, 5, 6]
    else:
        assert table["place"].isna().all()
    shown = table["place" if places == "always" else "rank_median"]
    for value, row in zip(shown, table.itertuples(), strict=True):
        assert row.rank_shown == f"{value:g} ({row.rank_lower:g} to {row.rank_upper:g})"


def test_a_unit_that_is_alone_in_its_group_is_not_ranked_within_groups(make_small_league):
    completeness = COMPLETENESS.copy()
    completeness.loc[["RA", "RC"], "measures_present"] = 0
    arguments = (DRAWS, completeness, UNITS, make_small_league(), RELIABILITY)
    within = ranked(*arguments, scope="within_group")
    assert within.loc["RE", "reason"] == "nobody else in its group can be ranked"
    assert not within.loc["RE", "ranked"]
    assert within["ranked"].sum() == 3
    assert ranked(*arguments, scope="all").loc["RE", "ranked"]


def test_rows_are_sorted_by_expected_rank_and_keep_their_unit(make_small_league):
    table = ranked(DRAWS, COMPLETENESS, UNITS, make_small_league(), RELIABILITY)
    assert table.index.tolist() == ["RC", "NA", "RB", "RD", "RA", "RE"]
    assert table["expected_rank"].is_monotonic_increasing
    assert table["name"].equals(UNITS["name"].loc[table.index])


def test_the_interval_says_what_it_is(make_small_league):
    league = make_small_league(interval=0.8)
    found = rank(made_standing(DRAWS, COMPLETENESS, UNITS, league, RELIABILITY))
    table = found.table
    assert set(table["interval_prob"]) == {0.8}
    assert set(table["interval_kind"]) == {"equal-tailed"}
    post = Posterior.from_draws(DRAWS)
    error = bands(post, counts=[2, None]).prob_band.monte_carlo_error
    assert found.about == {
        "interval_prob": 0.8,
        "interval_kind": "equal-tailed",
        "scope": "all",
        "score": "factor",
        "sorted_by": "expected_rank",
        "band_limits": [2, 6],
    }
    named = [int((table["band"] == band).sum()) for band in ("good", "poor")]
    assert found.summary.to_dict("index") == {
        "all": {
            "label": "All trusts",
            "units": 6,
            "share_separated": separate(post).share,
            "band_error": error.to_numpy().max(),
            "rank_error": monte_carlo_error(post.ranks).max(),
            "declared_good": 2,
            "named_good": named[0],
            "declared_poor": 4,
            "named_poor": named[1],
            "sizes_in_words": sizes_in_words([2, 4], named, league, "zero-one"),
        }
    }


def test_units_that_are_not_eligible_are_listed_last_and_move_nobody(make_small_league):
    league = make_small_league(eligibility={"minimum_domains": 2, "minimum_reliability": 0.3})
    completeness, reliability = COMPLETENESS.copy(), RELIABILITY.copy()
    completeness.loc["RA", ["measures_present", "domains_present"]] = 0
    completeness.loc["RC", "domains_present"] = 1
    reliability[[0, 2, 5]] = np.nan, 0.25, 0.2999
    table = ranked(DRAWS, completeness, UNITS, league, reliability)

    assert table.index.tolist() == ["RB", "RD", "RE", "RA", "RC", "NA"]
    assert table["ranked"].tolist() == [True] * 3 + [False] * 3
    assert table["reason"].tolist()[:4] == ["", "", "", "no measure was observed"]
    assert table.loc["RC", "reason"] == (
        "measured in 1 of the 2 domains it takes; reliability 0.250 is below 0.3"
    )
    assert table.loc["NA", "reason"] == "reliability 0.300 is below 0.3"
    without = table.loc[["RA", "RC", "NA"]]
    blank = ["expected_rank", "rank_median", "rank_lower", "rank_upper", "band", "prob_good"]
    assert without[blank].isna().all(axis=None)
    assert without[["score_mean", "score_lower", "score_upper"]].notna().all(axis=None)

    others = ["RB", "RD", "RE"]
    alone = ranked(
        DRAWS[:, [1, 3, 4]], completeness.loc[others], UNITS.loc[others], league, np.full(3, 0.8)
    )
    pd.testing.assert_frame_equal(table.iloc[:3], alone)


def test_nobody_eligible_is_still_a_table(make_small_league):
    nothing = COMPLETENESS.assign(measures_present=0)
    found = rank(made_standing(DRAWS, nothing, UNITS, make_small_league(), RELIABILITY))
    table = found.table
    assert found.summary.empty
    assert "share_separated" in found.summary
    assert not table["ranked"].any()
    assert table["expected_rank"].isna().all()
    assert table.index.tolist() == UNITS.index.tolist()


def test_within_a_group_ranks_and_bands_are_those_of_the_group_alone(make_small_league):
    league = make_small_league(scope="within_group")
    table = ranked(DRAWS, COMPLETENESS, UNITS, league, RELIABILITY)
    assert table["group"].tolist() == ["acute"] * 3 + ["mental"] * 3
    for position, group in enumerate(["acute", "mental"]):
        members = np.flatnonzero(UNITS["group"] == group)
        alone = ranked(
            DRAWS[:, members],
            COMPLETENESS.iloc[members],
            UNITS.iloc[members],
            make_small_league(),
            RELIABILITY[members],
        )
        pd.testing.assert_frame_equal(table.iloc[3 * position : 3 * position + 3], alone)


@pytest.mark.parametrize(
    ("bands", "rule"),
    [
        (
            {
                "rule": "cut_points",
                "levels": [{"id": "a", "label": "A", "above": 1.0}, {"id": "b", "label": "B"}],
            },
            {"cut_points": [1.0]},
        ),
        (
            {
                "rule": "shares",
                "levels": [
                    {"id": "a", "label": "A", "share": 0.3},
                    {"id": "b", "label": "B", "share": 0.7},
                ],
            },
            {"shares": [0.3, 0.7]},
        ),
    ],
)
def test_the_league_decides_how_bands_are_cut(make_small_league, bands, rule):
    table = ranked(DRAWS, COMPLETENESS, UNITS, make_small_league(bands=bands), RELIABILITY)
    if "cut_points" in rule:
        expected = score_band_probabilities(DRAWS, rule["cut_points"])
    else:
        expected = rank_band_probabilities(rank_draws(DRAWS), band_limits(6, **rule))
    found = table.loc[UNITS.index, ["prob_a", "prob_b"]]
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    assert (table["band"] == np.where(table["prob_a"] >= 0.5, "a", "b")).all()


def test_completeness_is_matched_by_unit(make_small_league):
    completeness = COMPLETENESS.assign(measures_present=[0, 2, 3, 4, 5, 6])
    table = ranked(DRAWS, completeness.iloc[::-1], UNITS, make_small_league(), RELIABILITY)
    assert table.loc[UNITS.index, "measures_present"].tolist() == [0, 2, 3, 4, 5, 6]
    assert table.index[~table["ranked"]].tolist() == ["RA"]
