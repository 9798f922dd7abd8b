import numpy as np
import pytest

from openness.publish.grades import draw_frontier


def drawn(graded):
    figure = draw_frontier(graded)
    return figure, figure.axes[0]


def test_the_line_is_the_frontier_and_the_ring_the_choice(make_grades):
    graded = make_grades(60)
    figure, axes = drawn(graded)
    path, ring = axes.lines
    np.testing.assert_array_equal(path.get_xdata(), graded.parts["frontier"]["discordance"])
    np.testing.assert_array_equal(path.get_ydata(), graded.parts["frontier"]["tau"])
    chosen = graded.summary.loc["all"]
    assert (ring.get_xdata()[0], ring.get_ydata()[0]) == (chosen["discordance"], chosen["tau"])
    words = [text.get_text() for text in figure.texts]
    assert "Chosen: lambda 0.25" in words
    assert "discordance 5.0%" in words
    assert "graded apart: 10.0%" in words
    assert [text.get_text() for text in axes.texts] == ["2", "3", "4", "5", "6"]


def test_each_group_has_its_own_line_and_mark(make_grades):
    _, axes = drawn(make_grades(60, scope="within_group"))
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert labels == ["Acute (40): 3 grades", "Mental health (20): 3 grades"]
    marks = {line.get_marker() for line in axes.lines[::2]}
    assert len(marks) == 2


def test_ticks_say_where_they_are(make_grades):
    """Discordance up to 10% has ticks at 2.5 and 7.5%, which were once called 2% and 8%."""
    figure, axes = drawn(make_grades(60))
    figure.canvas.draw()
    for tick in axes.xaxis.get_major_ticks():
        assert float(tick.label1.get_text().removesuffix("%")) == pytest.approx(
            100 * tick.get_loc()
        )
