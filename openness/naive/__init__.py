"""Other leagues' methods, to compare the model with: each as simple as it was published."""

# isort: off
# Methods enter `METHODS` as they are imported, and comparisons list them in that order.
from openness.naive.methods import METHODS, Method, MethodRanking, Scored, method
from openness.naive.tabulated import Tabulated, tabulate

from openness.naive.spreadsheet import mean_available_z, mean_fill, zero_fill
from openness.naive.spreadsheet import complete_case
from openness.naive.spreadsheet import single_indicator

from openness.naive.imputation import multiple_imputation
from openness.naive.components import principal_component
from openness.naive.factor_analysis import factor_scores

from openness.naive.learning_from_mistakes import learning_from_mistakes_2016
from openness.naive.oversight_framework import oversight_framework_2025
from openness.naive.stars.factor_stars import hospital_stars
from openness.naive.stars.factor_stars import star_factor_model
from openness.naive.governance.measures_as_sources import unobserved_components_league
from openness.naive.composite.composite import composite_league
from openness.naive.funnels.funnel_of_funnels import funnel_league
from openness.naive.mean_with_error import goldstein_healy_league, overlap_league

# isort: on
from openness.naive.comparison import Comparison, ModelRanking, compare
from openness.naive.comparison.other import drop_each
from openness.naive.composite import stages as composite_stages
from openness.naive.composite.composite import Composite, composite_indicator
from openness.naive.funnels.funnel import Funnel, funnel_bands
from openness.naive.governance.indicators import UnobservedComponents, unobserved_components
from openness.naive.intervals import ComparisonIntervals, goldstein_healy, overlap_rank
from openness.naive.stars.factor_summary import FactorSummary, star_factor_summary
from openness.naive.stars.k_means import Clusters, star_clusters
from openness.naive.stars.k_means_stability import StarStability, star_stability
from openness.naive.stars.summary_score import StarSummary, star_summary
from openness.naive.stars.weighted_factor import FactorFit

__all__ = [
    "METHODS",
    "Clusters",
    "Comparison",
    "ComparisonIntervals",
    "Composite",
    "FactorFit",
    "FactorSummary",
    "Funnel",
    "Method",
    "MethodRanking",
    "ModelRanking",
    "Scored",
    "StarStability",
    "StarSummary",
    "Tabulated",
    "UnobservedComponents",
    "compare",
    "complete_case",
    "composite_indicator",
    "composite_league",
    "composite_stages",
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
    "method",
    "multiple_imputation",
    "overlap_league",
    "overlap_rank",
    "oversight_framework_2025",
    "principal_component",
    "single_indicator",
    "star_clusters",
    "star_factor_model",
    "star_factor_summary",
    "star_stability",
    "star_summary",
    "tabulate",
    "unobserved_components",
    "unobserved_components_league",
    "zero_fill",
]
