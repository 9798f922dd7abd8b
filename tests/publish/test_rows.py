import numpy as np
import pytest

from openness.publish.rows import divide_room, lay_out


@pytest.mark.parametrize("count", [1, 7, 60, 230, 5000])
@pytest.mark.parametrize("also", [[], [0, 3]])
def test_rows_follow_each_other_and_stay_in_the_room(count, also):
    also = [position for position in also if position < count]
    rows = lay_out(count, ends=10, also=also, text=0.15, room=9.0)
    assert rows.height <= 9.0 + 1e-9
    assert (np.diff(rows.centre) > 0).all()
    assert rows.centre[0] > 0
    assert rows.centre[-1] < rows.height
    assert rows.labelled[also].all()


def test_all_are_labelled_while_there_is_room():
    assert lay_out(60, ends=10, also=[], text=0.15, room=9.0).labelled.all()
    rows = lay_out(61, ends=10, also=[30], text=0.15, room=9.0)
    assert np.flatnonzero(rows.labelled).tolist() == [*range(10), 30, *range(51, 61)]


def test_many_labels_share_three_fifths_of_the_room():
    rows = lay_out(300, ends=10, also=range(100, 200), text=0.15, room=9.0)
    heights = 2 * np.diff(rows.centre[100:102])
    assert rows.labelled.sum() == 120
    assert heights[0] / 2 * 120 == pytest.approx(0.6 * 9.0)


def test_ends_that_meet_label_everything():
    rows = lay_out(15, ends=10, also=[], text=0.15, room=1.0)
    assert rows.labelled.all()
    assert rows.height == pytest.approx(0.6)


def test_room_is_divided_by_numbers_and_small_sets_keep_their_labels():
    assert divide_room([3, 2], labels=4, text=0.15, room=9) == [pytest.approx(0.45), 0.3]
    shares = divide_room([120, 50, 12, 2], labels=4, text=0.15, room=6)
    assert sum(shares) == pytest.approx(6)
    assert shares[3] == pytest.approx(0.3), "two rows need no more"
    assert shares[2] == pytest.approx(4 / 0.6 * 0.15)
    assert shares[0] / shares[1] == pytest.approx(120 / 50)
    crowded = divide_room([50] * 20, labels=2, text=0.15, room=1)
    assert crowded == pytest.approx([2 / 0.6 * 0.15] * 20), "the page grows rather"
