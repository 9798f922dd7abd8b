from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from openness.errors import InvalidInput, NotIdentified
from openness.naive import unobserved_components, unobserved_components_league
from openness.naive.governance.indicators import percentile_rank
from openness.naive.governance.one_factor import score_from_sources

from ..leagues import Cell, make_league, make_measures, make_units

TRUTH = pd.DataFrame(
    {
        "alpha": [1.0, 2.0, 3.0, 4.0, -5.0, 7.0],
        "beta": [1.0, 0.5, 2.0, 10.0, 1.0, 3.0],
        "sigma": [0.5, 1.0, 0.7, 1.5, 0.4, 0.6],
    },
    index=[*"abcdef"],
)
REPRESENTATIVE = [*"abcde"]
NAN = np.nan


def _simulate(units: int, seed: int = 1) -> tuple[pd.DataFrame, np.ndarray]:
    """Five representative sources with gaps, and one to be brought in."""
    rng = np.random.default_rng(seed)
    g = rng.normal(size=units)
    errors = rng.normal(size=(units, 6)) * TRUTH["sigma"].to_numpy()
    table = TRUTH["alpha"].to_numpy() + TRUTH["beta"].to_numpy() * (g[:, None] + errors)
    gaps = rng.random((units, 6)) < 0.3
    return pd.DataFrame(np.where(gaps, NAN, table), columns=TRUTH.index), g


def test_parameters_are_recovered() -> None:
    table, _ = _simulate(20_000)
    sources = unobserved_components(table, REPRESENTATIVE).sources
    assert sources["representative"].tolist() == [True] * 5 + [False]
    core = sources.loc[REPRESENTATIVE]
    truth = TRUTH.loc[REPRESENTATIVE]
    # 14,000 units a source: a relative error of 0.03 is more than three standard errors of each.
    np.testing.assert_allclose(core["beta"], truth["beta"], rtol=0.03)
    np.testing.assert_allclose(core["sigma"], truth["sigma"], rtol=0.04)
    shift = (core["alpha"] - truth["alpha"]) / truth["beta"]
    np.testing.assert_allclose(shift, 0, atol=0.06)


def test_a_source_brought_in_has_too_large_a_slope() -> None:
    """ghat is a mean given the sources, so that the slope on it needs no correction: beta v."""
    table, _ = _simulate(40_000)
    fit = unobserved_components(table, REPRESENTATIVE)
    seen = score_from_sources(table[REPRESENTATIVE], fit.sources)
    both = seen[table["f"].notna() & seen["estimate"].notna()]
    ratio = 1 - (both["standard_error"] ** 2).mean() / both["estimate"].var()
    assert fit.sources.loc["f", "beta"] * ratio == pytest.approx(3, rel=0.03)
    assert fit.sources.loc["f", "beta"] > 3.2


def test_the_standard_errors_are_those_of_the_estimates() -> None:
    """From the true parameters, and the same after the last change of scale."""
    table, g = _simulate(20_000)
    scores = score_from_sources(table[REPRESENTATIVE], TRUTH)
    z = ((scores["estimate"] - g) / scores["standard_error"]).dropna()
    assert z.std() == pytest.approx(1, abs=0.02)
    fit = unobserved_components(table[REPRESENTATIVE], REPRESENTATIVE)
    units = fit.units.dropna()
    assert units["estimate"].mean() == pytest.approx(0, abs=1e-12)
    assert units["estimate"].std() == pytest.approx(1)
    raw = score_from_sources(table[REPRESENTATIVE], fit.sources)
    np.testing.assert_allclose(
        fit.units["standard_error"], raw["standard_error"] / raw["estimate"].std()
    )


@pytest.mark.parametrize("covered", ["abcdef", "bd", "e"])
def test_a_score_is_the_posterior_of_a_dense_normal(covered: str) -> None:
    y = pd.Series([1.5, 2.8, 2.0, -9.0, -4.4, 11.0], TRUTH.index)
    known = TRUTH.loc[[*covered]]
    beta, sigma = known["beta"].to_numpy(), known["sigma"].to_numpy()
    variance = np.outer(beta, beta) + np.diag((beta * sigma) ** 2)
    gain = np.linalg.solve(variance, beta)  # Cov(g, y) = beta
    mean = gain @ (y[known.index] - known["alpha"]).to_numpy()
    table = y.where(y.index.isin(known.index)).to_frame().T
    scores = score_from_sources(table, TRUTH).iloc[0]
    assert scores["estimate"] == pytest.approx(mean, rel=1e-12)
    assert scores["standard_error"] == pytest.approx(np.sqrt(1 - gain @ beta), rel=1e-12)


