"""The command line as a person meets it: in a process of its own, by exit code and words."""

import os
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest

import openness
from openness.fitting import save_fit

PUBLISHED = {
    "ranking.csv",
    "measures_table.csv",
    "empty_cells.csv",
    "missingness.csv",
    "symbols.csv",
}

COMMAND = [sys.executable, "-c", "from openness.cli import main; main()"]

# A job in the background of a shell inherits that interrupts are ignored; a person's does not.
HEAR = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
INTERRUPTIBLE = [sys.executable, "-c", f"{HEAR}; {COMMAND[-1]}"]


def run(*arguments, **environment):
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=600,
        env={**os.environ, **environment},
    )


@pytest.fixture(scope="session")
def tables(small_simulation, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    small_simulation.measures.to_csv(folder / "measures.csv", index=False)
    small_simulation.units.to_csv(folder / "units.csv", index=False)
    league = small_simulation.league.model_dump(exclude_none=True)
    (folder / "league.toml").write_text(to_toml(league))
    return folder


def to_toml(league):
    """Write the few types that a definition has."""

    def value(item):
        if isinstance(item, bool):
            return str(item).lower()
        if isinstance(item, list | tuple):
            return "[" + ", ".join(map(value, item)) + "]"
        return f'"{item}"' if isinstance(item, str) else str(item)

    lines, tables = [], []

    def walk(part, path):
        plain = {k: v for k, v in part.items() if not is_table(v)}
        lines.extend(f"{key} = {value(item)}" for key, item in plain.items())
        for key, item in part.items():
            name = ".".join([*path, key])
            if isinstance(item, dict):
                lines.append(f"[{name}]")
                walk(item, [*path, key])
            elif is_table(item):
                for entry in item:
                    lines.append(f"[[{name}]]")
                    walk(entry, [*path, key])

    def is_table(item):
        return isinstance(item, dict) or (
            isinstance(item, list | tuple) and bool(item) and isinstance(item[0], dict)
        )

    walk(league, tables)
    return "\n".join(lines)


def arguments(tables):
    return (
        tables / "measures.csv",
        "--units",
        tables / "units.csv",
        "--league",
        tables / "league.toml",
    )


def test_help_names_the_verbs():
    result = run("--help")
    assert result.returncode == 0
    assert all(
        verb in result.stdout
        for verb in (
            "check",
            "fit",
            "rank",
            "bands",
            "grades",
            "verdict",
            "explain",
            "worth",
            "demo",
        )
    )


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


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("rank", "no-such-run"), "not a folder"),
        (("check", "m.csv", "--units", "u.csv", "--league", "no-such-league"), "openness-2024"),
    ],
)
def test_what_is_not_there_is_named(command, words, tmp_path):
    result = run(*command)
    assert result.returncode == 1
    assert words in result.stderr
    assert "Traceback" not in result.stderr


def test_a_run_folder_is_refused_before_the_work_begins(tables, tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "letter.txt").write_text("keep me")
    result = run("fit", *arguments(tables), "--out", tmp_path / "run", "--seed", 1)
    assert result.returncode == 1
    assert "not a run of openness" in result.stderr


@pytest.mark.sampling
def test_rank_prints_and_writes(small_fit, tmp_path):
    folder = save_fit(small_fit, tmp_path / "run")
    result = run("rank", folder, "--top", 3, "--bottom", 2)
    assert result.returncode == 0, result.stderr
    assert "95% equal-tailed credible interval" in result.stdout
    assert "half or twice as much of openness" in result.stdout
    assert "with the highest scores" in " ".join(result.stdout.split())
    written = {path.name for path in folder.iterdir()}
    for stem in ("caterpillar", "empty_cells", "missingness"):
        assert {f"{stem}.png", f"{stem}.svg"} <= written
    tables = [folder / name for name in written if name in PUBLISHED]
    assert len(tables) == len(PUBLISHED)
    for path in tables:
        cells = pd.read_csv(path, dtype="str", keep_default_na=False)
        assert (cells != "").all(axis=None), path.name

    table = pd.read_csv(folder / "ranking.csv", keep_default_na=False)
    assert list(table.columns[:12]) == [
        "unit",
        "name",
        "group",
        "score_mean",
        "score_sd",
        "score_lower",
        "score_upper",
        "expected_rank",
        "rank_median",
        "rank_lower",
        "rank_upper",
        "band",
    ]
    assert {"prob_upper", "prob_lower", "measures_present", "measures_applicable"} <= set(table)
    assert (folder / "caterpillar.png").stat().st_size > 10_000
    assert (folder / "caterpillar.svg").read_text().startswith("<?xml")
    pd.testing.assert_frame_equal(
        openness.read_ranking(folder / "ranking.csv"), openness.rank(small_fit), rtol=5e-6
    )


