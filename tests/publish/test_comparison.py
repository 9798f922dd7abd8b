from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from openness.league.definition import League
from openness.naive import Comparison
from openness.naive.comparison.agreement import fairness_gap, rank_among_ranked
from openness.naive.comparison.summary import furthest, summarise
from openness.publish import write
from openness.publish.comparison import paragraph
from openness.publish.comparison_plot import draw_comparison
from openness.publish.sheet import save_figure
from openness.result import Result

from .reading import printed


def made_comparison(units: int, *, judged: bool = True) -> Comparison:
    """Three rankings of units, of which every fifth lacks a measure and loses by "harsh"."""
    rng = np.random.default_rng(4)
    index = pd.Index([f"U{number:04d}" for number in range(units)], name="unit")
    level = rng.normal(size=units)
    lacks = np.arange(units) % 5 == 0
    scores = {
        "model": level,
        "fair": level + 0.2 * rng.normal(size=units),
        "harsh": level - 1.5 * lacks,
    }
    ranks = pd.DataFrame(scores, index).rank(ascending=False)
    bands = pd.DataFrame(
        np.select([ranks <= units / 4, ranks <= 3 * units / 4], ["good", "middling"], "poor"),
        index,
        ranks.columns,
        dtype="str",
    ).where(ranks.notna())
    missing = pd.DataFrame({"applicable": 3, "any": lacks.astype(int)}, index)
    missing["system_change"] = missing["any"]
    names = pd.DataFrame({"name": [f"Trust [{u}]" for u in index], "group": "acute"}, index)
    reference_ranks = pd.DataFrame(
        {name: rank_among_ranked(ranks["model"], ranks[name], [np.arange(units)]) for name in ranks}
    )
    fairness = pd.concat(
        {
            name: fairness_gap(ranks[name], reference_ranks[name], missing)
            for name in ("fair", "harsh")
        },
        names=["method"],
    )
    figures = {"rank_correlation": [0.9], "other_band": [3], "refused": [""]}
    dropped = pd.concat(
        {
            name: pd.DataFrame(figures, pd.Index(["q1"], name="indicator"))
            for name in ("fair", "harsh")
        },
        names=["method"],
    )
    nothing = pd.DataFrame()
    summary = summarise(ranks, reference_ranks, bands, fairness, dropped, nothing)
    if judged:
        for column, values in {
            "discordance": [0.10, 0.12, 0.21],
            "concordance": [0.90, 0.87, 0.79],
            "tau": [0.80, 0.75, 0.58],
        }.items():
            summary[column] = values
            summary[f"{column}_error"] = 0.001
        summary["expected_misbanded"] = [0.2, 0.25, 0.4]
    return Comparison(
        reference="model",
        ranks=ranks,
        reference_ranks=reference_ranks,
        bands=bands,
        missing=missing,
        summary=summary,
        furthest=furthest(ranks, reference_ranks, names, missing),
        fairness=fairness,
        dropped=dropped,
        years=nothing,
        remarks={"fair": ("It drops two measures.",)},
        refused={"factor_scores": "it needs three measures"},
    )


def _result(comparison: Comparison, league: League) -> Result:
    return Result(
        "comparison",
        comparison.summary,
        league,
        parts={"comparison": comparison, **comparison.tables},
    )


def _printed(comparison: Comparison, league: League) -> str:
    return printed(_result(comparison, league))


def test_what_is_printed(league: League) -> None:
    text = _printed(made_comparison(40), league)
    assert "other methods compared with the model" in text
    assert "If the model is right" in text
    assert "0.900 (Q1)" in text
    # The model was not fitted without each measure: a symbol, not a blank.
    row = next(line for line in text.splitlines()[::-1] if line.startswith("the model"))
    assert row.split() == ["the", "model", "[z]"]
    assert "Fair: It drops two measures." in text
    assert "Factor scores cannot rank this table: it needs three measures" in text


def test_every_symbol_and_column_is_explained(league: League) -> None:
    text = " ".join(_printed(made_comparison(40), league).split())
    assert "[z] = not applicable" in text
    assert "Without one measure: rank correlation of each method's list with its own" in text
    assert "--refit fits it again without each measure" in text


def test_shares_of_other_evidence_are_no_probabilities(league: League) -> None:
    found = made_comparison(40)
    years = pd.DataFrame({"units": [40]}, pd.Index(["fair"], name="method"))
    summary = found.summary.assign(year_correlation=1.0, year_other_band=0.0)
    text = _printed(replace(found, years=years, summary=summary), league)
    assert "0.0%" in text
    assert "<1%" not in text


def test_methods_that_agree_are_not_told_apart(league: League) -> None:
    found = made_comparison(40, judged=False)
    summary = found.summary.assign(rank_correlation=1.0, fairness_gap=0.0)
    text = " ".join(paragraph(replace(found, summary=summary), league))
    assert "Every method that ranks as many trusts has them in the same order as the mod" in text
    assert "No method moves them relative to those that lack none." in text
    assert "furthest" not in text
    assert "0 ranks" not in text


def test_the_paragraph_names_who_loses_and_what_the_yardstick_is(league: League) -> None:
    text = " ".join(paragraph(made_comparison(40), league))
    assert "8 of 40 trusts lack a measure. Harsh puts them" in text
    assert "ranks lower than the model does" in text
    assert "fair does best (12.0% wrong, tau 0.75) and harsh worst (21.0% wrong, tau 0.58)" in text
    assert "cannot show that it does" in text


def test_without_a_posterior_nothing_is_said_of_wrong_pairs(league: League) -> None:
    text = _printed(made_comparison(40, judged=False), league)
    assert "Wrong" not in text
    assert "posterior" not in text


def test_files_have_no_empty_cell(league: League, tmp_path: Path) -> None:
    paths = write(_result(made_comparison(40), league), tmp_path)
    assert {path.name for path in paths} == {
        "methods.csv",
        "method_ranks.csv",
        "furthest_moved.csv",
        "incomplete_units.csv",
        "dropped_measures.csv",
        "methods.png",
        "methods.svg",
    }
    for path in paths:
        if path.suffix == ".csv":
            cells = pd.read_csv(path, dtype=str, keep_default_na=False)
            assert not (cells == "").any(axis=None), path.name


@pytest.mark.parametrize("units", [5, 5000])
def test_a_picture_of_few_or_many_units_is_a_page(
    units: int, league: League, tmp_path: Path
) -> None:
    figure = draw_comparison(_result(made_comparison(units), league))
    width, height = figure.get_size_inches()
    assert width <= 8.27
    assert height <= 11.69
    _, svg = save_figure(figure, tmp_path / "methods")
    assert svg.stat().st_size < 2_000_000
