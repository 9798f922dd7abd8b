"""Simulated leagues: from known truth to measures, and which method finds it again."""

from openness.study.definition import Study
from openness.study.folder import StudyFolder, load_folder
from openness.study.league_of_2016 import league_of_2016
from openness.study.load import load_study
from openness.study.simulate import SimulatedLeague, Sizes, simulate_league
from openness.study.summary import StudySummary, summarise
from openness.study.truth import Truth, draw_truth
from openness.study.truth_of_2016 import truth_of_2016
from openness.study.twin import simulate_twin, truth_of_fit

__all__ = [
    "SimulatedLeague",
    "Sizes",
    "Study",
    "StudyFolder",
    "StudySummary",
    "Truth",
    "draw_truth",
    "league_of_2016",
    "load_folder",
    "load_study",
    "simulate_league",
    "simulate_twin",
    "summarise",
    "truth_of_2016",
    "truth_of_fit",
]
