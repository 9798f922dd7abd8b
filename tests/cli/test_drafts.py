import pandas as pd
import pytest

from .command import arguments, run


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
