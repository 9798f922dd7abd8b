import pandas as pd
import pytest

from openness.publish import write
from openness.result import Result

from .reading import cells, has_no_empty_cell, printed


@pytest.fixture
def verdict(league) -> Result:
    facts = {"units": 1206, "league_reliability": 0.454, "rankability": 0.6, "separable_80": 0.4}
    facts |= {"separable_90": 0.17, "separable_95": 0.06, "n_grades": 4, "lam": 0.25}
    facts |= {"expected_misbanded": 0.374, "monte_carlo_error": 0.0021, "show_places": False}
    rows = {
        "acute": {"label": "Acute [all]", **facts, "stable": True, "sentence": "Do not."},
        "mental": {"label": "Mental health", **facts, "stable": False, "sentence": "Do."},
    }
    found = pd.DataFrame.from_dict(rows, orient="index").rename_axis("stratum")
    return Result("verdict", found, league, about={"scope": "within_group", "places": "auto"})


def test_a_row_has_the_figures_and_a_line_the_sentence(verdict):
    text = printed(verdict)
    row = next(line for line in text.splitlines() if line.startswith("Acute [all]"))
    assert row.split()[2:] == ["1,206", "0.45", "0.60", "40%", "17%", "6%", "4", "37%", "(0.2)"]
    said = " ".join(text.split())
    assert "Acute [all]: Do not." in said
    assert "Mental health: Do. One half of the draws by itself says otherwise of places." in said
    assert max(len(line) for line in text.splitlines()) <= 100


def test_the_file_has_the_suffix_and_no_empty_cell(verdict, tmp_path):
    write(verdict, tmp_path, suffix="_within_group")
    path = tmp_path / "verdict_within_group.csv"
    assert has_no_empty_cell(path)
    assert cells(path)[0][:2] == ["stratum", "label"]
