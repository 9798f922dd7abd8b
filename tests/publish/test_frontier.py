import numpy as np

from openness.publish.frontier import draw_frontier


def drawn(graded, league, **settings):
    figure = draw_frontier(graded.frontier, graded.summary, league, **settings)
    return figure, figure.axes[0]


def test_the_line_is_the_frontier_and_the_ring_the_choice(make_grades, league):
    graded = make_grades(60)
    figure, axes = drawn(graded, league)
    path, ring = axes.lines
    np.testing.assert_array_equal(path.get_xdata(), graded.frontier["discordance"])
    np.testing.assert_array_equal(path.get_ydata(), graded.frontier["tau"])
    chosen = graded.summary.loc["all"]
    assert (ring.get_xdata()[0], ring.get_ydata()[0]) == (chosen["discordance"], chosen["tau"])
    words = [text.get_text() for text in figure.texts]
    assert "Chosen: lambda 0.25" in words
    assert "discordance 5.0%" in words
    assert "graded apart: 10.0%" in words
    assert [text.get_text() for text in axes.texts] == ["2", "3", "4", "5", "6"]


def test_each_group_has_its_own_line_and_mark(make_grades, league):
    figure, axes = drawn(make_grades(60, scope="within_group"), league, draft=True)
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert labels == ["Acute (40): 3 grades", "Mental health (20): 3 grades"]
    marks = {line.get_marker() for line in axes.lines[::2]}
    assert len(marks) == 2
    assert "DRAFT" in [text.get_text() for text in figure.texts]
