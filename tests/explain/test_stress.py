"""How far the truth must bend: what changes, what is refused, and what is drawn."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd
import pytest

from openness.errors import InvalidInput
from openness.explain.at_unit import at_unit
from openness.explain.field import absent_cells, by_unit, open_field
from openness.explain.stress import first_change, move_by_absent, shift, stress
from openness.fitting import Fit, refit, scale_of, with_score
from openness.fitting.chains import Basis
from openness.fitting.refit import with_slope
from openness.league import League, Score
from openness.model.conditional import at_units, conditional_on
from openness.model.returns import typical_errors
from openness.model.tree import ascend
from openness.publish.console import open_console
from openness.publish.doors import show, write
from openness.publish.stress import draw_stress
from openness.result import Result
from openness.standing import rank, stand

from ..model.leagues import indicators as indicators_of
from ..model.leagues import make_league, simulate
from .conftest import DRAWS, made_fit

BANDS = {-0.5: "lower", -0.25: "upper", 0.0: "upper", 0.25: "upper", 0.5: "lower"}


def test_the_change_nearest_to_zero_counts() -> None:
    assert first_change(BANDS, [0.25, 0.5]) == (0.5, "lower")
    assert first_change(BANDS, [-0.25, -0.5]) == (-0.5, "lower")
    slope, band = first_change(BANDS, [0.25])
    assert np.isnan(slope)
    assert band is None


def test_a_unit_that_is_not_ranked_has_no_band_to_change() -> None:
    assert first_change({0.0: None, 1.0: "lower"}, [1.0])[1] is None


def test_what_cannot_be_bent_is_refused(small_fit: Fit) -> None:
    with pytest.raises(InvalidInput, match="from -3 to 3"):
        stress(stand(small_fit, draft=True), [4.0])
    stated = replace(small_fit, league=with_slope(small_fit.league, 0.5))
    with pytest.raises(InvalidInput, match="selection model"):
        stress(stand(stated, draft=True), [0.5])
    cells = small_fit.measures.cells
    elsewhere = cells.assign(status=cells["status"].replace("not_returned", "not_collected"))
    complete = replace(small_fit, measures=replace(small_fit.measures, cells=elsewhere))
    with pytest.raises(InvalidInput, match="not_returned"):
        stress(stand(complete, draft=True), [0.5])


def test_a_refit_counts_by_the_constants_of_the_run(fit, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the score means the same under every slope; no chain is run here."""
    declared = with_score(fit, Score(of="measures", weights="equal_measures"))
    seen = []

    class Compiled:
        def with_data(self, **_: object) -> Compiled:
            return self

    def no_chains(_: object, basis: Basis, *__: object, **___: object) -> Fit:
        seen.append(basis.scale)
        return fit

    monkeypatch.setattr(refit, "compile_model", lambda _: Compiled())
    monkeypatch.setattr(refit, "run_chains", no_chains)
    assert len(list(refit.refit_over_slopes(declared, [-0.5, 0.5]))) == 2
    assert seen == [scale_of(declared)] * 2
    assert seen[0] is not None


@pytest.mark.sampling
def test_not_to_return_speaks_against_a_unit_if_the_open_return_more(small_fit: Fit) -> None:
    """The survey of every sixth school did not come back."""
    cells = small_fit.measures.cells
    silent = set(small_fit.measures.units.index[::6])
    lost = cells["unit"].isin(silent) & cells["indicator"].isin(["heard", "safe"])
    table = cells.assign(
        status=cells["status"].mask(lost, "not_returned"), value=cells["value"].mask(lost)
    )
    league = small_fit.league.model_copy(
        update={"eligibility": type(small_fit.league.eligibility)()}
    )
    fit = replace(small_fit, league=league, measures=replace(small_fit.measures, cells=table))
    standing = stand(fit, draft=True)
    result = stress(standing, [-1.0, 1.0])
    ranks = result.parts["expected_rank"].loc[result.table.index]
    # Each of them, and by places, not by Monte Carlo error: about 0.3 of a place.
    assert (ranks[1.0] - ranks[-1.0]).min() > 1
    assert set(result.table.index) >= silent
    base = rank(standing).table["expected_rank"]
    pd.testing.assert_series_equal(
        result.parts["expected_rank"][0.0].sort_index(), base.sort_index(), check_names=False
    )


