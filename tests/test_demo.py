"""Parts of the story that need no fit."""

import io

from openness.demo import LEAGUE_SEED, _show_what_is_stopped
from openness.publish.terminal import open_console
from openness.study import league_of_2016


def test_the_demo_shows_what_the_detector_stops():
    simulated = league_of_2016(LEAGUE_SEED)
    out = io.StringIO()
    _show_what_is_stopped(open_console(out), simulated)
    said = " ".join(out.getvalue().split())
    assert f"({simulated.planted}) had returned zeros" in said
    for indicator in ("near_misses_reported", "low_harm_reported"):
        assert f"{indicator}: 0, where its size and 13" in said
    assert said.count("lead one to expect about") == 2
    assert said.count("(probability ") == 2
    assert "marked system_change" in said
