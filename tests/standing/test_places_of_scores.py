"""Moves between scores are of places, among the units that all of them rank."""

import numpy as np
import pandas as pd

from openness.standing.scores_compared import places_among_all


def test_places_are_counted_among_the_units_that_both_rank() -> None:
    """The order of the four is the same; expected ranks differ by who else is there."""
    units = pd.DataFrame(
        {
            "stratum": "all",
            "one": [1.2, 30.0, 60.0, 99.0, 50.0],
            "other": [10.0, 20.0, 30.0, 40.0, np.nan],
        },
        index=list("abcde"),
    )
    places = places_among_all(units, ["one", "other"])
    assert places["one"].tolist() == places["other"].tolist() == [1, 2, 3, 4]
    assert list(places.index) == list("abcd")


def test_each_stratum_has_its_own_list() -> None:
    units = pd.DataFrame({"stratum": ["x", "y", "x", "y"], "one": [2, 1, 1, 2], "other": 4 * [1.0]})
    places = places_among_all(units, ["one", "other"])
    assert places["one"].tolist() == [2, 1, 1, 2]
    assert places["other"].tolist() == [1.5, 1.5, 1.5, 1.5]