def made(league: League, failures: str = "", step: Literal["slope", "shift"] = "slope") -> Result:
    units = pd.Index(["A", "B", "C"], name="unit")
    grid = list(BANDS)
    bands = pd.DataFrame([BANDS, dict.fromkeys(grid, "lower"), dict.fromkeys(grid)], index=units)
    changes = pd.DataFrame(
        {
            "name": ["Ash", "Birch", "Cedar"],
            "group": "town",
            "band": ["upper", "lower", None],
            f"{step}_below": [-0.5, np.nan, np.nan],
            "band_below": ["lower", None, None],
            f"{step}_above": [0.5, np.nan, np.nan],
            "band_above": ["lower", None, None],
        },
        index=units,
    )
    parts = {
        "bands": bands,
        "expected_rank": pd.DataFrame([[1.0] * 5, [2.0] * 5, [np.nan] * 5], units, grid),
        "gate": pd.Series({slope: failures if slope == 0.5 else "" for slope in grid}),
    }
    about = {"step": step, "draft": bool(failures)}
    return Result("stress", changes, league, about=about, parts=parts)


def printed(result: Result, capsys: pytest.CaptureFixture[str]) -> str:
    open_console().print(show(result))
    return capsys.readouterr().out


def test_the_terminal_says_where_bands_change(
    small_league: League, capsys: pytest.CaptureFixture[str]
) -> None:
    text = printed(made(small_league), capsys)
    assert "Lower half from +0.5" in text
    assert "Lower half from -0.5" in text
    assert "no change" in text
    assert "1 of 3 schools" in text
    assert "DRAFT" not in text
    assert "DRAFT: the fits at 0.5 did not pass" in printed(made(small_league, "R-hat"), capsys)


def test_files_have_no_empty_cell(small_league: League, tmp_path) -> None:
    paths = write(made(small_league), tmp_path)
    names = ["stress.csv", "symbols.csv", "stress.png", "stress.svg"]
    assert [path.name for path in paths] == names
    assert ",," not in paths[0].read_text()
    drafted = write(made(small_league, "R-hat"), tmp_path)[0].read_text()
    assert all(
        line.startswith(("unit,draft", "A,DRAFT", "B,DRAFT", "C,DRAFT"))
        for line in drafted.split("\n")[:-1]
    )


def test_every_unit_has_a_tile_for_every_slope(small_league: League) -> None:
    figure = draw_stress(made(small_league))
    assert len(figure.axes[0].patches) == 3 * len(BANDS)


def test_a_shift_is_told_in_its_own_words(
    small_league: League, tmp_path, capsys: pytest.CaptureFixture[str]
) -> None:
    shifted = made(small_league, step="shift")
    text = " ".join(printed(shifted, capsys).split())
    assert "1 of 3 schools with a value that is missing would be in another band" in text
    assert "If it is worse" in text
    assert "return" not in text.replace("was not returned", "")
    paths = write(shifted, tmp_path)
    names = ["stress_shift.csv", "symbols.csv", "stress_shift.png", "stress_shift.svg"]
    assert [path.name for path in paths] == names
    assert "shift_below" in paths[0].read_text().split("\n")[0]


@pytest.fixture(scope="module")
def result(standing):
    return shift(standing, [-1.0, 0.5, 1.0])


def test_one_missing_cell_moves_the_score_as_its_value_would() -> None:
    """E[z | y] - E[z] = Cov(z, y) / Var(y) (y - E[y]), at y one sd to the better of E[y].

    In a league without ratings; a sampled level is below.
    """
    families = ("proportion", "count", "score")
    indicators = [i for f in families for i in indicators_of(f, f, 2)]
    made = made_fit(simulate(make_league(indicators), 20, seed=2, empty_share=0.1), draws=200)
    field = open_field(stand(made))
    typical = typical_errors(field.cells, made.measures)
    alone = [(unit, own) for unit, own in by_unit(absent_cells(field)) if len(own) == 1]
    assert len(alone) > 3
    for unit, own in alone:
        here, errors = at_unit(field, unit), [typical[own[0]]]
        moved = move_by_absent(here, own, errors)
        np.testing.assert_allclose(moved[:, 0], moved[:, 1], atol=1e-9)  # the score is the factor
        (cell,) = here.absent(own, errors)
        expected = cell.covariance / np.sqrt(cell.variance)[:, None]
        expected *= field.cells.definitions[own[0]].sign
        np.testing.assert_allclose(moved, expected, atol=1e-9)
        # What is better than predicted speaks for the unit.
        assert (moved > 0).all()


