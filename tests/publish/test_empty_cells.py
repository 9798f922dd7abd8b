import numpy as np
import pytest

from openness.measures import STATUSES, SYMBOLS, status_table
from openness.publish import evidence
from openness.publish.empty_cells import draw_empty_cells
from openness.publish.sheet import save_figure

from .reading import texts

A4 = (8.27, 11.69)


def drawn(figure):
    """Number of marks of each status, without those of the legend; in the order of the statuses."""
    (axes,) = figure.axes
    return [len(c.get_offsets()) for c in axes.collections if len(c.get_offsets()) != 1]


def test_every_cell_has_the_mark_of_its_status(make_evidence):
    measures, league = make_evidence(60)
    counts = status_table(measures, league).melt()["value"].value_counts()
    assert drawn(draw_empty_cells(evidence(measures, league))) == [
        counts[status] for status in STATUSES if status in counts.index
    ]


def test_the_key_has_words_symbols_and_numbers(make_evidence):
    measures, league = make_evidence(60)
    words = texts(draw_empty_cells(evidence(measures, league)))
    counts = status_table(measures, league).melt()["value"].value_counts()
    for status, count in counts.items():
        symbol = f" {SYMBOLS[status]}" if status in SYMBOLS else ""
        assert f"{status.replace('_', ' ')}{symbol} ({count})" in words
    assert not any("withdrawn" in text for text in words)
    assert {"Survey", "1 Feels safe", "2 Is heard", "Board", "3 Board papers"} <= set(words)
    assert "Openness of hospitals: what is missing" in words


def test_units_stand_below_their_group_with_code_and_name(make_evidence):
    measures, league = make_evidence(20)
    words = texts(draw_empty_cells(evidence(measures, league)))
    assert "Openness of hospitals: what is missing" in words
    acute, mental = words.index("Acute (10)"), words.index("Mental (10)")
    assert acute < words.index("U0 Trust 0") < mental < words.index("U1 Trust 1")


def test_without_room_for_names_there_are_codes(make_evidence):
    measures, league = make_evidence(540)
    words = texts(draw_empty_cells(evidence(measures, league)))
    assert "U7" in words
    assert sum(drawn(draw_empty_cells(evidence(measures, league)))) == 540 * 3


def test_of_thousands_of_units_those_with_the_same_statuses_share_a_row(make_evidence):
    measures, league = make_evidence(5001)
    figure = draw_empty_cells(evidence(measures, league))
    words = texts(figure)
    assert (
        "5,001 trusts, 3 measures. Each row is a pattern, with the number of trusts that have it."
        in words
    )
    assert sum(1 for text in words if text in ("833 trusts", "834 trusts")) == 6
    assert sum(drawn(figure)) == 6 * 3


def test_what_has_no_row_is_counted(make_evidence):
    measures, league = make_evidence(3000, extra=12)
    rng = np.random.default_rng(1)
    scattered = measures.cells["status"].mask(
        (rng.random(len(measures.cells)) < 0.4) & (measures.cells["status"] == "observed"),
        "withdrawn",
    )
    scattered_measures = type(measures)(measures.units, measures.cells.assign(status=scattered))
    words = texts(draw_empty_cells(evidence(scattered_measures, league)))
    left_out = sum(
        int(text.split()[1].replace(",", "")) for text in words if text.endswith("trusts more")
    )
    (subtitle,) = (text for text in words if "have a row" in text)
    shown = int(subtitle.split(";")[1].split()[0].replace(",", ""))
    assert left_out + shown == 3000


@pytest.mark.parametrize(
    ("units", "extra", "groups"),
    [(1, 0, 2), (12, 1, 2), (230, 7, 5), (230, 60, 5), (400, 0, 90), (5000, 7, 5)],
)
def test_any_number_of_units_and_measures_fits_a_page(make_evidence, units, extra, groups):
    figure = draw_empty_cells(evidence(*make_evidence(units, extra, groups)))
    width, height = figure.get_size_inches()
    assert width == A4[0]
    assert height <= A4[1] + 1e-6
    figure.canvas.draw()
    for text in figure.texts:
        box = text.get_window_extent()
        assert box.x0 >= 0
        assert box.x1 <= figure.bbox.x1
        assert 0 <= box.y0 <= box.y1 <= figure.bbox.y1


def test_two_runs_give_the_same_bytes(make_evidence, tmp_path):
    saved = [
        save_figure(draw_empty_cells(evidence(*make_evidence(50))), tmp_path / run) for run in "ab"
    ]
    for first, second in zip(*saved, strict=True):
        assert first.read_bytes() == second.read_bytes()