def test_step_by_step_with_loops() -> None:
    """The five steps as they are written, on a small table with gaps."""
    table, _ = _simulate(60, seed=3)
    fit = unobserved_components(table, REPRESENTATIVE)
    parameters = {k: fit.sources.loc[k, ["alpha", "beta", "sigma"]].astype(float) for k in table}

    def score(row: pd.Series, names: str) -> tuple[float, float]:
        top, bottom = 0.0, 1.0
        for k in names:
            if not np.isnan(row[k]):
                alpha, beta, sigma = parameters[k]
                top += (row[k] - alpha) / beta / sigma**2
                bottom += 1 / sigma**2
        return (top / bottom, bottom**-0.5) if bottom > 1 else (NAN, NAN)

    first = np.array([score(row, "abcde") for _, row in table.iterrows()])
    both = ~np.isnan(first[:, 0]) & table["f"].notna().to_numpy()
    g, se, y = first[both, 0], first[both, 1], table["f"].to_numpy()[both]
    slope = np.cov(y, g)[0, 1] / np.var(g, ddof=1)
    v = (np.var(g, ddof=1) - np.mean(se**2)) / np.var(g, ddof=1)
    assert v < 1
    beta = slope / (v if v > 0 else 1)
    rest = y - beta * g
    by_hand = [rest.mean(), beta, np.std(rest, ddof=1) / beta]
    np.testing.assert_allclose(parameters["f"], by_hand, rtol=1e-10)

    last = np.array([score(row, "abcdef") for _, row in table.iterrows()])
    mean, sd = np.nanmean(last[:, 0]), np.nanstd(last[:, 0], ddof=1)
    estimate, error = (last[:, 0] - mean) / sd, last[:, 1] / sd
    np.testing.assert_allclose(fit.units["estimate"], estimate, rtol=1e-10)
    np.testing.assert_allclose(fit.units["standard_error"], error, rtol=1e-10)
    n = np.isfinite(estimate).sum()
    for j in range(60):
        if np.isnan(estimate[j]):
            assert fit.units.iloc[j, 1:].isna().all()
            continue
        bounds = {
            "percentile": estimate[j],
            "percentile_lower": estimate[j] - 1.64 * error[j],
            "percentile_upper": estimate[j] + 1.64 * error[j],
        }
        for column, at in bounds.items():
            # 1e-9: the unit itself counts, whichever way its estimate was rounded.
            rank = 100 * (np.sum(estimate <= at + 1e-9) - 1) / (n - 1)
            assert fit.units[column].iloc[j] == pytest.approx(max(rank, 0))


def test_percentiles_run_from_0_to_100() -> None:
    among = pd.Series([3.0, 1.0, NAN, 2.0, 2.0])
    assert percentile_rank(among, among).tolist()[:2] == [100, 0]
    assert percentile_rank(among, among)[3] == pytest.approx(100 * 2 / 3)
    assert np.isnan(percentile_rank(among, among)[2])
    assert percentile_rank(pd.Series([-9.0, 9.0]), among).tolist() == [0, 100]


def test_estimates_that_differ_by_rounding_are_tied() -> None:
    """0.1 + 0.2 and 0.3 differ in the last digit, and neither is ahead of the other."""
    among = pd.Series([0.1 + 0.2, 0.3, -1.0, 2.0])
    assert among[0] != among[1]
    found = percentile_rank(among, among)
    assert found[0] == found[1] == pytest.approx(100 * 2 / 3)
    assert found[2:].tolist() == [0, 100]


