"""Other leagues' methods, to set beside the model: each as simple as it was published."""

from openness.naive.funnel import Funnel, funnel_bands
from openness.naive.funnel_of_funnels import funnel_league
from openness.naive.learning_from_mistakes import learning_from_mistakes_2016
from openness.naive.method import Method, MethodRanking
from openness.naive.z_scores import mean_available_z, mean_fill, zero_fill

__all__ = [
    "Funnel",
    "Method",
    "MethodRanking",
    "funnel_bands",
    "funnel_league",
    "learning_from_mistakes_2016",
    "mean_available_z",
    "mean_fill",
    "zero_fill",
]
