"""The short way from a fit to what is published is the long way, in one call."""

import numpy as np
import pandas as pd
import pytest

import openness
from openness.fitting import Fit, scores
from openness.measures import missing_cells
from openness.standing.missingness_table import missingness_table


@pytest.mark.sampling
def test_missingness_is_that_of_the_scores_and_the_statuses(small_fit: Fit) -> None:
    table = openness.missingness(small_fit, prob=0.8, scope="within_group")
    by_hand = missingness_table(
        scores(small_fit).to_numpy(),
        missing_cells(small_fit.measures, small_fit.league),
        small_fit.measures.units,
        small_fit.league,
        np.random.default_rng(small_fit.provenance["seed"]),
        prob=0.8,
        scope="within_group",
    )
    pd.testing.assert_frame_equal(table, by_hand)
    assert table.attrs == by_hand.attrs | {"draft": False}


@pytest.mark.sampling
def test_cells_emptied_whatever_the_score_show_no_relation_with_it(small_fit: Fit) -> None:
    table = openness.missingness(small_fit)
    row = table.loc[("difference", "5 less 1", "any")]
    assert row["share_lower"] < 0 < row["share_upper"]
    emptied = table.loc[("all", "all", "not_returned")]
    # A tenth of the cells of the fixture are emptied at random.
    assert emptied["share_lower"] < 0.1 < emptied["share_upper"]