def test_a_source_that_has_most_of_the_precision_is_named() -> None:
    table, g = _simulate(400)
    even = unobserved_components(table, REPRESENTATIVE)
    assert even.remarks == ()
    precision = even.sources["units"] / even.sources["sigma"] ** 2
    np.testing.assert_allclose(even.sources["precision_share"], precision / precision.sum())
    table["a"] = g + 0.2 * np.random.default_rng(4).normal(size=len(g))
    uneven = unobserved_components(table, REPRESENTATIVE)
    share = uneven.sources.loc["a", "precision_share"]
    assert share > 0.6
    assert uneven.remarks == (
        f"a has taken over: {share:.0%} of the precision is its own, of 6 sources.",
    )


def test_the_scale_of_a_source_does_not_matter() -> None:
    table, _ = _simulate(60)
    plain = unobserved_components(table, REPRESENTATIVE).units
    changed = table * [1, 10, 0.1, 2, 3, 4] + [0, 5, 1, -4, 2, 9]
    units = unobserved_components(changed, REPRESENTATIVE).units
    pd.testing.assert_frame_equal(units, plain, rtol=1e-5)


def test_indefinite_correlations_are_said_to_be_so() -> None:
    """Each pair over units of its own. a and b, and a and c, go together; b and c hardly do."""
    names = [*"abcdefg"]
    r = pd.DataFrame(0.5, names, names)
    r.loc[[*"defg"], [*"defg"]] = 0.7
    r.loc["a", ["b", "c"]] = 0.8
    r.loc["b", "c"] = 0.2
    x, orthogonal = np.array([1, 1, -1, -1.0]), np.array([1, -1, 1, -1])
    pairs = [
        pd.DataFrame({i: x, j: r.loc[i, j] * x + np.sqrt(1 - r.loc[i, j] ** 2) * orthogonal})
        for k, i in enumerate(names)
        for j in names[k + 1 :]
    ]
    table = pd.concat(pairs, ignore_index=True)
    assert np.linalg.eigvalsh(table.corr())[0] < -0.01
    fit = unobserved_components(table, names)
    assert "indefinite (smallest eigenvalue -0.0" in fit.remarks[0]
    assert np.isfinite(fit.units).all(axis=None)
    assert unobserved_components(_simulate(60)[0], REPRESENTATIVE).remarks == ()


def test_a_source_that_would_rather_be_the_quantity_is_named() -> None:
    table = pd.DataFrame(np.random.default_rng(33).normal(size=(10, 5)), columns=[*"abcde"])
    remark, *_ = unobserved_components(table, [*"abcde"]).remarks
    assert remark.startswith("The likelihood is higher where b is the quantity itself")


def test_two_representative_sources_are_refused() -> None:
    table, _ = _simulate(50)
    with pytest.raises(NotIdentified, match="2 representative sources are given"):
        unobserved_components(table, ["a", "b"])


def test_a_heywood_case_is_refused() -> None:
    rng = np.random.default_rng(5)
    g, h = rng.normal(size=(2, 200))
    table = pd.DataFrame({"a": g + h, "b": g + 0.3 * rng.normal(size=200), "c": h})
    with pytest.raises(InvalidInput, match=r"source a: a Heywood case.*Leave it out"):
        unobserved_components(table, [*"abc"])


@pytest.mark.parametrize(
    ("change", "representative", "words"),
    [
        (lambda t: t, ["a", "b", "x"], "representative: 'x': no such source; a, b, c, d, e, f"),
        (lambda t: t, ["a", "b", "c", "c"], "representative: 'c': it comes twice"),
        (lambda t: t, "abc", "representative: type: 'abc'; it must be a list"),
        (lambda t: t.to_numpy(), [*"abd"], "table: type: ndarray; it must be a pandas.DataFrame"),
        (lambda t: t.assign(c=pd.array([pd.NA] * 50, "Int64")), [*"abd"], "source c: 0 units"),
        (lambda t: t.assign(c=1.0), [*"abd"], "source c: 50 units, from 1 to 1"),
        (lambda t: t.assign(c=NAN), [*"abd"], "source c: 0 units"),
        (lambda t: t.assign(c="high"), [*"abd"], "source c: str; numbers"),
        (lambda t: t.assign(c=np.inf), [*"abd"], "source c, unit 0: infinite"),
        (lambda t: t.rename(index={1: 0}), [*"abd"], "unit 0: it comes twice"),
    ],
)
def test_tables_that_are_refused(change, representative, words) -> None:
    table, _ = _simulate(50)
    with pytest.raises(InvalidInput, match=words):
        unobserved_components(change(table), representative)


