"""The worth of all missing returns, held to what is said of one unit at a time."""

import numpy as np
import pytest

from openness.explain import explain_missing, worth
from openness.explain.field import open_field
from openness.standing import rank, stand


@pytest.fixture(scope="module")
def found(standing):
    return worth(standing)


@pytest.fixture(scope="module")
def table(found):
    return found.table


def test_it_is_what_is_said_of_each_unit(fit, table):
    for unit in table.index.get_level_values("unit").unique()[:2]:
        own = explain_missing(stand(fit), unit).table["narrowing"]
        np.testing.assert_array_equal(table.loc[unit, "narrowing"].sort_index(), own.sort_index())


def test_rows_are_the_absent_cells(fit, table):
    cells = fit.measures.cells
    absent = cells[~cells["status"].isin(["observed", "not_applicable"])]
    assert set(table.index) == set(zip(absent["unit"], absent["indicator"], strict=True))
    assert table["narrowing"].is_monotonic_decreasing
    assert not table.isna().to_numpy().any()


def test_ranks_are_the_published_ones(fit, table):
    ranking = rank(stand(fit)).table
    ranked = table[table["ranked"]]
    units = ranked.index.get_level_values("unit")
    for name in ("rank_median", "rank_lower", "rank_upper"):
        np.testing.assert_array_equal(ranked[name], ranking.loc[units, name])
    others = set(table.index.get_level_values("unit")) - set(units)
    assert others <= set(ranking.index[~ranking["ranked"]])


def test_by_unit_it_adds_up(found, table):
    by_unit = found.parts["by_unit"]
    assert by_unit["narrowing"].is_monotonic_decreasing
    assert by_unit["missing"].sum() == len(table)
    for unit, row in by_unit.iterrows():
        assert row["narrowing"] == pytest.approx(table.loc[unit, "narrowing"].sum())
    assert found.about["draws"] == 2000


def test_fewer_draws_are_spread_along_the_chains(fit):
    whole, some = open_field(stand(fit)), open_field(stand(fit), most_draws=40)
    assert len(some.at) == 40
    assert some.at[0] == 0
    assert some.at[-1] == len(whole.at) - 1
    assert set(np.diff(some.at)) <= {51, 52}
    np.testing.assert_array_equal(some.score, whole.score[some.at])
    np.testing.assert_array_equal(some.z, whole.z[some.at])
