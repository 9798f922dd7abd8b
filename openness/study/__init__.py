"""Simulated leagues: from known truth to measures, so that methods can be judged."""

from openness.study.league_of_2016 import league_of_2016
from openness.study.simulate import SimulatedLeague, Sizes, simulate_league
from openness.study.truth import Truth, draw_truth
from openness.study.truth_of_2016 import truth_of_2016
from openness.study.twin import simulate_twin, truth_of_fit

__all__ = [
    "SimulatedLeague",
    "Sizes",
    "Truth",
    "draw_truth",
    "league_of_2016",
    "simulate_league",
    "simulate_twin",
    "truth_of_2016",
    "truth_of_fit",
]
