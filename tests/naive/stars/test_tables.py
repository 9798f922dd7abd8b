from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from openness.errors import InvalidInput
from openness.naive.stars.factor_summary import star_factor_summary
from openness.naive.stars.summary_score import star_summary

IDS = [f"m{k}" for k in range(9)]
NAN = np.nan


def _given(**changes: Any) -> dict[str, Any]:
    """Nine measures of 40 units in three groups."""
    x = np.random.default_rng(1).normal(size=(40, 9)).round(2)
    given = {
        "measures": pd.DataFrame(x, [f"T{i:02d}" for i in range(40)], IDS),
        "flips": pd.Series([1, -1, 1] * 3, IDS),
        "groups": pd.Series([*"aaabbbccc"], IDS),
        "weights": pd.Series({"a": 0.5, "b": 0.3, "c": 0.2}),
        "drop_up_to": 0,
    }
    return given | changes


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("measures", lambda m: m.to_numpy(), "measures: type: ndarray"),
        ("measures", lambda m: m.assign(m0="high"), "measure m0: str; numbers"),
        ("measures", lambda m: m.assign(m0=np.inf), "measure m0, unit T00: infinite"),
        ("measures", lambda m: m.rename({"T01": "T00"}), "unit T00: it comes twice"),
        ("flips", lambda f: f.to_dict(), "flips: type: dict"),
        ("flips", lambda f: f * 0, "flips: m0: 0; 1, or -1 where lower is better"),
        ("flips", lambda f: f.astype(str), "flips: m0: '1'; 1, or -1 where lower is better"),
        ("flips", lambda f: f.mask(f.index == "m0"), "m0: the measure has no entry in `flips`"),
        ("flips", lambda f: pd.concat([f, f[:1]]), "flips: m0: it comes twice"),
        ("groups", lambda g: g.mask(g.index == "m0"), "m0: the measure has no entry in `groups`"),
        ("weights", lambda w: -w, "weights: a: -0.5; a finite number above 0"),
        ("weights", lambda w: w / 0, "weights: a: inf; a finite number above 0"),
        ("weights", lambda w: w.mask(w.index == "a"), "weights: a: the group has no weight"),
        ("weights", lambda w: w.astype(str), "weights: a: '0.5'; a finite number above 0"),
        ("required", lambda _: ["z"], "required: 'z': there is no such group; a, b, c"),
        ("required", lambda _: "a", "required: type: 'a'; it must be a list"),
        ("minimum_measures", lambda _: pd.Series({"a": 3, "b": 3}), "c: the group has no minimum"),
        ("minimum_measures", lambda _: 2.5, "a: 2.5; a whole number from 1"),
        ("minimum_groups", lambda _: 0, "minimum_groups: value: 0; a whole number from 1"),
        ("drop_up_to", lambda _: None, "drop_up_to: value: None; a whole number from 0"),
    ],
)
def test_what_both_methods_refuse(name: str, change: Any, words: str) -> None:
    given = _given()
    given[name] = change(given.get(name))
    with pytest.raises(InvalidInput, match=words):
        star_summary(**given)
    volumes = pd.DataFrame(1.0, [f"T{i:02d}" for i in range(40)], IDS)
    with pytest.raises(InvalidInput, match=words):
        star_factor_summary(**given, volumes=volumes, rng=np.random.default_rng(1))


@pytest.mark.parametrize(
    "changes",
    [
        lambda g: {name: g[name][::-1] for name in ("flips", "groups")},
        lambda g: {"measures": g["measures"][IDS[::-1]]},
        lambda g: {"measures": g["measures"].astype("Float64")},
        lambda g: {"groups": g["groups"].astype(pd.CategoricalDtype([*"zcba"]))},
        lambda g: {"flips": g["flips"].astype(object)},
        lambda g: {"weights": g["weights"].set_axis(pd.CategoricalIndex([*"abc"]))},
        lambda g: {"flips": pd.concat([g["flips"], pd.Series({"elsewhere": 0})])},
        lambda g: {"minimum_measures": pd.Series({"c": 3, "b": 3, "a": 3, "z": 9})},
    ],
)
def test_order_and_type_change_nothing(changes: Any) -> None:
    given = _given()
    given["measures"] = given["measures"].where(given["measures"] > -1.5)
    plain = star_summary(**given)
    found = star_summary(**given | changes(given))
    np.testing.assert_allclose(found.summary, plain.summary, rtol=1e-12)
    assert found.peer_group.equals(plain.peer_group)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda v: v.drop(columns="m0"), "volumes: measure m0: it is not there"),
        (lambda v: v.drop("T00"), "volumes: unit T00: it is not there"),
        (lambda v: v.assign(m0=0), "volumes: measure m0: all are 0; some unit has cases"),
        (lambda v: -v, "volumes: measure m0, unit T00: -1; a number from 0, or nothing"),
    ],
)
def test_volumes_that_are_refused(change: Any, words: str) -> None:
    given = _given()
    volumes = pd.DataFrame(1.0, given["measures"].index, IDS)
    with pytest.raises(InvalidInput, match=words):
        star_factor_summary(**given, volumes=change(volumes), rng=np.random.default_rng(1))


def test_a_measure_of_no_case_counts_for_nothing_in_its_group() -> None:
    """As if it were missing, but that the unit has it; hospitals do report a volume of 0."""
    given = _given()
    volumes = pd.DataFrame(1.0, given["measures"].index, IDS)
    volumes.loc["T00", ["m0", "m1"]] = 0.0
    found = star_factor_summary(**given, volumes=volumes, rng=np.random.default_rng(1))
    fit, z = found.fits["a"], given["measures"].loc["T00", "m2"]
    z = (z - given["measures"]["m2"].mean()) / given["measures"]["m2"].std()
    q = 1 / fit.sds[2] ** 2
    alone = q * fit.loadings[2] * (z - fit.intercepts[2]) / (1 + q * fit.loadings[2] ** 2)
    assert found.stars.group_scores.loc["T00", "a"] == pytest.approx(alone)
    assert found.stars.counts.loc["T00", "a"] == 3