@pytest.mark.sampling
def test_explain_and_worth_print_and_write(small_fit, tmp_path):
    folder = save_fit(small_fit, tmp_path / "run")
    worth = run("worth", folder, "--top", 3)
    assert worth.returncode == 0, worth.stderr
    assert "Whom to chase first" in worth.stdout
    table = pd.read_csv(folder / "worth.csv", keep_default_na=False)
    assert list(table.columns[:2]) == ["unit", "indicator"]
    assert table["narrowing"].is_monotonic_decreasing

    unit, name = table.loc[0, ["unit", "name"]]
    missing = run("explain", folder, unit, "--missing")
    assert missing.returncode == 0, missing.stderr
    assert missing.stdout.startswith(f"{name}: rank ")
    assert "as a zero" in missing.stdout
    score = run("explain", folder, unit)
    assert score.returncode == 0, score.stderr
    assert "why this score" in score.stdout
    assert "told apart" in score.stdout

    mistyped = run("explain", folder, f"{unit}x")
    assert mistyped.returncode == 1
    assert f"Did you mean '{unit}'" in mistyped.stderr
    assert "Traceback" not in mistyped.stderr


@pytest.mark.sampling
def test_compare_takes_a_run_or_a_table(small_fit, tables, tmp_path):
    folder = save_fit(small_fit, tmp_path / "run")
    judged = run("compare", folder, "--no-drop", "--other", folder)
    assert judged.returncode == 0, judged.stderr
    assert "If the model is right" in judged.stdout
    written = {path.name for path in (folder / "compare").iterdir()}
    assert {"methods.csv", "methods.png", "methods.svg", "other_evidence.csv"} <= written

    alone = run("compare", *arguments(tables), "--out", tmp_path / "alone")
    assert alone.returncode == 0, alone.stderr
    assert "other methods beside mean available z" in alone.stdout
    assert (tmp_path / "alone" / "dropped_measures.csv").is_file()

    bare = run("compare", tables / "measures.csv")
    assert bare.returncode == 1
    assert "a table of measures needs both" in bare.stderr
    assert "Traceback" not in bare.stderr

    idle = run("compare", folder, "--units", "u.csv", "--period", "2016", "--refit", "--no-drop")
    assert idle.returncode == 1
    for words in (
        "--units: u.csv beside a run",
        "--period: 2016 beside",
        "--refit: given with --no",
    ):
        assert words in idle.stderr


def test_compare_refuses_what_it_would_read_past(tables, tmp_path):
    table = arguments(tables)
    file = tmp_path / "mine"
    file.write_text("mine")
    for words, said in (
        (("--refit",), "--refit: given with a table of measures; it fits the model of a run again"),
        (("--other-period", "1"), "--other-period: 1 without another table"),
        (("--out", file), "a file; the files need a folder"),
    ):
        refused = run("compare", *table, *words)
        assert refused.returncode == 1
        assert said in refused.stderr
    assert file.read_text() == "mine"
    absent = run("compare", tmp_path / "none", *table[1:])
    assert absent.returncode == 1
    assert "none: it is not there" in absent.stderr


