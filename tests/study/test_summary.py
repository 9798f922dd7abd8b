import numpy as np
import pandas as pd
import pytest

from openness.study.folder import open_folder
from openness.study.replicate import COLUMNS, MODEL, Task
from openness.study.score import FIGURES
from openness.study.summary import missed_gate, summarise

from .studies import GAPS, small_study


def row(replicate: int, method: str, **values: object) -> dict[str, object]:
    blank = dict.fromkeys(COLUMNS, np.nan) | dict.fromkeys(FIGURES, np.nan)
    known = {"condition": "gaps", "replicate": replicate, "seed": "0", "among": "all", "units": 40}
    return {**blank, **known, "method": method, "failure": "", **values}


@pytest.fixture
def summary(tmp_path):
    study = small_study(GAPS, {"id": "not_begun", "label": "Later"}, model=True)
    folder = open_folder(tmp_path / "out", study)
    tables = [
        [row(0, "zero_fill", wrong_band=0.2), row(0, MODEL, wrong_band=0.1, rhat=1.01, ess=400.0)],
        [row(1, "zero_fill", wrong_band=0.4), row(1, MODEL, wrong_band=0.3, rhat=1.06, ess=400.0)],
        [row(2, "zero_fill", wrong_band=0.9), row(2, MODEL, failure="FitFailed: no start")],
    ]
    for number, rows in enumerate(tables):
        folder.write(Task(0, number), pd.DataFrame(rows).astype({"failure": "str"}))
    return summarise(folder)


def figure(summary, method):
    figures = summary.figures.set_index(["method", "figure"])
    return figures.loc[(method, "wrong_band")]


def test_means_and_their_monte_carlo_errors(summary):
    found = figure(summary, "zero_fill")
    assert found["mean"] == pytest.approx(0.5)
    # sd of 0.2, 0.4, 0.9 over the root of 3
    assert found["error"] == pytest.approx(np.sqrt((0.09 + 0.01 + 0.16) / 2 / 3))
    assert found["replicates"] == 3


def test_what_failed_is_counted_and_named(summary):
    assert figure(summary, MODEL)["replicates"] == 2
    fits = summary.fits.loc["gaps"]
    assert fits[["replicates", "fits", "failed", "missed_gate"]].tolist() == [3, 3, 1, 1]
    assert fits["rhat"] == 1.06
    failure = summary.failures.iloc[0]
    assert failure[["condition", "method", "reason", "replicates"]].tolist() == [
        "gaps", MODEL, "FitFailed: no start", 1,
    ]  # fmt: skip


def test_a_condition_that_has_not_begun_is_counted_as_that(summary):
    assert summary.fits.loc["not_begun", ["replicates", "fits", "failed"]].tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("rhat", "ess", "missed"),
    [(1.05, 100, False), (1.06, 500, True), (1.0, 99, True), (np.nan, 500, True)],
)
def test_the_gate(rhat, ess, missed):
    results = pd.DataFrame({"rhat": [rhat], "ess": [ess]})
    assert missed_gate(results, small_study()).tolist() == [missed]
