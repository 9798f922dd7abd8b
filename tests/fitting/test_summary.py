"""A fit in eight lines, and its table."""

import numpy as np
import pytest

from openness.errors import InvalidInput, InvalidRun
from openness.fitting import Fit

from ..explain.conftest import made_fit
from ..model.leagues import EVERY_FAMILY, make_league, simulate


@pytest.fixture(scope="module")
def fit() -> Fit:
    return made_fit(simulate(make_league(EVERY_FAMILY), 12), draws=200)


def test_a_fit_is_printed_in_eight_lines(fit: Fit) -> None:
    lines = str(fit).splitlines()
    assert len(lines) == 8
    assert lines[0] == "League     Small league"
    assert lines[2] == "Units      12 trusts"
    assert lines[4] == "Model      collapsed, seed 1"
    assert max(map(len, lines)) <= 100


def test_a_draft_says_so_in_print_and_in_a_notebook() -> None:
    fit = made_fit(simulate(make_league(EVERY_FAMILY), 12), draws=200, passed=False)
    assert "not passed, DRAFT" in str(fit)
    html = fit._repr_html_()
    assert html.count("<tr>") == 8
    assert "DRAFT" in html


def test_words_of_a_league_are_escaped_in_a_notebook() -> None:
    league = make_league(EVERY_FAMILY).model_copy(update={"title": "Wards & <b>trusts</b>"})
    html = made_fit(simulate(league, 12), draws=200)._repr_html_()
    assert "Wards &amp; &lt;b&gt;trusts" in html


def test_the_summary_is_of_parameters_and_not_of_units(fit: Fit) -> None:
    table = fit.summary(prob=0.8)
    assert table.attrs["prob"] == 0.8
    assert list(table.columns) == ["mean", "sd", "lower", "upper", "ess_bulk", "ess_tail", "rhat"]
    draws = fit.posterior["loading"].sel(indicator="up").to_numpy().ravel()
    row = table.loc["loading[up]"]
    np.testing.assert_allclose(row["mean"], draws.mean())
    np.testing.assert_allclose(row["sd"], draws.std(ddof=1))
    np.testing.assert_allclose([row["lower"], row["upper"]], np.quantile(draws, [0.1, 0.9]))
    assert not any(name.startswith(("factor", "domain_level", "level[")) for name in table.index)


def test_a_probability_out_of_range_is_refused(fit: Fit) -> None:
    with pytest.raises(InvalidInput, match="prob: 95; between 0 and 1"):
        fit.summary(prob=95)


def test_draws_without_cells_are_refused_in_words(fit: Fit) -> None:
    from dataclasses import replace

    import xarray as xr

    bare = replace(fit, draws=xr.DataTree.from_dict({"posterior": fit.posterior}))
    with pytest.raises(InvalidRun, match="no group constant_data"):
        _ = bare.cells
