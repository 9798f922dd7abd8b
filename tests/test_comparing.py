"""A fit among the methods of other leagues."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import openness
from openness.errors import InvalidInput
from openness.fitting import Fit
from openness.naive import METHODS


@pytest.mark.sampling
def test_the_model_is_the_reference_with_its_published_ranks(small_fit: Fit) -> None:
    found = openness.compare(small_fit, drop=False)
    table = openness.rank(small_fit)
    ranked = table.index[table["ranked"]]
    assert found.reference == "model"
    assert set(found.ranks.index) == set(ranked)
    assert found.ranks.loc[ranked, "model"].tolist() == list(range(1, len(ranked) + 1))
    assert found.bands.loc[ranked, "model"].tolist() == table.loc[ranked, "band"].tolist()
    assert set(found.summary.index) | set(found.refused) == {"model", *METHODS}
    # Under its own posterior no order of the same units does better than the model's, but for what
    # the order of expected ranks may lose to the best one: less than a hundredth of tau.
    tau = found.summary.loc[found.summary["units"] == len(ranked), "tau"]
    assert tau["model"] > tau.drop("model").max() - 0.01


@pytest.mark.sampling
def test_another_run_is_held_against_this_one(small_fit: Fit) -> None:
    found = openness.compare(small_fit, other=small_fit, drop=False)
    assert found.summary.loc["model", "year_correlation"] == pytest.approx(1)
    only_tables = openness.compare(small_fit, other=small_fit.measures, drop=False)
    assert np.isnan(only_tables.summary.loc["model", "year_correlation"])


@pytest.mark.sampling
def test_arguments_that_do_not_go_together_are_refused(small_fit: Fit) -> None:
    league, measures = small_fit.league, small_fit.measures
    with pytest.raises(InvalidInput, match=r"evidence: str; a fit, or measures"):
        openness.compare("demo/run")  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="league: str; what `load_league` returns"):
        openness.compare(measures, "openness-2024")  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="other: str"):
        openness.compare(measures, league, other="b")  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="methods: list; names with their methods"):
        openness.compare(measures, league, methods=["zero_fill"])  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="refit: True with measures"):
        openness.compare(measures, league, refit=True)
    fewer = league.bands.model_copy(update={"levels": league.bands.levels[::-1]})
    another = league.model_copy(update={"bands": fewer})
    with pytest.raises(InvalidInput, match="league: not that of the fit"):
        openness.compare(small_fit, another)
    with pytest.raises(InvalidInput, match="a fit whose league has other bands"):
        openness.compare(small_fit, other=replace(small_fit, league=another))


@pytest.mark.sampling
def test_measures_alone_need_their_league(small_fit: Fit) -> None:
    found = openness.compare(small_fit.measures, small_fit.league, drop=False)
    assert found.reference == next(iter(METHODS))
    with pytest.raises(InvalidInput, match="measures need their league"):
        openness.compare(small_fit.measures)
