from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from openness.errors import InvalidInput
from openness.naive import composite_indicator
from openness.naive.composite.stages import (
    aggregate,
    denominate,
    impute,
    normalise,
    screen,
    treat,
    weigh,
)

PUBLISHED = 1e-8
"""What is asked of every stage; the largest difference is 1e-12, on values of up to 6,000."""

NAN = np.nan


@pytest.fixture
def asem(real_data: Path) -> Path:
    return real_data / "published/asem-composite"


def _published(asem: Path, stage: str) -> pd.DataFrame:
    return pd.read_csv(asem / f"coinr_data_{stage}.csv", index_col="uCode").astype(float)


def _structure(asem: Path) -> pd.DataFrame:
    meta = pd.read_csv(asem / "coinr_iMeta.csv", index_col="iCode").rename(columns=str.lower)
    return meta[meta["type"].isin(["Indicator", "Aggregate"])]


@pytest.mark.real_data
def test_every_stage_of_the_published_example(asem: Path) -> None:
    data = pd.read_csv(asem / "coinr_iData.csv", index_col="uCode")
    built = composite_indicator(data, _structure(asem), data["EurAsia_group"])
    for stage in ["Denominated", "Imputed", "Screened", "Treated", "Normalised", "Aggregated"]:
        ours = getattr(built, stage.lower())
        theirs = _published(asem, stage)
        if stage == "Aggregated":
            theirs = theirs.drop(columns=built.normalised.columns)
        pd.testing.assert_frame_equal(
            ours, theirs, check_like=True, check_names=False, rtol=0, atol=PUBLISHED
        )
    ranks = pd.read_csv(asem / "coinr_results_ranks.csv", index_col="uCode")
    pd.testing.assert_frame_equal(
        built.ranks, ranks, check_like=True, check_names=False, check_dtype=False, rtol=0
    )


@pytest.mark.real_data
def test_each_stage_by_itself(asem: Path) -> None:
    """From the published table before it, so that no error of one stage can hide in the next."""
    groups = pd.read_csv(asem / "coinr_iData.csv", index_col="uCode")["EurAsia_group"]
    structure = _structure(asem)
    leaves = structure[structure["type"] == "Indicator"]
    after = {
        "Imputed": impute(_published(asem, "Denominated"), groups),
        "Screened": screen(_published(asem, "Imputed"), 0.9),
        "Treated": treat(_published(asem, "Screened")),
        "Normalised": normalise(_published(asem, "Treated"), leaves["direction"]),
    }
    for stage, ours in after.items():
        pd.testing.assert_frame_equal(ours, _published(asem, stage), rtol=0, atol=PUBLISHED)


@pytest.mark.real_data
def test_what_each_published_pillar_is_worth(asem: Path) -> None:
    data = pd.read_csv(asem / "coinr_iData.csv", index_col="uCode")
    built = composite_indicator(data, _structure(asem), data["EurAsia_group"])
    published = pd.read_csv(asem / "coinr_remove_pillars_rankshift.csv", index_col="element")
    shifts = published["mean_abs_rank_shift"].drop("Nominal")
    without = built.remove_one(shifts.index.tolist())
    ours = without.sub(built.ranks["Index"], axis=0).abs().mean()
    pd.testing.assert_series_equal(ours, shifts, check_names=False, rtol=0, atol=PUBLISHED)


def test_denominate_divides_what_has_a_denominator() -> None:
    table = pd.DataFrame({"events": [2, 6], "days": [4.0, NAN], "mark": [7, 8]})
    divided = denominate(table, pd.Series({"events": "days", "mark": None}))
    expected = pd.DataFrame({"events": [0.5, NAN], "mark": [7.0, 8.0]})
    pd.testing.assert_frame_equal(divided, expected)


def test_impute_takes_the_mean_of_the_group() -> None:
    table = pd.DataFrame({"x": [1.0, 3.0, NAN, 10.0], "y": [NAN, NAN, NAN, 4.0]}, [*"ABCD"])
    groups = pd.Series(["two", "one", "one", "one"], [*"DCBA"])  # in another order
    filled = impute(table, groups)
    assert filled["x"].tolist() == [1, 3, 2, 10]
    assert filled["y"].isna().tolist() == [True, True, True, False]


def test_screen_asks_only_for_what_applies() -> None:
    table = pd.DataFrame({"x": [1.0, NAN, 1.0], "y": [1.0, 1.0, NAN]}, [*"ABC"])
    assert screen(table, 0.5).index.tolist() == ["A", "B", "C"]
    assert screen(table, 0.6).index.tolist() == ["A"]
    applies = pd.DataFrame({"x": [True, False, True], "y": [True, True, True]}, [*"ABC"])
    assert screen(table, 0.6, applies).index.tolist() == ["A", "B"]


def test_treat_draws_in_one_point_after_another() -> None:
    """5000 becomes 100; two values of 100 are still too far, and both become 19."""
    usual = [float(i) for i in range(20)]
    treated = treat(pd.DataFrame({"x": [*usual, 100, 5000], "fine": [*usual, 20, 21]}))
    assert treated["x"].tolist() == [*usual, 19, 19]
    assert treated["fine"].tolist() == [*usual, 20, 21]


