"""Other leagues' methods, to set beside the model: each as simple as it was published."""

from openness.naive.comparison.comparison import Comparison, ModelRanking, compare
from openness.naive.comparison.dropping import drop_each
from openness.naive.composite.composite import Composite, composite_indicator
from openness.naive.composite.composite_of_domains import composite_league
from openness.naive.funnels.funnel import Funnel, funnel_bands
from openness.naive.funnels.funnel_of_funnels import funnel_league
from openness.naive.governance.indicators import UnobservedComponents, unobserved_components
from openness.naive.governance.measures_as_sources import unobserved_components_league
from openness.naive.intervals.comparison_intervals import ComparisonIntervals, goldstein_healy
from openness.naive.intervals.mean_with_error import goldstein_healy_league, overlap_league
from openness.naive.intervals.overlap import overlap_rank
from openness.naive.method import Method, MethodRanking
from openness.naive.methods import METHODS
from openness.naive.nhs.learning_from_mistakes import learning_from_mistakes_2016
from openness.naive.nhs.oversight_framework import oversight_framework_2025
from openness.naive.spreadsheet.listwise import complete_case
from openness.naive.spreadsheet.one_indicator import single_indicator
from openness.naive.spreadsheet.z_scores import mean_available_z, mean_fill, zero_fill
from openness.naive.stars.average_stars import hospital_stars
from openness.naive.stars.factor_stars import star_factor_model
from openness.naive.stars.k_means_stability import StarStability, star_stability
from openness.naive.textbook.components import principal_component
from openness.naive.textbook.factor_analysis import factor_scores
from openness.naive.textbook.imputation import multiple_imputation

__all__ = [
    "METHODS",
    "Comparison",
    "ComparisonIntervals",
    "Composite",
    "Funnel",
    "Method",
    "MethodRanking",
    "ModelRanking",
    "StarStability",
    "UnobservedComponents",
    "compare",
    "complete_case",
    "composite_indicator",
    "composite_league",
    "drop_each",
    "factor_scores",
    "funnel_bands",
    "funnel_league",
    "goldstein_healy",
    "goldstein_healy_league",
    "hospital_stars",
    "learning_from_mistakes_2016",
    "mean_available_z",
    "mean_fill",
    "multiple_imputation",
    "overlap_league",
    "overlap_rank",
    "oversight_framework_2025",
    "principal_component",
    "single_indicator",
    "star_factor_model",
    "star_stability",
    "unobserved_components",
    "unobserved_components_league",
    "zero_fill",
]
