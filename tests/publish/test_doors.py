"""`show` and `write` take every kind of result, and none of them lets a draft lose its mark."""

from __future__ import annotations

import ast
import io
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console

import openness
from openness.errors import InvalidInput
from openness.measures import audit
from openness.publish import audit_report, doors, evidence, kinds, show, study_report, write
from openness.publish.kinds import KINDS, Csv, Kind, Picture
from openness.publish.sheet import new_sheet, write_head
from openness.publish.wording import DRAFT
from openness.result import Result
from openness.standing import (
    bands,
    grades,
    probability_of_superiority,
    stand,
    tied_with,
    verdict,
)

from .reading import printed, texts
from .test_comparison import made_comparison

ON_NO_STANDING = {"evidence", "audit", "study"}


@pytest.fixture
def results(
    make_ranking,
    make_missingness,
    make_stress,
    make_evidence,
    summary,
    league,
) -> Callable[..., dict[str, Result]]:
    """A result of every kind, of a fit that passed the gate or not."""

    def make(passed: bool) -> dict[str, Result]:
        ranking = make_ranking(12, passed=passed)
        standing = ranking.standing
        code = ranking.table.index[0]
        interval = standing.interval
        whom = {"unit": code, "name": "Trust [0]", "score": 0.4, "reason": "", **interval}

        def by_hand(kind: str, table: pd.DataFrame, parts=None, **about) -> Result:
            about = whom | about
            return Result(kind, table, league, standing=standing, about=about, parts=parts or {})

        source = pd.DataFrame(
            {"kind": "indicator", "label": "Q1", "weight": 0.3, "contribution": 0.4},
            index=pd.Index(["q1"], name="source"),
        )
        ranks = {"rank_median": 3.0, "rank_lower": 1.0, "rank_upper": 9.0}
        hypotheses = ("predicted", "predicted_5", "predicted_95", "zero")
        absent = {"label": "Q1", "family": "proportion", "status": "not_returned", "note": ""}
        absent |= {"predicted": 0.5, "predicted_5": 0.4, "predicted_95": 0.6, "narrowing": 2.0}
        absent |= {f"{name}_{what}": value for what in hypotheses for name, value in ranks.items()}
        returns = pd.DataFrame([absent | {"rough": ""}], index=pd.Index(["q1"], name="indicator"))
        owed = {"name": "Trust [0]", "group": "acute", "status": "not_returned", "ranked": True}
        key = pd.MultiIndex.from_tuples([(code, "q1")], names=["unit", "indicator"])
        worth = pd.DataFrame([owed | ranks | {"narrowing": 2.0}], index=key)
        by_unit = worth.droplevel("indicator").drop(columns="status").assign(missing=1)
        moved = pd.DataFrame({0.5: [1.0, 2.0], 1.0: [1.5, 1.5], 2.0: [2.0, 1.0]}, ["R0", "R1"])
        found_by_guards = pd.DataFrame(
            {"guard": "misfit", "severity": ["warns", "notes"], "about": "q1", "sentence": "Look."}
        ).assign(figure=0.3, threshold=0.2)
        ids = [indicator.id for indicator in league.indicators]
        pairs = pd.DataFrame({"first": ids[:1] * 2, "second": ids[-1:] * 2, "units": 12})
        pairs = pairs.assign(observed=[0.8, 0.3], implied=0.3, lower=0.1, upper=0.5, p=[0.0, 1.0])
        pairs = pairs.assign(difference=[0.5, 0.0], misfit=[True, False])
        moves = pd.DataFrame({"type": [group.id for group in league.groups], "units": 6})
        moves = moves.assign(prior="half-normal(1)", rank=3.0, rank_then=4.0, moved=1.0)
        moves = moves.assign(effective_draws=500.0)
        composed = pd.DataFrame({"label": ids, "source": "survey"}, pd.Index(ids, name="indicator"))
        figures = ("communality", "coherence", "weight", "information", "correlation")
        composed = composed.assign(**dict.fromkeys(figures, 0.5))
        scores = ("measures", "sources", "factor")
        three = pd.DataFrame({"name": "Trust [0]", "group": "acute"}, [code])
        three = three.assign(**{f"expected_rank_{of}": 2.0 for of in scores})
        three = three.assign(**{f"band_{of}": "good" for of in scores}, furthest_move=0.0)
        three = three.rename_axis("unit")
        agreement = pd.DataFrame(
            {"label": "All", "units": 12, "rank_correlation": 0.9, "median_move": 1.0},
            pd.MultiIndex.from_tuples(
                [("all", "measures", "sources"), ("all", "measures", "factor")],
                names=["stratum", "first", "second"],
            ),
        ).assign(furthest_move=2.0, other_band=0.1)
        measures, its_league = make_evidence(12)
        found = made_comparison(20)
        made = [
            evidence(measures, its_league),
            audit_report(audit(measures, its_league), measures, its_league),
            ranking,
            make_missingness(passed=passed),
            bands(standing),
            grades(standing),
            verdict(standing),
            by_hand("guards", found_by_guards, {"pairs": pairs, "types": moves}),
            by_hand("composition", composed),
            by_hand("contributions", source, predicted_weight=0.2),
            by_hand("missing_returns", returns, **ranks),
            tied_with(standing, code),
            by_hand("sources", pd.DataFrame([{"label": "Survey"} | ranks], ["survey"])),
            probability_of_superiority(standing, *ranking.table.index[:2]),
            by_hand("worth", worth, {"by_unit": by_unit}, draws=100),
            make_stress(passed=passed),
            Result(
                "scores",
                three,
                league,
                summary=agreement,
                standing=standing,
                about={"scores": dict.fromkeys(scores, "a mean"), "stopped": ["factor"]},
            ),
            by_hand(
                "sensitivity",
                pd.DataFrame(
                    {"rank_correlation": 0.9, "median_move": 1.0, "furthest_move": 2.0},
                    pd.MultiIndex.from_tuples(
                        [("weights", "equal sources")], names=["assumption", "alternative"]
                    ),
                ).assign(unit=code, name="Trust [0]", effective_draws=100.0),
                fewest_draws=400,
            ),
            by_hand("coherence", moved.rename_axis("unit"), domains=("survey", "board")),
            by_hand("comparison", found.summary, {"comparison": found, **found.tables}),
            study_report(summary),
        ]
        return {result.kind: result for result in made}

    return make