def test_treat_stops_as_soon_as_one_of_the_two_bounds_is_kept() -> None:
    """With 80, 90, 90 at the end the skewness is 2.18 and the kurtosis 3.45."""
    usual = [float(i) for i in range(20)]
    treated = treat(pd.DataFrame({"x": [*usual, 80, 90, 5000]}))
    assert treated["x"].tolist() == [*usual, 80, 90, 90]


def test_treat_works_on_the_side_of_the_skew_and_leaves_gaps() -> None:
    usual = [float(i) for i in range(20)]
    high = treat(pd.DataFrame({"x": [*usual, NAN, 1000]}))["x"].to_numpy()
    low = treat(pd.DataFrame({"x": [*[-x for x in usual], NAN, -1000]}))["x"].to_numpy()
    np.testing.assert_array_equal(low, -high)
    assert np.isnan(high[20])
    assert high[21] == 19


def test_treat_takes_logs_where_five_points_are_not_enough() -> None:
    x = pd.Series([*np.linspace(0, 1, 100), *(10.0**k for k in range(1, 9))])
    treated = treat(x.to_frame("x"))["x"]
    np.testing.assert_allclose(treated, np.log(x + 1e8 / 100))


def test_treat_never_leaves_all_alike() -> None:
    """Who alone has an event would get the value of all others, and the column would be lost."""
    x = pd.Series([0.0] * 30 + [1, 1, NAN], name="x")
    treated = treat(x.to_frame())["x"]
    np.testing.assert_allclose(treated, np.log(x + 1 / 100))
    assert normalise(treated.to_frame(), pd.Series({"x": 1}))["x"].tolist()[29:32] == [0, 100, 100]


def test_a_column_without_spread_is_left_alone() -> None:
    alike = pd.DataFrame({"x": [0.1] * 6, "few": [1.0, 2.0, 1e9, NAN, NAN, NAN]})
    pd.testing.assert_frame_equal(treat(alike), alike)
    assert normalise(alike, pd.Series({"x": 1, "few": 1}))["x"].isna().all()


def test_normalise_turns_and_stretches() -> None:
    table = pd.DataFrame({"good": [1.0, 2.0, 5.0], "bad": [1.0, NAN, 3.0]})
    scaled = normalise(table, pd.Series({"good": 1, "bad": -1}))
    pd.testing.assert_frame_equal(
        scaled, pd.DataFrame({"good": [0.0, 25.0, 100.0], "bad": [100.0, NAN, 0.0]})
    )


STRUCTURE = pd.DataFrame(
    {
        "parent": ["left", "left", "right", "all", "all", None],
        "weight": [1.0, 3.0, 2.0, 1.0, 1.0, 1.0],
    },
    index=["a", "b", "c", "left", "right", "all"],
)


def test_weights_are_shares_of_the_parent() -> None:
    assert weigh(STRUCTURE).tolist() == [0.25, 0.75, 1, 0.5, 0.5, 1]


def test_aggregate_is_a_mean_of_means_over_what_is_there() -> None:
    table = pd.DataFrame({"a": [0.0, NAN, NAN], "b": [4.0, 8.0, NAN], "c": [5.0, NAN, NAN]})
    means = aggregate(table, STRUCTURE)
    assert means.columns[-1] == "all"
    assert means["left"].tolist()[:2] == [3, 8]
    assert means["all"].tolist()[:2] == [4, 8]
    assert means.iloc[2].isna().all()


def test_without_a_part_the_others_weigh_more() -> None:
    table = pd.DataFrame({"a": [0.0, 1.0, 2.0], "b": [2.0, 1.0, 0.0], "c": [0.0, 2.0, 1.0]})
    built = composite_indicator(table, STRUCTURE, pd.Series("one", table.index))
    # normalised: a 0, 50, 100; b 100, 50, 0; c 0, 100, 50. left 75, 50, 25.
    assert built.index.tolist() == [37.5, 75, 37.5]
    assert built.ranks["all"].tolist() == [2, 1, 2]
    without = built.remove_one(["b", "right"])
    assert without["b"].tolist() == [3, 1, 1]  # left is a: index 0, 75, 75
    assert without["right"].tolist() == [1, 2, 3]  # the index is left


