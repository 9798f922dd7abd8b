from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from openness.errors import InvalidInput
from openness.naive import funnel_bands
from openness.naive.funnels.overdispersion import overdispersion, truncate, winsorise

EXACT = 1e-12
"""Sums of a few numbers in another order."""

RELEASED = 1e-8
"""What is asked of the tables of the R package; the largest difference is 1.5e-13."""

CODES = {"higher than expected": 1, "as expected": 2, "lower than expected": 3}


@pytest.mark.real_data
def test_every_published_band_and_limit_of_the_mortality_indicator(real_data: Path) -> None:
    folder = real_data / "published/shmi-2011-2013"
    shmi = pd.read_csv(folder / "shmi.csv")
    published = pd.read_csv(folder / "expected_tau2_and_bands.csv", index_col="release")
    assert len(shmi) == 1010
    for release, trusts in shmi.groupby("DATE"):
        funnel = funnel_bands(trusts["OBSERVED"], trusts["EXPECTED"], method="shmi")
        assert funnel.table["band"].map(CODES).tolist() == trusts["OD_BANDING"].tolist()
        assert funnel.table["lower"].round(4).tolist() == trusts["OD_LL"].tolist()
        assert funnel.table["upper"].round(4).tolist() == trusts["OD_UL"].tolist()
        assert round(funnel.phi, 4) == published.loc[release, "phi"]
        assert round(funnel.tau2, 6) == published.loc[release, "tau2"]
        assert funnel.table["used"].count() == published.loc[release, "n_trimmed"]


@pytest.mark.real_data
@pytest.mark.parametrize("table", ["LOS_model", "sim120"])
@pytest.mark.parametrize("method", ["shmi", "cqc"])
def test_released_tables_of_z_scores(real_data: Path, table: str, method: str) -> None:
    folder = real_data / "published/funnel-overdispersion"
    released = pd.read_csv(folder / f"od_{table}_{method.upper()}.csv")
    ours = funnel_bands(released["numerator"], released["denominator"], method=method)
    columns = {"y": "Y", "s": "s", "z": "Uzscore", "used": "Wuzscore", "adjusted_z": "OD_z"}
    for mine, theirs in columns.items():
        np.testing.assert_allclose(ours.table[mine], released[theirs], rtol=0, atol=RELEASED)
    assert ours.phi == pytest.approx(released["phi"][0], abs=RELEASED)
    assert ours.tau2 == pytest.approx(released["tau2"][0], abs=RELEASED)
    assert ours.target == released["target_transformed"][0]
    if table == "sim120":
        assert ours.table["band"].tolist() == released["band"].tolist()
        flagged = {"shmi": 23, "cqc": 13}
        assert (ours.table["band"] != "as expected").sum() == flagged[method]


def test_the_funnel_worked_out_by_hand() -> None:
    """Three ratios, 4, 1 and 1/4 of E = 4: z = 2 (2 - 1) / (1/2) and so on, nothing trimmed."""
    funnel = funnel_bands([16, 4, 1], [4, 4, 4], method="cqc", trim=0)
    np.testing.assert_allclose(funnel.table["z"], [4, 0, -2], rtol=EXACT)
    assert funnel.phi == pytest.approx(20 / 3)
    # w = 16 each: (3 phi - 2) / (48 - 3 * 256 / 48) = 18 / 32
    assert funnel.tau2 == pytest.approx(18 / 32)
    sd = np.sqrt(1 / 16 + 18 / 32)
    np.testing.assert_allclose(funnel.table["adjusted_z"], np.array([1, 0, -0.5]) / sd, rtol=EXACT)
    c = 1.959963984540054
    np.testing.assert_allclose(funnel.table["upper"], (1 + c * sd) ** 2, rtol=EXACT)
    assert funnel.table["lower"].tolist() == [0, 0, 0]  # 1 - c sd is below 0: no rate is


def test_no_more_variance_than_chance_gives_no_between_variance() -> None:
    over = overdispersion(np.array([1.0, -1.0, 0.1]), np.ones(3) * 2, trim=0)
    assert over.phi == pytest.approx(2.01 / 3 / 4)
    assert over.tau2 == 0
    np.testing.assert_array_equal(over.z, [0.5, -0.5, 0.05])


def test_proportions_are_on_the_arcsine_scale() -> None:
    funnel = funnel_bands([10, 50, 90], [100, 100, 100], kind="proportion", method="cqc", trim=0)
    assert funnel.target == pytest.approx(np.pi / 4)
    np.testing.assert_allclose(funnel.table["s"], 1 / 20)
    np.testing.assert_allclose(np.sin(funnel.table["y"]) ** 2, [0.1, 0.5, 0.9], rtol=EXACT)
    limits = funnel.table[["lower", "upper"]].to_numpy()
    np.testing.assert_allclose(limits.sum(axis=1), 1)  # symmetric about one half
    assert ((limits >= 0) & (limits <= 1)).all()