def test_a_cell_beside_a_sampled_level_moves_openness_through_it(fit) -> None:
    """u moves by Cov(u, y) / sd(y), and E[z] by what one more u adds, which is linear."""
    field = open_field(stand(fit))
    cells = field.cells
    given = conditional_on(field.posterior, cells, field.structure)
    level_at = given.evidence.level_at
    absent = absent_cells(field)
    domain = cells.domains.index("rating")
    assert field.structure.sampled == (domain,)
    alone = absent[
        ~absent.assign(d=cells.domain[absent["indicator"]]).duplicated(["unit", "d"], keep=False)
    ]
    alone = alone[
        (cells.domain[alone["indicator"]] == domain) & (level_at[alone["unit"], domain] >= 0)
    ]
    assert len(alone)
    typical = typical_errors(cells, fit.measures)
    levels = fit.posterior["level"].to_numpy().reshape(DRAWS, -1)
    for unit, k in zip(alone["unit"], alone["indicator"], strict=True):
        moved = move_by_absent(at_unit(field, unit), np.array([k]), [typical[k]])
        t = levels[:, level_at[unit, domain]].var()
        for s, draw in enumerate(given.each(np.arange(20))):
            p, e = at_units(draw, given.evidence, np.array([unit]))
            more = p.level.copy()
            more[level_at[unit, domain]] += 1
            means = [ascend(p._replace(level=level), e).mean[0] for level in (p.level, more)]
            c = abs(draw.domain_loading[k])
            v = (
                draw.uniqueness_sd[k] ** 2
                + typical[k].error_variance
                + typical[k].common_error_loading ** 2
            )
            expected = (means[1] - means[0]) * c * t / np.sqrt(c**2 * t + v)
            assert moved[s, 0] == pytest.approx(expected, rel=1e-4)


def test_without_a_shift_it_is_the_ranking(fit, result) -> None:
    ranking = rank(stand(fit)).table.reindex(result.parts["bands"].index)
    pd.testing.assert_series_equal(result.parts["bands"][0.0], ranking["band"], check_names=False)
    pd.testing.assert_series_equal(
        result.parts["expected_rank"][0.0], ranking["expected_rank"], check_names=False
    )
    assert list(result.parts["bands"].columns) == [-1.0, 0.0, 0.5, 1.0]


def test_the_units_that_miss_something_are_moved_against_the_others(fit) -> None:
    """Of five units; nobody asked the others for what they lack."""
    cells = fit.measures.cells
    missed = cells["status"] == "not_returned"
    few = cells.loc[missed, "unit"].value_counts().index[:5]
    other = cells.assign(
        status=cells["status"].mask(missed & ~cells["unit"].isin(few), "not_collected")
    )
    result = shift(stand(replace(fit, measures=replace(fit.measures, cells=other))), [-1.0, 1.0])
    assert set(result.table.index) == set(few)
    better = (result.parts["expected_rank"][-1.0] - result.parts["expected_rank"][1.0]).dropna()
    among = better.index.isin(few)
    assert among.any()
    assert (better[among] > 0.5).all()
    assert (better[~among] <= 0).all()
    assert better.sum() == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("status", ["system_change", "under_query", "withdrawn"])
def test_every_value_that_somebody_has_is_moved(fit, result, status: str) -> None:
    cells = fit.measures.cells
    other = cells.assign(status=cells["status"].replace("not_returned", status))
    again = shift(stand(replace(fit, measures=replace(fit.measures, cells=other))), [1.0])
    pd.testing.assert_series_equal(
        again.parts["expected_rank"][1.0], result.parts["expected_rank"][1.0]
    )


def test_what_nobody_asked_for_is_left_alone(fit) -> None:
    cells = fit.measures.cells
    other = cells.assign(status=cells["status"].replace("not_returned", "not_collected"))
    with pytest.raises(InvalidInput, match="nothing to move"):
        shift(stand(replace(fit, measures=replace(fit.measures, cells=other))), [1.0])


def test_what_cannot_be_moved_is_refused(fit) -> None:
    with pytest.raises(InvalidInput, match="from -5 to 5"):
        shift(stand(fit), [float("nan")])
    with pytest.raises(InvalidInput, match="selection model"):
        shift(stand(replace(fit, league=with_slope(fit.league, 0.5))), [1.0])
