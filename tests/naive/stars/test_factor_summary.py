from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from openness.naive.stars.factor_summary import independent_error, star_factor_summary
from openness.naive.stars.summary_score import star_summary
from openness.naive.stars.weighted_factor import fit_factor, likelihood_weights

NAN = np.nan

FLIPS = pd.Series({"a": 1, "b": -1, "c": 1, "d": 1, "e": -1})
GROUPS = pd.Series({"a": "long", "b": "long", "c": "long", "d": "short", "e": "short"})
WEIGHTS = pd.Series({"long": 0.8, "short": 0.2})


def _tables(n: int = 60) -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(n, 1)) + rng.normal(size=(n, 5))
    x[5] = [9, -9, 9, 0, 0]
    x = np.where(rng.random(x.shape) < 0.1, NAN, x * FLIPS.to_numpy())
    volumes = np.exp(rng.normal(5, 0.5, x.shape))
    units = [f"T{i:02d}" for i in range(n)]
    return pd.DataFrame(x, units, [*"abcde"]), pd.DataFrame(volumes, units, [*"abcde"])


def _summary(**rule: int) -> tuple[object, pd.DataFrame, pd.DataFrame]:
    x, volumes = _tables()
    return (
        star_factor_summary(
            x,
            volumes,
            FLIPS,
            GROUPS,
            WEIGHTS,
            drop_up_to=0,
            minimum_groups=2,
            rng=np.random.default_rng(2),
            **rule,
        ),
        x,
        volumes,
    )


def test_a_group_of_three_is_a_factor_and_one_of_two_is_a_mean() -> None:
    found, x, volumes = _summary(minimum_measures=2)
    z = ((x - x.mean()) / x.std() * FLIPS).clip(-3, 3)
    assert z.abs().max().max() == 3
    long = z[["a", "b", "c"]].dropna(how="all")
    weights = likelihood_weights(
        volumes.loc[long.index, [*"abc"]].to_numpy(), long.notna().to_numpy()
    )
    fit = fit_factor(long.to_numpy(), weights, np.random.default_rng(2))
    scores, errors = found.stars.group_scores, found.group_errors
    np.testing.assert_allclose(scores.loc[long.index, "long"], fit.scores, rtol=1e-12)
    np.testing.assert_allclose(errors.loc[long.index, "long"], fit.standard_errors, rtol=1e-12)

    short = z[["d", "e"]].mean(axis=1)
    np.testing.assert_allclose(scores["short"], (short - short.mean()) / short.std(), rtol=1e-12)
    assert errors["short"].isna().all()
    assert list(found.fits) == ["long"]
    assert found.parameters.index.tolist() == [*"abc"]
    information = (weights * fit.loadings**2 / fit.sds**2).sum(axis=0)
    expected_share = information / information.sum()
    np.testing.assert_allclose(found.parameters["information_share"], expected_share, rtol=1e-12)
    score = fit.scores
    for k, id in enumerate("abc"):
        share = np.cov(fit.contributions[:, k], score, ddof=0)[0, 1] / score.var()
        assert found.parameters.loc[id, "variance_share"] == pytest.approx(share, rel=1e-9)
    assert found.leading.index.tolist() == ["abc"[int(information.argmax())]]

    both = scores.notna().all(axis=1)
    expected = 0.8 * scores["long"] + 0.2 * scores["short"]
    np.testing.assert_allclose(found.stars.summary[both], expected[both], rtol=1e-12)
    peers = star_summary(
        x, FLIPS, GROUPS, WEIGHTS, drop_up_to=0, minimum_measures=2, minimum_groups=2
    ).peer_group
    pd.testing.assert_series_equal(found.stars.peer_group, peers)


def test_errors_of_groups_add_up_as_if_independent() -> None:
    scores = pd.DataFrame({"long": [1, NAN, 1, NAN], "short": [2.0, 2, 2, NAN]})
    errors = pd.DataFrame({"long": [0.5, NAN, 0.5, NAN], "short": [0.3, 0.3, NAN, NAN]})
    found = independent_error(scores, errors, WEIGHTS)
    expected = [np.hypot(0.8 * 0.5, 0.2 * 0.3), 0.3, NAN, NAN]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.real_data
def test_single_measures_take_over_the_us_stars(real_data: Path) -> None:
    """With the model of 2016 to 2020 on the measures of 2023: what was said of it then.

    Bilimoria and Barnard (2016) and others found that the composite PSI-90 was nearly all of the
    safety score and hospital-wide readmission nearly all of readmission, by their volumes.
    """
    folder = real_data / "published" / "cms-stars-2023"
    hospitals = pd.read_csv(folder / "input_v202307.csv.gz", dtype={"PROVIDER_ID": "str"})
    hospitals = hospitals.set_index("PROVIDER_ID")
    listed = pd.read_csv(folder / "measures_v202307.csv").set_index("measure_id")
    weights = pd.read_csv(folder / "groups.csv").set_index("group_name")["weight"]
    measures = hospitals[listed.index]
    cases = {
        id: hospitals.get(f"{id}_DEN", hospitals.get(f"{id}_DEN_VOL", hospitals["H_NUMB_COMP"]))
        for id in measures
    }
    volumes = pd.DataFrame(cases)

    def leading(volumes: pd.DataFrame) -> pd.DataFrame:
        return (
            star_factor_summary(
                measures,
                volumes,
                listed["flip_sign"],
                listed["group_name"],
                weights,
                starts=2,
                rng=np.random.default_rng(1),
            )
            .leading.reset_index()
            .set_index("group")
        )

    by_volume = leading(volumes)
    assert by_volume.loc["Safety", "measure"] == "PSI_90"
    assert by_volume.loc["Readmission", "measure"] == "READM_30_HOSP_WIDE"
    assert (by_volume.loc[["Safety", "Readmission"], "information_share"] > 0.99).all()
    assert (by_volume.loc[["Safety", "Readmission"], "variance_share"] > 0.99).all()
    assert (by_volume.loc[["Mortality", "Patient Experience"], "information_share"] < 0.5).all()

    alike = leading(volumes * 0 + 1)
    assert (alike.loc[["Safety", "Readmission"], "information_share"] < 0.75).all()
