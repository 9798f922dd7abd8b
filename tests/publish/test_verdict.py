import csv
import io

import pandas as pd
import pytest

from openness.publish.console import open_console
from openness.publish.verdict import verdict_view, write_verdict_files
from openness.publish.wording import DRAFT


@pytest.fixture
def table() -> pd.DataFrame:
    facts = {"units": 1206, "reliability": 0.454, "rankability": 0.6, "separable_80": 0.4}
    facts |= {"separable_90": 0.17, "separable_95": 0.06, "n_grades": 4, "lam": 0.25}
    facts |= {"expected_misbanded": 0.374, "monte_carlo_error": 0.0021, "show_places": False}
    rows = {
        "acute": {"label": "Acute [all]", **facts, "stable": True, "sentence": "Do not."},
        "mental": {"label": "Mental health", **facts, "stable": False, "sentence": "Do."},
    }
    found = pd.DataFrame.from_dict(rows, orient="index").rename_axis("among")
    found.attrs = {"scope": "within_group", "places": "auto", "draft": False}
    return found


def printed(renderable):
    out = io.StringIO()
    open_console(out).print(renderable)
    return out.getvalue()


def test_a_row_has_the_figures_and_a_line_the_sentence(table, league):
    text = printed(verdict_view(table, league))
    row = next(line for line in text.splitlines() if line.startswith("Acute [all]"))
    assert row.split()[2:] == ["1,206", "0.45", "0.60", "40%", "17%", "6%", "4", "37%", "(0.2)"]
    said = " ".join(text.split())
    assert "Acute [all]: Do not." in said
    assert "Mental health: Do. One half of the draws by itself says otherwise of places." in said
    assert max(len(line) for line in text.splitlines()) <= 100


def test_a_draft_says_so_first_and_in_the_file(table, league, tmp_path):
    assert printed(verdict_view(table, league, draft=True)).startswith(DRAFT)
    write_verdict_files(table, tmp_path, suffix="_within_group", draft=True)
    with (tmp_path / "verdict_within_group.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0][:3] == ["among", "draft", "label"]
    assert [row[1] for row in rows[1:]] == ["DRAFT", "DRAFT"]
    assert all(cell not in ("", "nan") for row in rows for cell in row)