@pytest.mark.sampling
def test_bands_grades_and_verdict_print_and_write(small_fit, tmp_path):
    folder = save_fit(small_fit, tmp_path / "run")
    losses = tmp_path / "loss.csv"
    losses.write_text(",upper,lower\nupper,0,3\nlower,1,0\n")
    banded = run("bands", folder, "--scope", "both", "--loss", losses)
    assert banded.returncode == 0, banded.stderr
    assert "by the losses that were stated" in " ".join(banded.stdout.split())
    assert "Country, bands of" in banded.stdout
    graded = run("grades", folder, "--max-discordance", "0.05")
    assert graded.returncode == 0, graded.stderr
    assert graded.stderr == "", "no progress in a pipe"
    assert "That is not the share of the distinctions made" in " ".join(graded.stdout.split())
    judged = run("verdict", folder, "--scope", "within_group")
    assert judged.returncode == 0, judged.stderr
    assert "Town: " in judged.stdout

    written = {path.name for path in folder.iterdir()}
    for scope in ("_all", "_within_group"):
        assert {f"bands{scope}.{kind}" for kind in ("csv", "png", "svg")} <= written
    assert {"grades.csv", "grades_summary.csv", "frontier.csv", "verdict.csv"} <= written
    assert {"grades.png", "pairs.svg", "frontier.png", "symbols.csv"} <= written
    for path in folder.glob("*.csv"):
        if path.name not in ("cells.csv", "units.csv", "diagnostics.csv"):
            cells = pd.read_csv(path, dtype="str", keep_default_na=False)
            assert (cells != "").all(axis=None), path.name
    summary = pd.read_csv(folder / "grades_summary.csv")
    assert summary["discordance"].item() <= 0.05
    table = pd.read_csv(folder / "bands_all.csv")
    cost = {"upper": 3 * table["prob_lower"], "lower": table["prob_upper"]}
    cheaper = (cost["upper"] <= cost["lower"]).map({True: "upper", False: "lower"})
    assert table["band"].tolist() == cheaper.tolist()


@pytest.mark.sampling
def test_rank_takes_both_scopes(small_fit, tmp_path):
    folder = save_fit(small_fit, tmp_path / "run")
    result = run("rank", folder, "--scope", "both", "--top", 2, "--bottom", 2)
    assert result.returncode == 0, result.stderr
    for scope in ("all", "within_group"):
        written = openness.read_ranking(folder / f"ranking_{scope}.csv")
        by_hand = openness.rank(small_fit, scope=scope)
        pd.testing.assert_frame_equal(written, by_hand, rtol=5e-6)
        assert (folder / f"missingness_{scope}.csv").is_file()
    assert not (folder / "ranking.csv").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--lambda", "0.2", "--grades", "3"), "--lambda and --grades were given"),
        (("--lambda", "1.5"), "--lambda"),
        (("--certify", "gurobi"), "'auto', 'lp', 'none'"),
        (("--scope", "region"), "'within_group', 'both'"),
    ],
)
def test_options_that_make_no_sense_are_refused_before_the_run_is_read(options, words):
    result = run("grades", "no-such-run", *options, COLUMNS="200")
    assert result.returncode == 2
    assert words in " ".join(result.stderr.replace("│", " ").split())
    assert "Traceback" not in result.stderr


@pytest.mark.sampling
def test_fit_keeps_a_draft_that_rank_refuses(tables, tmp_path):
    folder = tmp_path / "run"
    hasty = ("--chains", 2, "--draws", 100, "--tune", 100)
    fitted = run("fit", *arguments(tables), "--out", folder, "--seed", 1, *hasty)
    assert fitted.returncode == 3
    assert "did not pass the gate" in fitted.stderr
    assert (folder / "draws.nc").exists()

    refused = run("rank", folder)
    assert refused.returncode == 1
    assert "--draft" in refused.stderr
    assert not (folder / "ranking.csv").exists()

    draft = run("rank", folder, "--draft")
    assert draft.returncode == 0, draft.stderr
    assert "DRAFT" in draft.stdout
    assert "DRAFT" in (folder / "ranking.csv").read_text()
    assert "DRAFT" in (folder / "caterpillar.svg").read_text()
    assert "DRAFT" in (folder / "missingness.csv").read_text()
    assert "DRAFT" in (folder / "missingness.svg").read_text()

    unit = pd.read_csv(tables / "units.csv")["unit"][0]
    for command in (
        ("worth", folder),
        ("explain", folder, unit),
        ("explain", folder, unit, "--missing"),
        ("bands", folder),
        ("grades", folder),
        ("verdict", folder),
    ):
        refused = run(*command)
        assert refused.returncode == 1
        assert "--draft" in refused.stderr
        assert not (folder / f"{command[0]}.csv").exists()
        draft = run(*command, "--draft")
        assert draft.returncode == 0, draft.stderr
        assert draft.stdout.startswith("DRAFT")
    for name in ("worth.csv", "bands.csv", "grades.csv", "verdict.csv", "bands.svg", "pairs.svg"):
        assert "DRAFT" in (folder / name).read_text(), name


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
    assert "1 conditions, 2 of 2 replicates have ended" in report.stdout
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