def test_every_kind_is_shown_and_written(results, tmp_path):
    made = results(passed=True)
    assert set(made) == set(KINDS)
    for kind, result in made.items():
        assert printed(result).strip(), kind
        assert "DRAFT" not in printed(result), kind
        folder = tmp_path / kind
        folder.mkdir()
        paths = write(result, folder)
        assert sorted(set(paths)) == sorted(folder.iterdir()), kind
        for path in paths:
            said_draft = path.suffix != ".png" and "DRAFT" in path.read_text()
            assert not said_draft, path.name


def test_a_draft_cannot_lose_its_mark(results, tmp_path):
    """On the screen, in each table, on each picture, in a notebook and in Python."""
    for kind, result in results(passed=False).items():
        if kind in ON_NO_STANDING:
            assert not result.is_draft
            continue
        assert printed(result).startswith(DRAFT), kind
        assert "DRAFT" in repr(result), kind
        assert "DRAFT" in result._repr_html_(), kind
        folder = tmp_path / kind
        folder.mkdir()
        paths = [path for path in write(result, folder) if path.name != "symbols.csv"]
        assert paths, kind
        assert {path.suffix for path in paths} <= {".csv", ".png", ".svg"}, "a writer without test"
        for path in paths:
            if path.suffix == ".csv":
                table = pd.read_csv(path, dtype=str, keep_default_na=False)
                assert (table["draft"] == "DRAFT").all(), path.name
                assert not [name for name in table if name.endswith("_draft")], path.name
            elif path.suffix == ".svg":
                assert "DRAFT" in path.read_text(), path.name
        sheets = doors.draw(result)
        assert len(sheets) == sum(path.suffix == ".png" for path in paths), kind
        for stem, sheet in sheets.items():
            assert {"DRAFT", DRAFT} <= set(texts(sheet)), stem
            assert DRAFT in sheet.description, stem


def test_a_draft_stays_one_whatever_is_replaced(make_ranking):
    draft = make_ranking(5, passed=False)
    bare = replace(draft, table=draft.table.drop(columns="draft"), summary=draft.summary.head(0))
    assert bare.table.columns[0] == "draft"
    assert printed(bare).startswith(DRAFT)


def test_a_fit_again_that_failed_makes_a_draft_of_what_rests_on_it(make_stress, tmp_path):
    result = make_stress(failed="R-hat 1.2")
    assert not result.standing.draft
    assert printed(result).startswith(DRAFT)
    assert "the fits at 1 did not pass the gate" in printed(result)
    for path in write(result, tmp_path):
        if path.name in ("stress.csv", "stress.svg"):
            assert "DRAFT" in path.read_text(), path.name


