from dataclasses import replace

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgba

from openness.errors import InvalidInput
from openness.publish.caterpillar import caterpillar, grade_caterpillar
from openness.publish.palette import band_colours

from .reading import texts

A4 = 11.69


def lines(axes):
    return next(c for c in axes.collections if isinstance(c, LineCollection))


def test_every_ranked_unit_is_a_line_from_limit_to_limit_in_its_band(make_ranking, league):
    ranking = make_ranking(120, unmeasured=4)
    (axes,) = caterpillar(ranking).axes
    ranked = ranking.table[ranking.table["ranked"]]
    drawn = lines(axes)
    ends = np.array([segment[:, 0] for segment in drawn.get_segments()])
    np.testing.assert_array_equal(ends, ranked[["rank_lower", "rank_upper"]])
    levels = [band.id for band in league.bands.levels]
    colours = dict(zip(levels, map(to_rgba, band_colours(3)), strict=True))
    np.testing.assert_allclose(drawn.get_colors(), [colours[band] for band in ranked["band"]])
    dots = next(c for c in axes.collections if c is not drawn)
    np.testing.assert_array_equal(dots.get_offsets()[:, 0], ranked["expected_rank"])


def test_best_is_on_top_and_on_the_left(make_ranking):
    (axes,) = caterpillar(make_ranking(20)).axes
    assert axes.get_xlim() == (0.5, 20.5)
    bottom, top = axes.get_ylim()
    heights = [segment[0, 1] for segment in lines(axes).get_segments()]
    assert top < heights[0] < heights[-1] < bottom


def test_limits_of_bands_are_drawn_where_the_league_has_them(make_ranking):
    (axes,) = caterpillar(make_ranking(20)).axes
    assert [line.get_xdata()[0] for line in axes.lines] == [5.5, 15.5]


def test_both_ends_and_the_highlighted_are_named(make_ranking):
    ranking = make_ranking(120)
    table = ranking.table
    figure = caterpillar(ranking, [table.index[60]])
    named = set(texts(figure)) & set(table["name"])
    assert named == set(table["name"].iloc[[*range(10), 60, *range(110, 120)]])


def test_the_caption_says_what_is_drawn(make_ranking, league):
    words = " ".join(texts(caterpillar(make_ranking(20, prob=0.8))))
    assert "Openness of hospitals" in words
    assert "20 trusts" in words
    assert "80% equal-tailed credible interval of the rank" in words
    assert all(band.label in words for band in league.bands.levels)
    assert "DRAFT" not in words


def test_units_that_are_not_ranked_are_in_the_note(make_ranking):
    few = " ".join(texts(caterpillar(make_ranking(20, unmeasured=2))))
    assert "Not ranked (2)" in few
    assert few.count("(no measure was observed)") == 2
    many = " ".join(texts(caterpillar(make_ranking(120, unmeasured=90))))
    assert "All 90 are in the table" in many


def test_groups_that_are_ranked_apart_have_a_panel_each(make_ranking):
    figure = caterpillar(make_ranking(90, scope="within_group"))
    assert [axes.get_title(loc="left") for axes in figure.axes] == [
        "Acute (60)",
        "Mental health (30)",
    ]
    assert [len(lines(axes).get_segments()) for axes in figure.axes] == [60, 30]
    assert figure.get_figheight() <= A4 + 1e-6


@pytest.mark.parametrize("units", [2, 12, 230, 5000])
def test_any_number_of_units_fits_a_page(make_ranking, units):
    figure = caterpillar(make_ranking(units))
    assert figure.get_figheight() <= A4 + 1e-6
    figure.canvas.draw()
    page = figure.bbox
    for axes in figure.axes:
        for text in axes.texts:
            box = text.get_window_extent()
            assert box.x0 >= page.x0
            assert box.x1 <= page.x1


def test_a_name_too_long_for_the_page_is_cut(make_ranking):
    ranking = make_ranking(3)
    long = ranking.table.assign(name="The Very Long Name of a " * 5)
    (axes,) = caterpillar(replace(ranking, table=long)).axes
    cut = [text.get_text() for text in axes.texts if text.get_text().endswith("…")]
    assert len(cut) == 3


def test_what_cannot_be_drawn_is_refused(make_ranking):
    with pytest.raises(InvalidInput, match="no unit is ranked"):
        caterpillar(make_ranking(3, unmeasured=3))
    with pytest.raises(InvalidInput, match="highlight: units: XYZ"):
        caterpillar(make_ranking(3), ["XYZ"])


def test_grades_have_a_strip_with_their_numbers_and_lines_between(make_grades):
    graded = make_grades(60, number=3, unstable=2)
    figure = grade_caterpillar(graded)
    (axes,) = figure.axes
    colours = list(map(to_rgba, band_colours(3)))
    tint = [colours[grade - 1] for grade in graded.table["grade"]]
    np.testing.assert_allclose(lines(axes).get_colors(), tint)
    assert len(axes.lines) == 2
    strip = [patch for patch in axes.patches if patch.get_x() > 1]
    assert len(strip) == 3
    heights = [patch.get_height() for patch in strip]
    assert sum(heights) == pytest.approx(axes.get_ylim()[0])
    words = texts(figure)
    assert {"1", "2", "3", "Grade 1", "Grade 3"} <= set(words)
    assert words.count("1 ~") == 2


def test_of_many_grades_the_key_names_the_first_and_the_last(make_grades):
    graded = make_grades(60, number=20)
    words = texts(grade_caterpillar(graded))
    assert {"Grade 1", "Grade 20"} <= set(words)
    assert "Grade 2" not in words


@pytest.mark.parametrize("scope", ["all", "within_group"])
@pytest.mark.parametrize("units", [12, 230, 2000])
def test_grades_of_any_number_of_units_fit_a_page(make_grades, units, scope):
    graded = make_grades(units, unmeasured=3, scope=scope)
    figure = grade_caterpillar(graded)
    figure.canvas.draw()
    assert figure.get_figheight() <= A4 + 1e-6
    assert any("Not ranked (3)" in text for text in texts(figure))
