"""What a study found, printed and drawn from a summary that is made by hand."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from openness.publish import study_report, write
from openness.publish.study import gate_sentence
from openness.publish.study_plot import draw_by_method, draw_coverage
from openness.study import StudySummary

from .reading import printed


def printed_of(summary: StudySummary) -> str:
    return printed(study_report(summary))


def test_figures_stand_with_their_errors(summary):
    text = printed_of(summary)
    assert "All of gaps (gaps)" in text
    assert "30.0% ±1.0" in text
    assert "-2.0 ±0.0" in text
    assert "94.0% ±1.0" in text
    assert "the model, in order" in text
    # No unit is incomplete in the first condition.
    assert "[z]" in text


def test_a_method_that_ranks_some_units_only_is_told_from_the_others(summary):
    ranked = pd.DataFrame(
        [
            {"condition": "gaps", "method": m, "among": "all", "figure": "ranked", "mean": mean}
            for m, mean in (("mean_fill", 0.35), ("model", 1.0), ("model_order", 0.0))
        ]
    ).assign(error=0.0, replicates=4, units=9.0)
    some = replace(summary, figures=pd.concat([summary.figures, ranked], ignore_index=True))
    assert "Mean fill ranks 35% of the units" in " ".join(printed_of(some).split())
    assert "The model, in order ranks no unit." in printed_of(some)
    assert "of the units:" not in printed_of(summary)
    words = [text.get_text() for text in draw_by_method(some, "wrong_band", "all").texts]
    assert any("Hollow" in text for text in words)
    marks = [line for line in draw_by_method(some, "wrong_band", "all").axes[1].lines
             if line.get_marker() == "o"]  # fmt: skip
    assert [mark.get_markerfacecolor() == "white" for mark in marks] == [True, False, True]


def test_intervals_of_shares_are_drawn_whole(summary):
    wide = summary.figures.assign(error=0.3)
    drawing = draw_coverage(replace(summary, figures=wide))
    assert min(axes.get_xlim()[0] for axes in drawing.axes[:2]) <= 0.94 - 1.96 * 0.3


def test_symbols_have_a_key(summary):
    assert "[z] = not applicable" in " ".join(printed_of(summary).split())


def test_what_failed_is_printed(summary):
    text = " ".join(printed_of(summary).split())
    assert "The model failed in 1 replicates of gaps: FitFailed: no [start]" in text
    assert gate_sentence(summary) in text
    assert gate_sentence(summary).endswith(
        "Of 8 fits 1 failed and 1 missed the gate; those that failed have no figures, the others "
        "are in the figures."
    )


def test_files_are_written(summary, tmp_path):
    names = {path.name for path in write(study_report(summary), tmp_path)}
    assert names == {
        *("figures.csv", "fits.csv", "failures.csv"),
        *(f"{stem}.png" for stem in ("wrong_band", "rank_bias", "coverage")),
        *(f"{stem}.svg" for stem in ("wrong_band", "rank_bias", "coverage")),
    }  # fmt: skip
    assert (pd.read_csv(tmp_path / "figures.csv")["mean"] == summary.figures["mean"]).all()
    for name in ("figures", "fits", "failures"):
        assert next(iter(pd.read_csv(tmp_path / f"{name}.csv"))) == "condition"


def test_a_panel_stands_for_each_condition(summary):
    drawing = draw_by_method(summary, "wrong_band", "all")
    assert len(drawing.axes) == 2
    labels = [label.get_text() for label in drawing.axes[0].get_yticklabels()]
    assert labels == ["mean fill", "the model", "the model, in order"]
    assert len(draw_by_method(summary, "rank_bias", "incomplete").axes) == 1


def test_what_nobody_has_is_not_drawn(summary, study):
    empty = StudySummary(study, summary.figures.iloc[:0], summary.fits, summary.failures)
    assert draw_by_method(empty, "wrong_band", "all") is None
    assert draw_coverage(empty) is None