def test_what_is_not_there_stays_out() -> None:
    table = pd.DataFrame({"a": [0.0, NAN, 2.0], "b": [2.0, 1.0, 0.0], "c": [0.0, 2.0, 1.0]})
    groups = pd.Series("one", table.index)
    assert composite_indicator(table, STRUCTURE, groups).imputed["a"].tolist() == [0, 1, 2]
    applies = table.notna()
    built = composite_indicator(table, STRUCTURE, groups, applies=applies)
    assert np.isnan(built.normalised.loc[1, "a"])
    assert built.aggregated.loc[1, "left"] == 50


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda s: s.drop(columns="weight"), "'parent' and 'weight' are needed"),
        (lambda s: s.drop("left"), "parent left: it is no element"),
        (lambda s: s.assign(parent=s["parent"].replace("left", None)), "the index alone has none"),
        (lambda s: s.rename({"c": "d"}), "element d: the table has no such column"),
        (lambda s: s.rename({"c": "a"}), "element a: there are two"),
        (lambda s: s.assign(weight=-1.0), "weight of a: -1.0; a number from 0"),
        (lambda s: s.assign(direction=2), "direction of a: 2; 1 or -1"),
        (lambda s: s.assign(direction="up"), "direction of a: up; 1 or -1"),
        (lambda s: s.assign(weight="1"), "weight of a: 1; a number from 0"),
        (lambda s: s.assign(weight=np.inf), "weight of a: inf; a number from 0"),
        (lambda s: s.assign(weight=[0, 0, 1, 1, 1, 1]), "parent left: all of its parts weigh 0"),
        (lambda s: s.loc[["all"]].rename({"all": "a"}), "an index has at least one part"),
        (lambda s: s.to_dict(), "structure: type: dict; it must be a pandas.DataFrame"),
        (lambda s: s.assign(denominator="days"), "element days: the table has no such column"),
        (lambda s: s.assign(parent=["left", "left", "right", "right", "left", None]), "itself"),
    ],
)
def test_structures_that_are_refused(change, words) -> None:
    table = pd.DataFrame({"a": [0.0, 1.0], "b": [2.0, 1.0], "c": [0.0, 2.0]})
    with pytest.raises(InvalidInput, match=words):
        composite_indicator(table, change(STRUCTURE), pd.Series("one", table.index))


def test_settings_that_are_refused() -> None:
    table = pd.DataFrame({"a": [0.0, NAN], "b": [NAN, 1.0], "c": [0.0, 2.0]})
    alone = pd.Series(["one", "two"], table.index)
    with pytest.raises(InvalidInput, match="a share of 0 to 1"):
        composite_indicator(table, STRUCTURE, alone, availability=90)
    with pytest.raises(InvalidInput, match=r"no unit has 0\.9 of its indicators"):
        composite_indicator(table, STRUCTURE, alone)
    with pytest.raises(InvalidInput, match="unit 1: it has none"):
        composite_indicator(table, STRUCTURE, alone.drop(1))
    with pytest.raises(InvalidInput, match="table: unit 0: it comes twice"):
        composite_indicator(table.set_axis([0, 0]), STRUCTURE, alone)
    with pytest.raises(InvalidInput, match="None; a share of 0 to 1"):
        composite_indicator(table, STRUCTURE, alone, availability=None)
    with pytest.raises(InvalidInput, match="groups: type: dict; it must be a pandas"):
        composite_indicator(table, STRUCTURE, alone.to_dict())
    with pytest.raises(InvalidInput, match="applies: unit 1: it is not there"):
        composite_indicator(table, STRUCTURE, alone, applies=table.notna().drop(1))
    built = composite_indicator(table, STRUCTURE, alone, availability=0.5)
    with pytest.raises(InvalidInput, match="the parts are a, b, c, left, right"):
        built.remove_one(["all"])
    with pytest.raises(InvalidInput, match="elements: type: 'a'; it must be a list"):
        built.remove_one("a")


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("a", np.inf, "table: column a, unit 0: infinite"),
        ("days", 0.0, "table: column days, unit 0: 0; a denominator is not 0"),
        ("days", -np.inf, "table: column days, unit 0: infinite"),
    ],
)
def test_numbers_that_are_refused(column: str, value: float, words: str) -> None:
    table = pd.DataFrame(
        {"a": [0.0, 1, 2], "b": [2.0, 1, 0], "c": [0.0, 2, 1], "days": [1.0, 2, 3], "name": "x"}
    )
    structure = STRUCTURE.assign(denominator=["days", *[None] * 5])
    groups = pd.Series("one", table.index)
    built = composite_indicator(table, structure, groups)
    assert built.denominated["a"].tolist() == [0, 0.5, 2 / 3]
    table.loc[0, column] = value
    with pytest.raises(InvalidInput, match=words):
        composite_indicator(table, structure, groups)


def test_types_and_order_of_labels_change_nothing() -> None:
    table = pd.DataFrame({"a": [0, 1, 5], "b": [2, pd.NA, 0], "c": [0, 2, 1]}, [*"XYZ"])
    table = table.astype("Int64")
    groups = pd.Series(["one", "one", "two"], [*"XYZ"])
    plain = composite_indicator(table.astype(float), STRUCTURE, groups).index
    odd = table.set_axis(pd.CategoricalIndex(table.index))
    structure = STRUCTURE.assign(
        parent=STRUCTURE["parent"].astype("category"),
        weight=STRUCTURE["weight"].mask(STRUCTURE.index == "all").astype(object),
    )
    applies = pd.DataFrame(True, [*"ZYX"], [*"cba"])
    found = composite_indicator(odd, structure, groups.astype("category"), applies=applies)
    np.testing.assert_allclose(found.index, plain, rtol=1e-12)
