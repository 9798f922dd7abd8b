import pandas as pd
import pytest

from openness.fitting import save_fit

from .command import run


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
    assert "tied" in score.stdout
    both = run("explain", folder, unit, "--scope", "both")
    assert both.returncode == 0, both.stderr
    assert both.stdout.count("why this score") == 1
    assert both.stdout.count("Rank: ") == 2

    mistyped = run("explain", folder, f"{unit}x")
    assert mistyped.returncode == 1
    assert f"Did you mean '{unit}'" in mistyped.stderr
    assert "Traceback" not in mistyped.stderr
