"""The page on the naive tables says what was kept of the study that is shipped."""

import re
from pathlib import Path

import pandas as pd
import pytest

from openness.study import load_study
from openness.study.definition import study_hash

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/explanation/naive-tables.md").read_text(encoding="utf-8")

METHODS = {
    "mean of available z": "mean_available_z",
    "2016 rule": "learning_from_mistakes_2016",
    "zeros": "zero_fill",
    "model": "model",
    "model, in order": "model_order",
}


@pytest.fixture(scope="module")
def figures() -> pd.DataFrame:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "docs"))
        from kept_study import kept  # type: ignore[import-not-found]
    table: pd.DataFrame = kept().figures
    return table.set_index(["figure", "among", "condition", "method"])[["mean", "error"]]


def test_what_was_kept_is_of_the_shipped_study() -> None:
    study = load_study(ROOT / "examples/study/wrong-bands.toml")
    recorded = (ROOT / "docs/explanation/wrong-bands/study.sha256").read_text(encoding="utf-8")
    assert recorded.strip() == study_hash(study), "run it again, and docs/kept_study.py"


def test_the_table_of_the_page_is_that_of_the_study(figures: pd.DataFrame) -> None:
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in PAGE.splitlines()
        if line.startswith("|") and not line.startswith("|--")
    ]
    headings, *body = rows
    study = load_study(ROOT / "examples/study/wrong-bands.toml")
    assert len(body) == len(study.conditions)
    for condition, cells in zip(study.conditions, body, strict=True):
        for heading, cell in zip(headings[1:], cells[1:], strict=True):
            mean, error = figures.loc[("wrong_band", "all", condition.id, METHODS[heading])]
            assert cell == f"{100 * mean:.1f}% ± {100 * error:.1f}", (condition.id, heading)


def test_the_counts_of_fits_are_those_of_the_study() -> None:
    fits = pd.read_csv(ROOT / "docs/explanation/wrong-bands/fits.csv")
    found = re.search(r"Of (\S+) fits\s(\d+) failed, and (\d+)\s+missed the gate", PAGE)
    assert found is not None
    totals = [f"{fits[name].sum():,}" for name in ("fits", "failed", "missed_gate")]
    assert list(found.groups()) == totals
