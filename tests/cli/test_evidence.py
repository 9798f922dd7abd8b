import os
import signal
import subprocess
import time

import pytest

from .command import INTERRUPTIBLE, arguments, run


def test_check_prints_the_audit(tables):
    result = run("check", *arguments(tables))
    assert result.returncode == 0, result.stderr
    assert "Cells of each indicator by status (4)" in result.stdout
    assert "\x1b" not in result.stdout, "no colour codes in a pipe"


def test_check_leaves_the_evidence_in_a_folder(tables, tmp_path):
    folder = tmp_path / "new" / "audit"
    result = run("check", *arguments(tables), "--out", folder)
    assert result.returncode == 0, result.stderr
    assert "Wrote into" in result.stdout
    names = {"measures_table.csv", "empty_cells.csv", "empty_cells.png", "empty_cells.svg"}
    assert {path.name for path in folder.iterdir()} == names | {"symbols.csv"}
    assert "[nr] = not returned" in result.stdout
    assert ",," not in (folder / "measures_table.csv").read_text()
    again = run("check", *arguments(tables), "--out", folder)
    assert again.returncode == 0, again.stderr


def test_check_says_what_is_in_its_way(tables, tmp_path):
    (tmp_path / "file").write_text("keep me")
    result = run("check", *arguments(tables), "--out", tmp_path / "file")
    assert result.returncode == 1
    assert "file" in result.stderr
    assert "Traceback" not in result.stderr
    assert (tmp_path / "file").read_text() == "keep me"


@pytest.fixture
def table_with_nil(small_simulation, tmp_path):
    """The good table but for a school that reported nothing, as it seems."""
    measures = small_simulation.measures.copy()
    measures.loc[(measures["unit"] == "T001") & (measures["indicator"] == "reported"), "value"] = 0
    measures.to_csv(tmp_path / "nil.csv", index=False)
    return tmp_path / "nil.csv"


def test_check_shows_what_blocks_a_fit(tables, table_with_nil):
    result = run("check", table_with_nil, *arguments(tables)[1:])
    assert result.returncode == 1
    assert "Values that block a fit (1)\n" in result.stdout
    assert "Cells of each indicator by status (4)" in result.stdout, "the audit is printed as ever"
    assert result.stderr.startswith("1 observed value looks like a nil or partial return:\n")
    assert "nil.csv: line 4, column value: 0 for reported of T001" in result.stderr


def test_fit_refuses_a_nil_return_before_the_work_begins(tables, table_with_nil, tmp_path):
    out = tmp_path / "run"
    result = run("fit", table_with_nil, *arguments(tables)[1:], "--out", out, "--seed", 1)
    assert result.returncode == 1
    assert '"confirmed:"' in result.stderr
    assert "Traceback" not in result.stderr
    assert not out.exists()


def test_bad_tables_are_reported_without_a_traceback(tables, tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_text("unit,indicator,value,denominator\nT001,heard,82,100\nT999,hearrd,0.5,100\n")
    result = run("check", bad, "--units", tables / "units.csv", "--league", tables / "league.toml")
    assert result.returncode == 1
    assert "bad.csv" in result.stderr
    assert "T999" in result.stderr
    assert "heard" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_run_folder_is_refused_before_the_work_begins(tables, tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "letter.txt").write_text("keep me")
    result = run("fit", *arguments(tables), "--out", tmp_path / "run", "--seed", 1)
    assert result.returncode == 1
    assert "not a run of openness" in result.stderr


@pytest.mark.sampling
@pytest.mark.parametrize("compiled_before", [False, True])
def test_an_interrupted_fit_leaves_no_run(tables, tmp_path, compiled_before):
    """While the model is compiled, and while it is sampled."""
    folder = tmp_path / "run"
    home = {} if compiled_before else {"HOME": str(tmp_path / "home")}
    long = ("--draws", 40_000, "--tune", 2000)
    with subprocess.Popen(
        [*INTERRUPTIBLE, "fit", *map(str, arguments(tables)), "--out", str(folder), "--seed", "1"]
        + [str(word) for word in long],
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | home,
    ) as process:
        time.sleep(20)
        process.send_signal(signal.SIGINT)
        try:
            _, errors = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode not in (0, 3)
    assert "Traceback" not in errors
    assert "nterrupted" in errors
    assert {path.name for path in tmp_path.iterdir()} <= {"home"}
