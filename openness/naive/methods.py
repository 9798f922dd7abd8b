"""The methods of other leagues by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from openness.naive.composite.composite_of_domains import composite_league
from openness.naive.funnels.funnel_of_funnels import funnel_league
from openness.naive.governance.measures_as_sources import unobserved_components_league
from openness.naive.intervals.mean_with_error import goldstein_healy_league, overlap_league
from openness.naive.method import Method
from openness.naive.nhs.learning_from_mistakes import learning_from_mistakes_2016
from openness.naive.nhs.oversight_framework import oversight_framework_2025
from openness.naive.spreadsheet.listwise import complete_case
from openness.naive.spreadsheet.one_indicator import single_indicator
from openness.naive.spreadsheet.z_scores import mean_available_z, mean_fill, zero_fill
from openness.naive.stars.average_stars import hospital_stars
from openness.naive.stars.factor_stars import star_factor_model
from openness.naive.textbook.components import principal_component
from openness.naive.textbook.factor_analysis import factor_scores
from openness.naive.textbook.imputation import multiple_imputation

METHODS: Mapping[str, Method] = MappingProxyType(
    {
        # What anybody can make in a spreadsheet, by what becomes of a gap.
        "mean_available_z": mean_available_z,
        "mean_fill": mean_fill,
        "zero_fill": zero_fill,
        "complete_case": complete_case,
        "single_indicator": single_indicator,
        # What a statistical package gives.
        "multiple_imputation": multiple_imputation,
        "principal_component": principal_component,
        "factor_scores": factor_scores,
        # What has been published.
        "learning_from_mistakes_2016": learning_from_mistakes_2016,
        "oversight_framework_2025": oversight_framework_2025,
        "hospital_stars": hospital_stars,
        "star_factor_model": star_factor_model,
        "unobserved_components": unobserved_components_league,
        "composite_indicator": composite_league,
        "funnel_bands": funnel_league,
        "goldstein_healy": goldstein_healy_league,
        "overlap_rank": overlap_league,
    }
)
"""By name, in the order in which comparisons list them: the simple ones first."""
