"""The figures of a long study that a page shows, kept so that the page can be built without it.

    openness study examples/study/wrong-bands.toml --out DIR
    python docs/kept_study.py DIR

keeps them anew, in `docs/explanation/wrong-bands/`.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pandas as pd
from IPython.display import SVG
from matplotlib.figure import Figure

from openness.study import StudySummary, load_folder, load_study, summarise
from openness.study.definition import study_hash

HERE = Path(__file__).resolve().parent
STUDY = HERE.parent / "examples" / "study" / "wrong-bands.toml"
KEPT = HERE / "explanation" / "wrong-bands"

SHOWN = {
    "wrong_band": ("all",),
    "rank_bias": ("incomplete", "system_change"),
    "coverage": ("all", "complete", "incomplete"),
    "rank_coverage": ("all", "complete", "incomplete"),
}
"""Figures, and the classes of units of which they are kept."""


def keep(folder: Path) -> None:
    """Write what the page shows of a study that has been run."""
    found = load_folder(folder)
    summary = summarise(found)
    figures = summary.figures
    pairs = zip(figures["figure"], figures["among"], strict=True)
    wanted = [among in SHOWN.get(figure, ()) for figure, among in pairs]
    KEPT.mkdir(exist_ok=True)
    figures[wanted].to_csv(KEPT / "figures.csv", index=False, float_format="%.6g")
    summary.fits.to_csv(KEPT / "fits.csv", float_format="%.6g")
    (KEPT / "study.sha256").write_text(study_hash(found.study) + "\n", encoding="utf-8")


def kept() -> StudySummary:
    """Return what was kept."""
    return StudySummary(
        study=load_study(STUDY),
        figures=pd.read_csv(KEPT / "figures.csv"),
        fits=pd.read_csv(KEPT / "fits.csv", index_col="condition"),
        failures=pd.DataFrame(columns=["condition", "method", "reason", "replicates"]),
    )


def shown(figure: Figure) -> SVG:
    """Return a picture as a page takes it."""
    image = io.StringIO()
    figure.savefig(image, format="svg")
    return SVG(image.getvalue())


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
