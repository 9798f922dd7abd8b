"""The missing returns of one unit: labels, ranks as published, and what the model implies."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from openness.errors import InvalidInput
from openness.explain import explain_missing
from openness.standing import rank, stand

from .conftest import made_fit


@pytest.fixture(scope="module")
def ranking(standing):
    return rank(standing).table


def units_by_missing(fit):
    """Codes of units, those with most absent cells first."""
    cells = fit.measures.cells
    return cells[cells["status"] == "not_returned"]["unit"].value_counts().index.tolist()


@pytest.fixture(scope="module")
def found(fit, standing):
    return {unit: explain_missing(standing, unit) for unit in units_by_missing(fit)[:6]}


@pytest.fixture(scope="module")
def tables(found):
    return {unit: result.table for unit, result in found.items()}


def test_every_absent_cell_has_a_row_and_no_other(fit, tables):
    cells = fit.measures.cells
    for unit, table in tables.items():
        own = cells[(cells["unit"] == unit) & ~cells["status"].isin(["observed", "not_applicable"])]
        assert sorted(table.index) == sorted(own["indicator"])
        assert set(table["status"]) == {"not_returned"}
        assert table["narrowing"].is_monotonic_decreasing


def test_the_rank_as_it_stands_is_the_published_one(found, ranking):
    compared = 0
    for unit, result in found.items():
        if not ranking.loc[unit, "ranked"]:
            assert result.about["reason"] == ranking.loc[unit, "reason"]
            continue
        compared += 1
        for name in ("rank_median", "rank_lower", "rank_upper"):
            assert result.about[name] == ranking.loc[unit, name]
    assert compared


def test_what_is_predicted_is_on_the_scale_of_the_indicator(fit, tables):
    for table in tables.values():
        assert (table["predicted_5"] <= table["predicted"]).all()
        assert (table["predicted"] <= table["predicted_95"]).all()
        shares = table[table["family"] == "proportion"]
        assert shares[["predicted_5", "predicted_95"]].to_numpy().size == 2 * len(shares)
        assert ((shares["predicted_5"] > 0) & (shares["predicted_95"] < 1)).all()
        assert (table.loc[table["family"] == "count", "predicted_5"] > 0).all()
        for indicator in table.index[table["family"] == "ordinal"]:
            number = len(fit.league.indicator(indicator).labels)
            assert table.loc[indicator, "predicted_95"] in range(number)


def test_only_a_score_has_no_zero(tables):
    together = pd.concat(tables.values())
    assert {"score", "proportion", "count", "ordinal", "binary"} <= set(together["family"])
    absent = together[["rank_median_zero", "rank_lower_zero", "rank_upper_zero"]].isna()
    assert (absent.all(axis=1) == (together["family"] == "score")).all()
    assert (absent.any(axis=1) == absent.all(axis=1)).all()


def test_a_better_value_makes_a_better_rank(fit, tables):
    better = []
    for table in tables.values():
        for indicator, row in table.iterrows():
            if row["predicted_5"] == row["predicted_95"]:
                continue
            sign = fit.league.indicator(indicator).sign
            better.append(sign * (row["rank_median_predicted_5"] - row["rank_median_predicted_95"]))
    assert min(better) >= 0
    assert np.median(better) > 0


def test_a_zero_is_at_least_as_low_as_the_5th_percentile(fit, tables):
    for table in tables.values():
        for indicator, row in table[table["family"] != "score"].iterrows():
            sign = fit.league.indicator(indicator).sign
            assert sign * (row["rank_median_zero"] - row["rank_median_predicted_5"]) >= 0


def test_more_is_known_with_a_return_than_without_on_average(tables):
    """Single cells may move a limit either way; that all together widen would be a mistake."""
    assert np.mean([table["narrowing"].mean() for table in tables.values()]) > 0


def test_a_unit_with_everything_has_an_empty_table(example, fit):
    cells = fit.measures.cells
    whole = set(cells["unit"]) - set(cells.loc[cells["status"] != "observed", "unit"])
    measures = fit.measures
    if not whole:
        unit = measures.units.index[0]
        not_applicable = (cells["unit"] == unit) & (cells["status"] != "observed")
        status = cells["status"].mask(not_applicable, "not_applicable")
        fit = replace(fit, measures=replace(measures, cells=cells.assign(status=status)))
    else:
        unit = min(whole)
    table = explain_missing(stand(fit), unit).table
    other = explain_missing(stand(fit), units_by_missing(fit)[0]).table
    assert table.empty
    assert list(table.columns) == list(other.columns)


def test_within_groups_ranks_are_among_the_group(example):
    within = replace(example, league=example.league.model_copy(update={"scope": "within_group"}))
    asked_for = stand(made_fit(example, draws=400), scope="within_group", prob=0.8)
    for standing in (stand(made_fit(within, draws=400)), asked_for):
        ranking = rank(standing).table
        for unit in ranking.index[ranking["ranked"]][:5]:
            about = explain_missing(standing, unit).about
            assert about["rank_median"] == ranking.loc[unit, "rank_median"]
            assert about["rank_upper"] == ranking.loc[unit, "rank_upper"]


def test_the_same_fit_gives_the_same_table(standing, tables):
    unit, table = next(iter(tables.items()))
    pd.testing.assert_frame_equal(explain_missing(standing, unit).table, table)


def test_a_mistyped_code_is_answered_with_the_nearest(standing):
    code = standing.fit.measures.units.index[0]
    with pytest.raises(InvalidInput, match=f"Did you mean '{code}'"):
        explain_missing(standing, f"{code}x")


def test_the_joint_model_is_refused(fit):
    joint = replace(fit, provenance={**fit.provenance, "method": "joint"})
    with pytest.raises(InvalidInput, match="Fit again without --method"):
        explain_missing(stand(joint), fit.measures.units.index[0])
