"""What is missing, of a fit: the table of its scores and its statuses."""

import numpy as np
import pandas as pd
import pytest

import openness
from openness.fitting import Fit
from openness.measures import missing_cells
from openness.standing import stand
from openness.standing.missingness_table import missingness_table


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
