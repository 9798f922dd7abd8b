import pandas as pd
import pytest

import openness
from openness.fitting import save_fit

from .command import run

STEMS = ("guards_pairs", "guards_types")
PICTURES = {f"{stem}.{kind}" for stem in STEMS for kind in ("png", "svg")}


@pytest.mark.sampling
def test_guard_and_composition_print_and_write(small_fit, tmp_path):
    folder, out = save_fit(small_fit, tmp_path / "run"), tmp_path / "out"
    result = run("guard", folder, "--out", out)
    assert result.returncode == 0, result.stderr
    assert "what must be said before anybody publishes" in result.stdout
    tables = {"guards.csv", "guards_pairs.csv", "guards_types.csv"}
    assert {path.name for path in out.iterdir()} == tables | PICTURES
    written = pd.read_csv(out / "guards.csv", keep_default_na=False)
    expected = openness.guard(small_fit).table
    assert written["sentence"].tolist() == expected["sentence"].tolist()
    assert len(pd.read_csv(out / "guards_pairs.csv")) == 6

    result = run("measures", folder)
    assert result.returncode == 0, result.stderr
    assert {"composition.csv", "composition.png", "composition.svg"} <= {
        path.name for path in folder.iterdir()
    }
    shares = pd.read_csv(folder / "composition.csv")["information"]
    assert shares.sum() == pytest.approx(1, abs=1e-4)