def test_ratios_of_counts_add_a_half() -> None:
    funnel = funnel_bands([0, 3, 8], [4, 5, 6], kind="ratio_of_counts", method="cqc", trim=0)
    y = [np.log(0.5 / 4.5), np.log(3.5 / 5.5), np.log(8.5 / 6.5)]
    s2 = [0 + 4 / 4.5**2, 3 / 3.5**2 + 5 / 5.5**2, 8 / 8.5**2 + 6 / 6.5**2]
    np.testing.assert_allclose(funnel.table["y"], y, rtol=EXACT)
    np.testing.assert_allclose(funnel.table["s"] ** 2, s2, rtol=EXACT)
    assert funnel.target == pytest.approx(np.log(11 / 15))


@pytest.mark.parametrize("method", ["shmi", "cqc"])
@pytest.mark.parametrize("kind", ["ratio", "proportion", "ratio_of_counts"])
def test_units_outside_the_limits_are_those_in_the_outer_bands(kind: str, method: str) -> None:
    rng = np.random.default_rng(12)
    below = rng.poisson(12, size=300) + 3
    above = rng.binomial(below, rng.beta(2, 3, size=300)).clip(1)
    if kind == "ratio":
        above = rng.poisson(below * rng.gamma(20, 1 / 20, size=300)).clip(1)
    table = funnel_bands(above, below, kind=kind, method=method).table
    half = 0.5 if kind == "ratio_of_counts" else 0
    at = (above + half) / (below + half)
    bands = np.select([at > table["upper"], at < table["lower"]], [1, 3], 2)
    assert bands.tolist() == table["band"].map(CODES).tolist()
    assert set(bands) == {1, 2, 3}


def test_truncation_is_the_rule_of_tenths() -> None:
    """The published rule on ranks, with ties in the middle and on the cut."""
    for n in range(3, 60):
        z = np.round(np.sin(np.arange(n) * 1.7) * 3, 1)
        rank = pd.Series(z).rank().to_numpy()
        tenth = np.floor(10 * rank / (n + 1))
        kept = (tenth > 0) & (tenth < 9)
        np.testing.assert_array_equal(truncate(z, 0.1), np.where(kept, z, np.nan))


def test_winsorising_keeps_the_order_and_draws_in_the_ends() -> None:
    z = np.arange(11.0)
    np.testing.assert_array_equal(winsorise(z, 0.1), [1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9])
    # The quantile of the linear kind between two values: 0.25 of the way from 3 to 7 is 4.
    np.testing.assert_allclose(winsorise(np.array([3.0, 7.0]), 0.25), [4, 6])


def test_labels_are_kept() -> None:
    observed = pd.Series([5, 7], ["RA1", "RA2"])
    funnel = funnel_bands(observed, [6, 6])
    assert funnel.table.index.tolist() == ["RA1", "RA2"]


def test_the_limits_widen_with_their_probability() -> None:
    narrow = funnel_bands([5, 7, 9], [6, 6, 6], limits=0.95).table
    wide = funnel_bands([5, 7, 9], [6, 6, 6], limits=0.998).table
    assert (wide["lower"] < narrow["lower"]).all()
    assert (wide["upper"] > narrow["upper"]).all()


@pytest.mark.parametrize(
    ("numerator", "denominator", "settings", "words"),
    [
        ([1, 2], [3], {}, "numerator has 2 units"),
        ([1, -2], [3, 3], {}, "unit 1: -2; a finite number from 0"),
        ([1, np.nan], [3, 3], {}, "unit 1: nan; a finite number from 0"),
        ([1, 2], [0, 3], {}, "unit 0: 0; a finite number above 0"),
        ([0, 2], [3, 3], {}, "Use method='cqc'"),
        ([0, 0], [3, 3], {}, "some unit has an event"),
        ([4, 2], [3, 3], {"kind": "proportion"}, "no more than the denominator"),
        ([1, 2], [3, 3], {"kind": "mean"}, "it is one of 'ratio'"),
        ([1, 2], [3, 3], {"method": "SHMI"}, "it is one of 'shmi', 'cqc'"),
        ([1, 2], [3, 3], {"limits": 95}, "a probability between 0 and 1"),
        ([1, 2], [3, 3], {"trim": 0.5}, "less than 0.5 at each end"),
        ([1, 2], [3, 3], {"trim": None}, "None; a share from 0 to less than 0.5 at each end"),
        ([1, 2], [3, 3], {"limits": "95%"}, "'95%'; a probability between 0 and 1"),
        ([1, 2, 3], [3, 3, 3], {"trim": 0.4}, "leaves 1 of them"),
        (["a", "b"], [3, 3], {}, "a column of numbers"),
    ],
)
def test_what_is_refused(numerator, denominator, settings, words) -> None:
    with pytest.raises(InvalidInput, match=words):
        funnel_bands(numerator, denominator, **settings)


def test_columns_of_other_units_are_refused() -> None:
    observed, expected = pd.Series([1, 2], ["A", "B"]), pd.Series([2, 2], ["B", "A"])
    with pytest.raises(InvalidInput, match="those of numerator"):
        funnel_bands(observed, expected)
