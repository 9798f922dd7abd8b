"""How far the truth must bend: what changes, what is refused, and what is drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
import pytest

from openness.errors import InvalidInput
from openness.explain.stress import first_change, stress
from openness.fitting import Fit
from openness.fitting.refit import with_slope
from openness.league import League
from openness.publish.console import open_console
from openness.publish.stress import draw_stress, stress_view, write_stress_files
from openness.standing import rank, stand

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


@dataclass(frozen=True)
class Made:
    step: Literal["slope", "shift"]
    bands: pd.DataFrame
    expected_rank: pd.DataFrame
    gate: pd.Series
    changes: pd.DataFrame


def made(failures: str = "", step: Literal["slope", "shift"] = "slope") -> Made:
    units = pd.Index(["A", "B", "C"], name="unit")
    grid = list(BANDS)
    bands = pd.DataFrame([BANDS, dict.fromkeys(grid, "lower"), dict.fromkeys(grid)], index=units)
    return Made(
        step=step,
        bands=bands,
        expected_rank=pd.DataFrame([[1.0] * 5, [2.0] * 5, [np.nan] * 5], units, grid),
        gate=pd.Series({slope: failures if slope == 0.5 else "" for slope in grid}),
        changes=pd.DataFrame(
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
        ),
    )


def printed(stress_result: Made, league: League, capsys: pytest.CaptureFixture[str]) -> str:
    open_console().print(stress_view(stress_result, league))
    return capsys.readouterr().out


def test_the_terminal_says_where_bands_change(
    small_league: League, capsys: pytest.CaptureFixture[str]
) -> None:
    text = printed(made(), small_league, capsys)
    assert "Lower half from +0.5" in text
    assert "Lower half from -0.5" in text
    assert "no change" in text
    assert "1 of 3 schools" in text
    assert "DRAFT" not in text
    assert "DRAFT: the fits at 0.5 did not pass" in printed(made("R-hat"), small_league, capsys)


def test_files_have_no_empty_cell(small_league: League, tmp_path) -> None:
    paths = write_stress_files(made(), small_league, tmp_path)
    names = ["stress.csv", "symbols.csv", "stress.png", "stress.svg"]
    assert [path.name for path in paths] == names
    assert ",," not in paths[0].read_text()
    drafted = write_stress_files(made("R-hat"), small_league, tmp_path)[0].read_text()
    assert all(
        line.startswith(("unit,draft", "A,DRAFT", "B,DRAFT", "C,DRAFT"))
        for line in drafted.split("\n")[:-1]
    )


def test_every_unit_has_a_tile_for_every_slope(small_league: League) -> None:
    figure = draw_stress(made(), small_league)
    assert len(figure.axes[0].patches) == 3 * len(BANDS)


def test_a_shift_is_told_in_its_own_words(
    small_league: League, tmp_path, capsys: pytest.CaptureFixture[str]
) -> None:
    shifted = made(step="shift")
    text = " ".join(printed(shifted, small_league, capsys).split())
    assert "1 of 3 schools with a value that is missing would be in another band" in text
    assert "If it is worse" in text
    assert "return" not in text.replace("was not returned", "")
    paths = write_stress_files(shifted, small_league, tmp_path)
    names = ["stress_shift.csv", "symbols.csv", "stress_shift.png", "stress_shift.svg"]
    assert [path.name for path in paths] == names
    assert "shift_below" in paths[0].read_text().split("\n")[0]
