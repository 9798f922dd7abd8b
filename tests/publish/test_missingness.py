from dataclasses import replace

import numpy as np
import pytest

from openness.publish.missingness import draw_missingness
from openness.publish.sheet import save_figure

from .reading import said, texts


def test_every_share_is_drawn_with_its_interval(make_missingness):
    result = make_missingness()
    table, figure = result.table, draw_missingness(result)
    reasons = table.index.unique("reason")
    assert len(figure.axes) == 2 * len(reasons)
    panels = iter(figure.axes)
    for by in ("fifth", "group"):
        for reason in reasons:
            numbers = table.loc[by].xs(reason, level="reason")
            lines, *_, marks = next(panels).collections
            ends = np.array([segment[:, 0] for segment in lines.get_segments()])
            np.testing.assert_array_equal(ends, numbers[["share_lower", "share_upper"]])
            np.testing.assert_array_equal(marks.get_offsets()[:, 0], numbers["share"])


def test_all_panels_have_one_scale_that_holds_everything(make_missingness):
    result = make_missingness()
    table = result.table
    limits = {axes.get_xlim() for axes in draw_missingness(result).axes}
    ((low, high),) = limits
    assert low == 0
    assert high >= table.drop("difference", level="by")["share_upper"].max()


def test_the_words_say_what_is_drawn(make_missingness):
    words = texts(draw_missingness(make_missingness(prob=0.8)))
    assert "Openness of hospitals: missing at which scores?" in words
    assert "any reason" in words
    assert {"not collected", "[x]", "under query", "[q]"} <= set(words)
    assert "withdrawn" not in words
    assert {"Highest fifth", "Lowest fifth", "Acute", "Mental"} <= set(words)
    together = " ".join(words)
    assert "80% equal-tailed credible interval" in together
    assert "of all units" in together
    assert "DRAFT" not in together


def test_within_groups_the_note_says_so(make_missingness):
    figure = draw_missingness(make_missingness(scope="within_group"))
    assert "of each type by itself" in " ".join(texts(figure))


@pytest.mark.parametrize(("units", "groups"), [(2, 2), (12, 2), (300, 90)])
def test_any_number_of_units_and_groups_fits_a_page(make_missingness, units, groups):
    figure = draw_missingness(make_missingness(units, groups))
    assert figure.get_figheight() <= 11.69
    figure.canvas.draw()
    for text in figure.texts:
        box = text.get_window_extent()
        assert 0 <= box.x0 <= box.x1 <= figure.bbox.x1
        assert 0 <= box.y0 <= box.y1 <= figure.bbox.y1


def test_groups_without_room_are_counted(make_missingness):
    words = " ".join(texts(draw_missingness(make_missingness(300, 90))))
    assert "50 smaller types are in the table only" in words


def test_two_runs_give_the_same_bytes(make_missingness, tmp_path):
    saved = [save_figure(draw_missingness(make_missingness()), tmp_path / run) for run in "ab"]
    for first, second in zip(*saved, strict=True):
        assert first.read_bytes() == second.read_bytes()


def test_the_sentence_has_the_numbers_of_the_table(make_missingness):
    result = make_missingness()
    sentence = said(result)
    for level in ("1", "5"):
        assert f"{100 * result.table.loc[('fifth', level, 'any'), 'share']:.1f}% (" in sentence
    assert "fifth of trusts with the highest scores" in sentence
    assert "points (95% equal-tailed credible intervals)" in sentence


def test_where_nothing_is_missing_the_sentence_says_so_and_nothing_is_drawn(make_missingness):
    result = make_missingness()
    whole = replace(result, table=result.table.assign(missing=0.0, share=0.0))
    assert said(whole) == "No cell is missing."
    assert draw_missingness(whole) is None