def test_a_standing_of_a_draft_has_to_be_asked_for(make_ranking):
    fit = make_ranking(5, passed=False).standing.fit
    with pytest.raises(openness.OpennessError, match="did not pass"):
        stand(fit)
    for verb in (openness.rank, openness.bands, openness.grades, openness.verdict):
        with pytest.raises(openness.OpennessError, match="did not pass"):
            verb(fit)


def test_the_mark_of_a_draft_is_set_in_one_place():
    """No function here takes a `draft`: whether it is one is the result's to say."""
    folder = Path(doors.__file__).parent
    functions = [
        node
        for source in folder.glob("*.py")
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.Lambda)
    ]
    assert len(functions) > 100
    for function in functions:
        arguments = function.args
        names = [a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
        assert "draft" not in names, ast.unparse(function)[:80]


def test_a_new_kind_is_one_entry(monkeypatch, make_ranking, tmp_path):
    def view(result, top, bottom):
        yield f"{len(result.table)} in [brackets], {top} of them"

    def draw(result, highlight):
        sheet = new_sheet(2)
        write_head(sheet, result.league.title, ": another", "A line.")
        return sheet

    entry = Kind(view, (Csv("another"),), (Picture("drawn", draw),), has_key=False)
    monkeypatch.setitem(kinds.KINDS, "another", entry)
    result = replace(make_ranking(4, passed=False), kind="another")
    assert printed(result, top=3) == f"{DRAFT}\n4 in [brackets], 3 of them\n"
    names = [path.name for path in write(result, tmp_path, suffix="_x")]
    assert names == ["another_x.csv", "drawn_x.png", "drawn_x.svg"]
    assert "DRAFT" in (tmp_path / "drawn_x.svg").read_text()


def test_what_is_no_result_is_refused_in_words(make_ranking, tmp_path):
    ranking = make_ranking(3)
    with pytest.raises(InvalidInput, match="result: type: DataFrame; a Result"):
        show(ranking.table)
    with pytest.raises(InvalidInput, match="result: kind: 'rankings'; one of evidence, audit"):
        write(replace(ranking, kind="rankings"), tmp_path)


def test_two_writes_give_the_same_bytes(results, tmp_path):
    for kind, result in results(passed=True).items():
        folders = [tmp_path / f"{kind}_{run}" for run in "ab"]
        for folder in folders:
            folder.mkdir()
            write(result, folder)
        for first in folders[0].iterdir():
            assert first.read_bytes() == (folders[1] / first.name).read_bytes(), first


def test_what_is_shown_fits_a_pipe(results):
    for kind, result in results(passed=True).items():
        assert max(map(len, printed(result).splitlines())) <= 100, kind


def test_a_result_can_be_printed_as_it_is(make_ranking):
    console = Console(file=io.StringIO(), width=80)
    console.print(show(make_ranking(3)))
    assert "3 trusts ranked" in console.file.getvalue()


def test_every_picture_has_a_title_and_says_what_it_shows(results):
    for result in results(passed=True).values():
        for stem, sheet in doors.draw(result).items():
            assert sheet.title, stem
            assert len(sheet.description) > 40, stem


def test_no_type_is_small_where_the_page_has_room(results):
    """Twelve units: a page that has room for type of 7 points everywhere."""
    for result in results(passed=True).values():
        for stem, sheet in doors.draw(result).items():
            sheet.canvas.draw()
            sizes = [
                (text.get_fontsize(), text.get_text())
                for text in sheet.findobj(lambda part: hasattr(part, "get_fontsize"))
                if text.get_text().strip() and text.get_visible()
            ]
            assert min(sizes)[0] >= 7, (stem, min(sizes))


def test_ticks_that_are_labelled_in_per_cent_are_where_they_say(results):
    for result in results(passed=True).values():
        for stem, sheet in doors.draw(result).items():
            sheet.canvas.draw()
            for axes in sheet.axes:
                labels = [
                    (tick.get_loc(), tick.label1.get_text())
                    for tick in axes.xaxis.get_major_ticks()
                    if tick.label1.get_text().endswith("%")
                ]
                for place, label in labels:
                    assert 100 * place == pytest.approx(float(label[:-1]), abs=1e-6), stem
                assert all(a < b for (a, _), (b, _) in pairwise(labels)), stem
