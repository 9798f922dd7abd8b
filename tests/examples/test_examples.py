"""Every script in examples/ runs: without its data in a moment, with them to the end."""

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted((ROOT / "examples").glob("*.py"))


def run(script: Path, folder: Path, data: Path, *arguments: str) -> subprocess.CompletedProcess:
    environment = os.environ | {"OPENNESS_DATA": str(data), "COLUMNS": "100"}
    return subprocess.run(
        [sys.executable, str(script), *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_there_are_examples() -> None:
    assert SCRIPTS


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_without_data_it_says_so_and_is_no_failure(script: Path, tmp_path: Path) -> None:
    absent = tmp_path / "nowhere"
    done = run(script, tmp_path, absent)
    assert done.returncode == 0, done.stderr
    assert "not here" in done.stdout
    assert str(absent) in done.stdout
    assert done.stderr == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
@pytest.mark.real_data
@pytest.mark.sampling
@pytest.mark.long
def test_with_data_it_ranks(script: Path, tmp_path: Path, real_data: Path) -> None:
    out = tmp_path / "results"
    done = run(script, tmp_path, real_data, "--out", str(out))
    assert done.returncode == 0, done.stderr
    assert "probability that the first is really ahead" in done.stdout
    table = pd.read_csv(out / "ranking.csv", keep_default_na=False, index_col="unit")
    assert table["ranked"].any()
    assert (out / "provenance.json").is_file()
    compared = pd.read_csv(out / "scores.csv", index_col="unit")
    assert set(compared.index) == set(table.index)
    guards = pd.read_csv(out / "guards.csv")
    assert set(guards["severity"]) == {"notes"}
