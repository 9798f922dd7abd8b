from xml.etree import ElementTree as ET

import matplotlib as mpl
import pytest

from openness.publish.caterpillar import caterpillar
from openness.publish.sheet import house_style, save_figure


@pytest.mark.parametrize("units", [20, 2000])
def test_two_runs_give_the_same_bytes(make_ranking, tmp_path, units):
    saved = [save_figure(caterpillar(make_ranking(units)), tmp_path / f"v1.{run}") for run in "ab"]
    for first, second in zip(*saved, strict=True):
        assert first.read_bytes() == second.read_bytes()


def test_files_are_named_and_hold_no_time(make_ranking, tmp_path):
    png, svg = save_figure(caterpillar(make_ranking(5)), tmp_path / "plot.v1")
    assert (png.name, svg.name) == ("plot.v1.png", "plot.v1.svg")
    assert png.read_bytes().startswith(b"\x89PNG")
    text = svg.read_text()
    assert "<svg" in text
    assert "dc:date" not in text
    # Names stay text, to be searched for and read out.
    assert "Trust [0] of Somewhere &amp; Co" in text


def test_a_users_settings_neither_show_nor_change(make_ranking, tmp_path):
    plain = save_figure(caterpillar(make_ranking(5)), tmp_path / "plain")
    with mpl.rc_context({"font.size": 30, "axes.facecolor": "red", "svg.hashsalt": "mine"}):
        own = save_figure(caterpillar(make_ranking(5)), tmp_path / "own")
        assert mpl.rcParams["font.size"] == 30
    assert [p.read_bytes() for p in plain] == [o.read_bytes() for o in own]
    with house_style():
        assert mpl.rcParams["svg.hashsalt"] == "openness"
    assert mpl.rcParams["svg.hashsalt"] != "openness"


def test_an_svg_says_what_it_is_to_whoever_cannot_see_it(make_ranking, tmp_path):
    _, svg = save_figure(caterpillar(make_ranking(5)), tmp_path / "plot")
    root = ET.parse(svg).getroot()
    assert root.get("role") == "img"
    by_id = {part.get("id"): part.text for part in root.iter() if part.get("id")}
    assert by_id[root.get("aria-labelledby")] == "Openness of hospitals"
    described = by_id[root.get("aria-describedby")]
    assert "5 trusts. Dot: expected rank." in described
    assert "Sorted by expected rank" in described
