from dataclasses import replace

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from openness.errors import InvalidInput
from openness.publish.pair_map import draw_pair_maps

A4 = 11.69


def words(axes):
    return [text.get_text() for text in axes.texts]


def test_the_picture_is_the_matrix_with_a_box_around_each_grade(make_grades):
    graded = make_grades(60, number=4)
    axes, _ = draw_pair_maps(graded).axes
    (image,) = axes.images
    np.testing.assert_array_equal(image.get_array(), graded.parts["pairs"]["all"].probability)
    boxes = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    assert [box.get_xy() for box in boxes] == [(edge, edge) for edge in (0, 15, 30, 45)]
    assert [box.get_width() for box in boxes] == [15] * 4
    assert {"1", "2", "3", "4"} <= set(words(axes))
    assert words(axes).count("90%") == 6, "where two grades cross, once"


def test_the_best_are_at_the_top_and_on_the_left(make_grades):
    axes, _ = draw_pair_maps(make_grades(60)).axes
    assert axes.get_xlim() == (0, 60)
    assert axes.get_ylim() == (60, 0)


def test_few_units_are_named_and_many_are_not(make_grades):
    few, many = make_grades(10, unmeasured=1), make_grades(60)
    axes, _ = draw_pair_maps(few).axes
    assert sum("Trust [" in text for text in words(axes)) == 9
    axes, _ = draw_pair_maps(many).axes
    assert not any("Trust [" in text for text in words(axes))


def test_a_grade_too_thin_for_its_number_gets_none(make_grades):
    axes, _ = draw_pair_maps(make_grades(200, number=150)).axes
    numbers = [int(text) for text in words(axes) if text.isdigit()]
    assert 1 in numbers
    assert len(numbers) < 100
    heights = sorted(text.get_position()[1] for text in axes.texts if text.get_text().isdigit())
    assert np.diff(heights).min() > 1


def test_groups_have_a_map_each(make_grades):
    figure = draw_pair_maps(make_grades(60, scope="within_group"))
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles[:2] == ["Acute: 40, 3 grades", "Mental health: 20, 3 grades"]


@pytest.mark.parametrize("scope", ["all", "within_group"])
@pytest.mark.parametrize("units", [10, 230])
def test_it_fits_a_page(make_grades, units, scope):
    figure = draw_pair_maps(make_grades(units, scope=scope))
    figure.canvas.draw()
    assert figure.get_figheight() <= A4 + 1e-6


def test_nothing_is_refused(make_grades):
    graded = make_grades(10)
    with pytest.raises(InvalidInput, match="there must be units in grades"):
        draw_pair_maps(replace(graded, parts={"pairs": {}}))
