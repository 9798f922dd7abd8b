"""Other leagues' methods, to set beside the model: each as simple as it was published."""

from openness.naive.comparison import Comparison, ModelRanking, compare
from openness.naive.dropping import drop_each
from openness.naive.learning_from_mistakes import learning_from_mistakes_2016
from openness.naive.method import Method, MethodRanking
from openness.naive.methods import METHODS
from openness.naive.z_scores import mean_available_z, mean_fill, zero_fill

__all__ = [
    "METHODS",
    "Comparison",
    "Method",
    "MethodRanking",
    "ModelRanking",
    "compare",
    "drop_each",
    "learning_from_mistakes_2016",
    "mean_available_z",
    "mean_fill",
    "zero_fill",
]