def test_whole_numbers_with_gaps_and_labels_of_any_kind() -> None:
    table, _ = _simulate(60)
    whole = (table * 10).round()
    plain = unobserved_components(whole, REPRESENTATIVE)
    odd = whole.astype("Int64")
    odd.columns = pd.CategoricalIndex(odd.columns)
    odd.index = pd.CategoricalIndex([f"C{i}" for i in range(60)])
    found = unobserved_components(odd, REPRESENTATIVE)
    np.testing.assert_array_equal(found.units, plain.units)
    np.testing.assert_array_equal(found.sources["beta"], plain.sources["beta"])


def test_sources_that_never_meet() -> None:
    table, _ = _simulate(50)
    table = table[["a", "b", "c", "f"]].copy()
    table.loc[:24, "a"] = NAN
    table.loc[25:, "b"] = NAN
    with pytest.raises(InvalidInput, match="sources a and b: 0 units in common"):
        unobserved_components(table, [*"abc"])
    table, _ = _simulate(200)
    table.loc[:9, REPRESENTATIVE] = NAN
    table["f"] = table["f"].where(table.index <= 9)
    with pytest.raises(InvalidInput, match="source f: 0 of its units have a representative source"):
        unobserved_components(table, REPRESENTATIVE)


LEAGUE = make_league(
    {"id": "bullied", "family": "proportion", "direction": "lower_is_better"},
    {"id": "mark", "family": "score", "respondent_sd": 1},
    {"id": "reports", "family": "count"},
    {"id": "rating", "family": "ordinal", "categories": ["low", "middle", "high"]},
    {"id": "alike", "family": "binary"},
)


def _league_table(units: int = 30) -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(12)
    g = rng.normal(size=units)
    noise = rng.normal(size=(units, 4))
    names = [f"U{i:02}" for i in range(units)]
    table = pd.DataFrame(
        {
            "bullied": np.round(0.3 - 0.05 * (g + 0.5 * noise[:, 0]), 3),
            "mark": np.round(5 + g + 0.7 * noise[:, 1], 2),
            "reports": np.round(100 + 20 * (g + noise[:, 2])),
            "rating": np.digitize(g + noise[:, 3], [-0.5, 0.5]).astype(float),
        },
        names,
    )
    table.loc[names[:18], "rating"] = NAN  # fewer than half are left
    table.loc[names[20], ["bullied", "mark"]] = NAN
    return table, make_units(names)


def test_a_league_of_measures() -> None:
    table, units = _league_table()
    words = ["low", "middle", "high"]
    cells: list[Cell] = [
        (unit, name, words[int(x)] if name == "rating" else x, 1000, "observed")
        for unit, row in table.iterrows()
        for name, x in row.dropna().items()
    ]
    cells += [(unit, "alike", 1, None, "observed") for unit in table.index]
    measures = make_measures(cells, units, LEAGUE)
    ranking = unobserved_components_league(measures, LEAGUE)
    turned = table.assign(bullied=-table["bullied"], reports=table["reports"] / 1000)
    fit = unobserved_components(turned, ["bullied", "mark", "reports"])
    np.testing.assert_allclose(ranking.table["score"], fit.units["estimate"])
    np.testing.assert_allclose(ranking.table["standard_error"], fit.units["standard_error"])
    assert ranking.treatment["alike"].tolist() == ["dropped"] * 30
    expected = ["left_out", "left_out", "used", "used", "dropped"]
    assert ranking.treatment.loc["U20"].tolist() == expected

    with pytest.raises(NotIdentified, match="2 representative sources are given"):
        unobserved_components_league(measures, LEAGUE, representative=["mark", "reports"])
    with pytest.raises(InvalidInput, match="'marks': no such source"):
        unobserved_components_league(measures, LEAGUE, representative=["marks", "reports"])
    with pytest.raises(InvalidInput, match="representative: type: 5; it must be a list"):
        unobserved_components_league(measures, LEAGUE, representative=5)
