import os
import signal
import subprocess
import time

import pandas as pd
import pytest

from .command import INTERRUPTIBLE, run

STUDY = """
id = "small"
title = "A small study"
seed = 1
replicates = 2
methods = ["mean_fill", "zero_fill"]
model = false

[bands]
rule = "shares"
levels = [{ id = "a", label = "A", share = 0.5 }, { id = "b", label = "B", share = 0.5 }]

[base]
types.one.units = 20
domains.survey = { family = "proportion", indicators = 3 }
missing.cells = { share = 0.2 }

[[conditions]]
id = "as_it_is"
label = "As it is"
"""


def test_a_study_is_run_and_reported(tmp_path):
    path, out = tmp_path / "study.toml", tmp_path / "out"
    path.write_text(STUDY)
    first = run("study", path, "--out", out, "--workers", 1)
    assert (first.returncode, first.stderr.splitlines()[0]) == (
        0, "A small study: 0 of 2, beginning",
    )  # fmt: skip
    assert "2 replicates are in" in first.stdout
    report = run("study", "report", out)
    assert report.returncode == 0
    assert "1 condition, 2 of 2 replicates have ended" in report.stdout
    assert "zero fill" in report.stdout
    written = {"figures.csv", "fits.csv", "failures.csv", "wrong_band.png", "rank_bias.svg"}
    assert written <= {file.name for file in out.iterdir()}
    figures = pd.read_csv(out / "figures.csv")
    assert set(figures["method"]) == {"mean_fill", "zero_fill"}

    path.write_text(STUDY.replace("seed = 1", "seed = 2"))
    refused = run("study", path, "--out", out)
    assert refused.returncode == 1
    assert "results of another study" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_study_that_cannot_be_read_is_refused_in_words(tmp_path):
    path = tmp_path / "study.toml"
    path.write_text(STUDY.replace("replicates = 2", "replicate = 2"))
    refused = run("study", path, "--out", tmp_path / "out")
    assert refused.returncode == 1
    assert "study.toml: replicate: there is no such setting" in refused.stderr
    assert "Did you mean 'replicates'?" in refused.stderr
    assert not (tmp_path / "out").exists()
    missing = run("study", "report", tmp_path)
    assert missing.returncode == 1
    assert "not the folder of a study" in missing.stderr


@pytest.mark.skipif(os.name == "nt", reason="needs interrupts of POSIX")
def test_an_interrupted_study_says_what_it_keeps(tmp_path):
    """An interrupt reaches the workers too, as from a terminal."""
    path, out = tmp_path / "study.toml", tmp_path / "out"
    path.write_text(STUDY.replace("replicates = 2", "replicates = 2000"))
    with subprocess.Popen(
        [*INTERRUPTIBLE, "study", str(path), "--out", str(out), "--workers", "1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        deadline = time.monotonic() + 120
        while not list(out.rglob("0*.parquet")) and time.monotonic() < deadline:
            time.sleep(0.1)
        os.killpg(process.pid, signal.SIGINT)
        words, _ = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "Traceback" not in words
    assert f"of 2000 replicates are in {out}; the same command goes on" in words
