"""Other leagues' methods, to set beside the model: each as simple as it was published."""

from openness.naive.components import principal_component
from openness.naive.factor_analysis import factor_scores
from openness.naive.factor_stars import star_factor_model
from openness.naive.imputation import multiple_imputation
from openness.naive.k_means_stability import StarStability, star_stability
from openness.naive.learning_from_mistakes import learning_from_mistakes_2016
from openness.naive.listwise import complete_case
from openness.naive.method import Method, MethodRanking
from openness.naive.methods import METHODS
from openness.naive.one_indicator import single_indicator
from openness.naive.oversight_framework import oversight_framework_2025
from openness.naive.stars import hospital_stars
from openness.naive.z_scores import mean_available_z, mean_fill, zero_fill

__all__ = [
    "METHODS",
    "Method",
    "MethodRanking",
    "StarStability",
    "complete_case",
    "factor_scores",
    "hospital_stars",
    "learning_from_mistakes_2016",
    "mean_available_z",
    "mean_fill",
    "multiple_imputation",
    "oversight_framework_2025",
    "principal_component",
    "single_indicator",
    "star_factor_model",
    "star_stability",
    "zero_fill",
]
