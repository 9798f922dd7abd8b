import numpy as np
import pandas as pd
import pytest

import openness
from openness.errors import InvalidInput
from openness.ranking import bands as bands_of_posterior
from openness.standing import named_or_stated, read_loss, stand

IDS = ["upper", "third", "last"]
LOSS = pd.DataFrame([[0, 1, 9], [1, 0, 3], [2, 1, 0]], index=IDS, columns=IDS, dtype=float)


@pytest.mark.parametrize("loss", ["zero-one", "absolute", LOSS])
def test_every_number_is_that_of_the_library(make_fit, loss):
    fit = make_fit(unmeasured=3)
    found = openness.bands(fit, loss=loss, set_prob=0.8)
    post = stand(fit).strata[0].posterior
    by_hand = bands_of_posterior(post, shares=[0.5, 0.25, 0.25], labels=IDS)
    costs = loss if isinstance(loss, str) else loss.to_numpy()
    ranked = found.table[found.table["ranked"]]
    band = by_hand.band(costs).loc[ranked.index]
    assert ranked["band"].tolist() == band["band"].tolist()
    assert ranked["stable"].tolist() == band["stable"].tolist()
    np.testing.assert_array_equal(ranked["probability"], band["probability"])
    np.testing.assert_array_equal(ranked["monte_carlo_error"], band["monte_carlo_error"])
    held = by_hand.band_set(0.8).loc[ranked.index]
    assert ranked["set_worst"].tolist() == held["worst"].tolist()
    np.testing.assert_array_equal(ranked["set_error"], held["monte_carlo_error"])
    for band_id in IDS:
        probability = by_hand.prob_band.probability.loc[ranked.index, band_id]
        np.testing.assert_array_equal(ranked[f"prob_{band_id}"], probability)
    misbanded = by_hand.expected_misbanded(costs)
    assert found.summary.loc["all", "expected_misbanded"] == misbanded.value
    assert found.summary.loc["all", "monte_carlo_error"] == misbanded.monte_carlo_error
    assert found.summary.loc["all", "unstable"] == (~band["stable"]).sum()
    assert found.about["loss"] == (loss if isinstance(loss, str) else "stated")


def test_it_is_read_in_the_order_of_the_ranking_and_agrees_with_it(make_fit):
    fit = make_fit(unmeasured=3)
    for scope in ("all", "within_group"):
        standing = stand(fit, scope=scope)
        banded, ranking = openness.bands(standing).table, openness.rank(standing).table
        assert banded.index.tolist() == ranking.index.tolist()
        for column in ("band", "prob_upper", "prob_last", "reason", "expected_rank"):
            pd.testing.assert_series_equal(banded[column], ranking[column], check_dtype=False)
    assert banded[~banded["ranked"]]["band"].isna().all()
    assert banded[~banded["ranked"]]["stable"].isna().all()


def test_each_group_is_cut_by_itself(make_fit):
    fit = make_fit()
    found = openness.bands(stand(fit, scope="within_group"))
    assert found.summary["units"].to_dict() == {"town": 8, "country": 6}
    for stratum, units in found.table.groupby("group"):
        assert units["prob_upper"].sum() == pytest.approx(len(units) / 2), stratum


def test_losses_are_read_in_any_order_of_rows_and_columns(tmp_path):
    path = tmp_path / "loss.csv"
    LOSS.loc[IDS[::-1], [IDS[1], IDS[0], IDS[2]]].to_csv(path)
    pd.testing.assert_frame_equal(read_loss(path, IDS), LOSS, check_names=False)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (",upper,third\nupper,0,1\nthird,1,0\n", "rows: upper, third; a loss is"),
        (LOSS.to_csv().replace("9.0", "nine"), "row upper, column last: 'nine'"),
        (LOSS.to_csv().replace("9.0", ""), "row upper, column last: ''"),
        (LOSS.to_csv().replace("9.0", "-1"), "column last: to name last where it is true costs"),
        ("", "cannot be read"),
    ],
)
def test_a_table_that_is_no_loss_is_refused(tmp_path, text, words):
    path = tmp_path / "loss.csv"
    path.write_text(text)
    with pytest.raises(InvalidInput, match=words):
        read_loss(path, IDS)


def test_a_loss_that_is_neither_a_name_nor_a_file_is_refused(make_league, make_fit, tmp_path):
    league = make_league()
    assert named_or_stated("absolute", league) == "absolute"
    with pytest.raises(InvalidInput, match="'zero_one'; a loss is 'zero-one', 'absolute', or a"):
        named_or_stated("zero_one", league)
    with pytest.raises(InvalidInput, match=r"gone\.csv: file: it does not exist"):
        named_or_stated(str(tmp_path / "gone.csv"), league)
    with pytest.raises(InvalidInput, match="loss: type: list"):
        openness.bands(make_fit(), loss=[[0, 1], [1, 0]])
