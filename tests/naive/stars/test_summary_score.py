from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from openness.errors import InvalidInput
from openness.naive.stars.k_means import star_clusters
from openness.naive.stars.summary_score import star_summary

EXACT = 1e-12
"""Sums of a few numbers in another order."""

NAN = np.nan

MEASURES = pd.DataFrame(
    {
        "deaths": [1.0, 2, 3, NAN],
        "falls": [4.0, 4, 1, NAN],
        "heard": [NAN, 5, 7, 9],
        "rare": [NAN, NAN, NAN, 1.0],
    },
    index=[*"ABCD"],
)
FLIPS = pd.Series({"deaths": -1, "falls": -1, "heard": 1, "rare": 1})
GROUPS = pd.Series({"deaths": "safety", "falls": "safety", "heard": "voice", "rare": "voice"})
WEIGHTS = pd.Series({"voice": 1.0, "safety": 3.0})


def test_by_hand() -> None:
    """deaths: mean 2, sd 1. falls: mean 3, sd sqrt 3. heard: mean 7, sd 2. `rare` is dropped."""
    found = star_summary(
        MEASURES, FLIPS, GROUPS, WEIGHTS, drop_up_to=1, minimum_measures=2, minimum_groups=1
    )
    root = np.sqrt(3)
    means = np.array([1 - 1 / root, -1 / root, -1 + 2 / root]) / 2
    safety = (means - means.mean()) / means.std(ddof=1)
    np.testing.assert_allclose(found.group_scores["safety"], [*safety, NAN], rtol=EXACT)
    np.testing.assert_allclose(found.group_scores["voice"], [NAN, -1, 0, 1], atol=EXACT)
    expected = [safety[0], (3 * safety[1] - 1) / 4, 3 * safety[2] / 4, 1]
    np.testing.assert_allclose(found.summary, expected, rtol=EXACT)
    assert found.counts["safety"].tolist() == [2, 2, 2, 0]
    assert found.counts["voice"].tolist() == [0, 1, 1, 1]
    assert found.peer_group.dropna().to_dict() == {"A": 1, "B": 1, "C": 1}
    assert found.dropped == ("rare",)


@pytest.mark.parametrize(
    ("rule", "peers"),
    [
        ({}, {}),
        ({"minimum_measures": 1, "minimum_groups": 2}, {"B": 2, "C": 2}),
        ({"minimum_measures": 1, "minimum_groups": 1}, {"A": 1, "B": 2, "C": 2, "D": 1}),
        (
            {"minimum_measures": 1, "minimum_groups": 1, "required": ["safety"]},
            {"A": 1, "B": 2, "C": 2},
        ),
        (
            {
                "minimum_measures": pd.Series({"safety": 2, "voice": 1}),
                "minimum_groups": 1,
            },
            {"A": 1, "B": 2, "C": 2, "D": 1},
        ),
    ],
)
def test_who_is_given_stars(rule: dict, peers: dict[str, int]) -> None:
    found = star_summary(MEASURES, FLIPS, GROUPS, WEIGHTS, drop_up_to=1, **rule)
    assert found.peer_group.dropna().to_dict() == peers


def test_nothing_left_is_nobody_scored() -> None:
    found = star_summary(MEASURES, FLIPS, GROUPS, WEIGHTS, drop_up_to=3)
    assert found.dropped == ("deaths", "falls", "heard", "rare")
    assert found.summary.isna().all()
    assert found.peer_group.isna().all()


def test_a_group_without_a_measure_is_made_up_for() -> None:
    weights = pd.Series({"voice": 1.0, "safety": 3.0, "waits": 9.0})
    found = star_summary(MEASURES, FLIPS, GROUPS, weights, drop_up_to=1)
    expected = star_summary(MEASURES, FLIPS, GROUPS, WEIGHTS, drop_up_to=1)
    pd.testing.assert_series_equal(found.summary, expected.summary)
    assert found.group_scores["waits"].isna().all()
    assert (found.counts["waits"] == 0).all()


def test_every_label_that_is_missing_is_named() -> None:
    with pytest.raises(InvalidInput, match="3 problems found") as refusal:
        star_summary(MEASURES, FLIPS.drop("falls"), GROUPS.drop("rare"), WEIGHTS.drop("voice"))
    assert [(p.source, p.where) for p in refusal.value.problems] == [
        ("flips", "falls"),
        ("groups", "rare"),
        ("weights", "voice"),
    ]


PUBLISHED = 1e-8
"""The published scores have ten decimals, of sums of about fifty rounded figures."""


@pytest.mark.real_data
def test_us_stars_of_2023(real_data: Path) -> None:
    """All summary scores, group scores and counts, and all stars of the largest peer group."""
    folder = real_data / "published" / "cms-stars-2023"
    hospitals = pd.read_csv(folder / "input_v202307.csv.gz", dtype={"PROVIDER_ID": "str"})
    hospitals = hospitals.set_index("PROVIDER_ID")
    listed = pd.read_csv(folder / "measures_v202307.csv").set_index("measure_id")
    groups = pd.read_csv(folder / "groups.csv").set_index("group_name")
    published = pd.read_csv(
        folder / "published_output_v202307.csv.gz", dtype={"PROVIDER_ID": "str"}
    )
    published = published.set_index("PROVIDER_ID")

    found = star_summary(
        hospitals[listed.index],
        listed["flip_sign"],
        listed["group_name"],
        groups["weight"],
        required=groups.index[groups["mortsafe_flag"] == 1].tolist(),
    )
    assert found.dropped == ("OP_2",)
    assert len(published) == 2420
    ours = found.summary[published.index]
    np.testing.assert_allclose(ours, published["summary_score"], rtol=0, atol=PUBLISHED)
    names = {
        "Mortality": ("Std_Outcomes_Mortality_score", "Outcomes_Mortality_cnt"),
        "Safety": ("Std_Outcomes_Safety_score", "Outcomes_safety_cnt"),
        "Readmission": ("Std_Outcomes_Readmission_score", "Outcomes_Readmission_cnt"),
        "Patient Experience": ("Std_PatientExp_score", "Patient_Experience_cnt"),
        "Process": ("Std_Process_score", "Process_cnt"),
    }
    for group, (score, count) in names.items():
        np.testing.assert_allclose(
            found.group_scores.loc[published.index, group], published[score], atol=PUBLISHED
        )
        assert found.counts.loc[published.index, group].tolist() == published[count].tolist()

    peers = found.summary[found.peer_group == 5]
    assert sorted(peers.index) == sorted(published.index)
    stars = pd.Series(star_clusters(peers.to_numpy()).cluster + 1, peers.index)
    assert (stars[published.index] == published["star"]).sum() == 2420
    # The least sum of squares is another answer than the published one, for three hospitals.
    exact = star_clusters(peers.to_numpy(), clustering="exact").cluster + 1
    assert (exact != stars).sum() == 3
