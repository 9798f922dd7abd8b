"""A fit among the methods of other leagues."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import openness
from openness.errors import GateFailed, InvalidInput
from openness.fitting import Fit, with_score
from openness.fitting.gate import Diagnostics
from openness.league import League
from openness.measures import Measures
from openness.naive import METHODS, mean_available_z, mean_fill, zero_fill
from openness.naive.comparison.other import without

THREE = {"mean_available_z": mean_available_z, "mean_fill": mean_fill, "zero_fill": zero_fill}


def _drawn(measures: Measures, league: League, *, passed: bool = True) -> Fit:
    """A fit that nobody sampled: scores about the mean of z."""
    score = mean_available_z(measures, league).table["score"]
    rng = np.random.default_rng(3)
    draws = score.to_numpy() + 0.4 * rng.normal(size=(2, 250, len(score)))
    posterior = xr.Dataset(
        {"factor": (("chain", "draw", "unit"), draws)},
        coords={"chain": [0, 1], "draw": np.arange(250), "unit": list(score.index)},
    )
    row = {"rhat": 1.0, "ess_bulk": 500.0, "ess_tail": 500.0, "passed": passed}
    return Fit(
        league=league,
        measures=measures,
        draws=xr.DataTree.from_dict({"posterior": posterior}),
        diagnostics=Diagnostics(pd.DataFrame([row], index=["factor"]), 0, 1.0),
        provenance={"seed": 1, "method": "drawn", "settings": {"draws": 250, "tune": 250}},
    )


@pytest.fixture(scope="module")
def drawn(small_measures: Measures, small_league: League) -> Fit:
    return _drawn(small_measures, small_league)


@pytest.mark.sampling
def test_the_model_is_the_reference_with_its_published_ranks(small_fit: Fit) -> None:
    result = openness.compare(small_fit, drop=False)
    found = result.parts["comparison"]
    table = openness.rank(small_fit).table
    ranked = table.index[table["ranked"]]
    assert found.reference == "model"
    assert set(found.ranks.index) == set(ranked)
    assert found.ranks.loc[ranked, "model"].tolist() == list(range(1, len(ranked) + 1))
    assert found.bands.loc[ranked, "model"].tolist() == table.loc[ranked, "band"].tolist()
    assert set(found.summary.index) | set(found.refused) == {"model", *METHODS}
    # Under its own posterior no order of the same units does better than the model's, but for what
    # the order of expected ranks may lose to the best one: less than a hundredth of tau.
    tau = result.table.loc[result.table["units"] == len(ranked), "tau"]
    assert tau["model"] > tau.drop("model").max() - 0.01


def test_a_comparison_is_a_result_with_its_tables(drawn: Fit) -> None:
    result = openness.compare(drawn, methods=THREE, drop=False)
    found = result.parts["comparison"]
    assert (result.kind, result.league) == ("comparison", drawn.league)
    pd.testing.assert_frame_equal(result.table, found.summary)
    assert set(result.parts) == {
        "comparison",
        "method_ranks",
        "furthest_moved",
        "incomplete_units",
    }
    standing = openness.stand(drawn)
    again = openness.compare(standing, methods=THREE, drop=False)
    pd.testing.assert_frame_equal(again.table, result.table)
    assert again.standing is standing


def test_a_draft_keeps_its_mark(small_measures: Measures, small_league: League, drawn: Fit) -> None:
    failed = _drawn(small_measures, small_league, passed=False)
    with pytest.raises(GateFailed):
        openness.compare(failed, methods=THREE)
    draft = openness.stand(failed, draft=True)
    for result in (
        openness.compare(draft, methods=THREE),
        openness.compare(drawn, methods=THREE, other=draft),
    ):
        assert result.is_draft
        tables = [part for part in result.parts.values() if isinstance(part, pd.DataFrame)]
        assert len(tables) >= 4
        for table in (result.table, *tables):
            assert (table["draft"] == "DRAFT").all()
    # Of measures alone nothing is a draft, whatever fit the other measures come from.
    plain = openness.compare(small_measures, small_league, methods=THREE, other=failed)
    assert not plain.is_draft


def test_another_run_is_compared_with_this_one(drawn: Fit) -> None:
    found = openness.compare(drawn, methods=THREE, other=drawn, drop=False).table
    assert found["year_correlation"].to_numpy() == pytest.approx(1)
    only_tables = openness.compare(drawn, methods=THREE, other=drawn.measures, drop=False).table
    assert np.isnan(only_tables.loc["model", "year_correlation"])
    assert only_tables.loc["zero_fill", "year_correlation"] == pytest.approx(1)


def test_each_side_is_ranked_by_its_own_league(drawn: Fit) -> None:
    """The same measures by another definition: what stays of a simple method is not all of it."""
    fewer = without(drawn.league, "heard").model_copy(update={"title": "Without heard"})
    other = _drawn(drawn.measures, fewer)
    result = openness.compare(drawn, methods=THREE, other=other, drop=False)
    mine = mean_fill(drawn.measures, drawn.league).table["rank"]
    theirs = mean_fill(drawn.measures, fewer).table["rank"]
    expected = mine.corr(theirs, method="spearman")
    assert expected < 0.95
    assert result.table.loc["mean_fill", "year_correlation"] == pytest.approx(expected)
    assert result.parts["comparison"].other_league == "Without heard"

    alone = openness.compare(
        drawn.measures, drawn.league, methods=THREE, other=drawn.measures, other_league=fewer
    )
    assert alone.table.loc["mean_fill", "year_correlation"] == pytest.approx(expected)


def test_methods_weigh_as_the_score_of_the_standing_says(drawn: Fit) -> None:
    """Whatever the league of the fit declares: here the factor, which weighs nothing."""
    weights = {"heard": 6, "safe": 1, "reported": 1, "near_misses": 1}
    standing = openness.stand(drawn)
    chosen = with_score(drawn, openness.Score(of="measures", weights=weights))
    result = openness.compare(replace(standing, fit=chosen), methods=THREE, drop=False)
    ranks = result.parts["comparison"].ranks
    by_hand = mean_available_z(drawn.measures, chosen.league).table["rank"]
    assert ranks["mean_available_z"].tolist() == by_hand[ranks.index].rank().tolist()
    plain = mean_available_z(drawn.measures, drawn.league).table["rank"]
    assert by_hand.tolist() != plain.tolist()


def test_leagues_that_cannot_be_compared_are_refused(drawn: Fit) -> None:
    bands = drawn.league.bands
    turned = bands.model_copy(update={"levels": bands.levels[::-1]})
    for change, words in (
        ({"bands": turned}, "its league has other bands: lower, upper; .*: upper, lower"),
        ({"scope": "within_group"}, "its league ranks by the scope 'within_group'"),
    ):
        other = replace(drawn, league=drawn.league.model_copy(update=change))
        with pytest.raises(InvalidInput, match=words):
            openness.compare(drawn, methods=THREE, other=other)


def test_ranks_are_within_the_strata_of_the_standing(drawn: Fit) -> None:
    standing = openness.stand(drawn, scope="within_group")
    found = openness.compare(standing, methods=THREE, drop=False).parts["comparison"]
    groups = drawn.measures.units["group"]
    for _, ranks in found.ranks.groupby(groups):
        for name in ranks:
            own = ranks[name].dropna()
            assert own.sum() == len(own) * (len(own) + 1) / 2
    expected = openness.rank(standing).table["expected_rank"]
    for _, own in expected.dropna().groupby(groups):
        assert found.ranks.loc[own.index, "model"].tolist() == own.rank().tolist()


def test_representative_indicators_reach_their_method(drawn: Fit) -> None:
    measures, league = drawn.measures, drawn.league
    four = [indicator.id for indicator in league.scored]
    for chosen in (four, four[1:]):
        result = openness.compare(measures, league, representative=chosen)
        method = METHODS["unobserved_components"]
        expected = method(measures, league, representative=chosen).table["rank"]
        ranks = result.parts["comparison"].ranks["unobserved_components"]
        assert ranks.corr(expected, method="spearman") == pytest.approx(1)
    # Three are needed: without one of three the method says so, and names no unknown indicator.
    refused = result.parts["comparison"].dropped.loc["unobserved_components", "refused"]
    assert refused[four[0]] == ""
    assert all("2 representative sources" in refused[id] for id in chosen)
    with pytest.raises(InvalidInput, match="'rare': no such scored indicator; heard, safe"):
        openness.compare(measures, league, representative=["rare"])
    with pytest.raises(InvalidInput, match="which must be among the methods"):
        openness.compare(measures, league, methods=THREE, representative=four)


def test_arguments_that_do_not_go_together_are_refused(drawn: Fit) -> None:
    league, measures = drawn.league, drawn.measures
    with pytest.raises(InvalidInput, match=r"evidence: str; a fit, its standing, or measures"):
        openness.compare("demo/run")  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="league: str; what `load_league` returns"):
        openness.compare(measures, "openness-2024")  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="other: str"):
        openness.compare(measures, league, other="b")  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="methods: list; names with their methods"):
        openness.compare(measures, league, methods=["zero_fill"])  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="refit: True with measures"):
        openness.compare(measures, league, refit=True)
    with pytest.raises(InvalidInput, match="other_league: given without `other`"):
        openness.compare(measures, league, other_league=league)
    another = league.model_copy(update={"title": "Another"})
    with pytest.raises(InvalidInput, match="league: not that of the fit"):
        openness.compare(drawn, another)
    with pytest.raises(InvalidInput, match="other_league: not that of the fit"):
        openness.compare(drawn, other=drawn, other_league=another)


def test_measures_alone_need_their_league(drawn: Fit) -> None:
    result = openness.compare(drawn.measures, drawn.league, drop=False)
    assert result.parts["comparison"].reference == next(iter(METHODS))
    assert result.standing is None
    with pytest.raises(InvalidInput, match="measures need their league"):
        openness.compare(drawn.measures)
