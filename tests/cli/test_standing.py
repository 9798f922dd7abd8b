import pandas as pd
import pytest

import openness
from openness.fitting import save_fit

from .command import run

PUBLISHED = {
    "ranking.csv",
    "measures_table.csv",
    "empty_cells.csv",
    "missingness.csv",
    "symbols.csv",
}


@pytest.mark.sampling
def test_rank_prints_and_writes(small_fit, tmp_path):
    folder = save_fit(small_fit, tmp_path / "run")
    result = run("rank", folder, "--top", 3, "--bottom", 2)
    assert result.returncode == 0, result.stderr
    assert "95% equal-tailed credible interval" in result.stdout
    assert "half or twice as much of the factor" in result.stdout
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
    assert list(table.columns[:13]) == [
        "unit",
        "name",
        "group",
        "score_mean",
        "score_sd",
        "score_lower",
        "score_upper",
        "expected_rank",
        "expected_rank_error",
        "rank_median",
        "rank_lower",
        "rank_upper",
        "band",
    ]
    assert {"prob_upper", "prob_lower", "measures_present", "measures_applicable"} <= set(table)
    assert (folder / "caterpillar.png").stat().st_size > 10_000
    assert (folder / "caterpillar.svg").read_text().startswith("<?xml")
    pd.testing.assert_frame_equal(
        openness.read_ranking(folder / "ranking.csv"), openness.rank(small_fit).table, rtol=5e-6
    )


@pytest.mark.sampling
def test_rank_takes_both_scopes(small_fit, tmp_path):
    folder = save_fit(small_fit, tmp_path / "run")
    result = run("rank", folder, "--scope", "both", "--top", 2, "--bottom", 2)
    assert result.returncode == 0, result.stderr
    for scope in ("all", "within_group"):
        written = openness.read_ranking(folder / f"ranking_{scope}.csv")
        by_hand = openness.rank(openness.stand(small_fit, scope=scope)).table
        pd.testing.assert_frame_equal(written, by_hand, rtol=5e-6)
        assert (folder / f"missingness_{scope}.csv").is_file()
    assert not (folder / "ranking.csv").exists()


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
