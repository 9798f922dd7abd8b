"""The methods by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from openness.naive.composite_of_domains import composite_league
from openness.naive.funnel_of_funnels import funnel_league
from openness.naive.learning_from_mistakes import learning_from_mistakes_2016
from openness.naive.mean_with_error import goldstein_healy_league, overlap_league
from openness.naive.measures_as_sources import unobserved_components_league
from openness.naive.method import Method
from openness.naive.z_scores import mean_available_z, mean_fill, zero_fill

METHODS: Mapping[str, Method] = MappingProxyType(
    {
        "mean_available_z": mean_available_z,
        "mean_fill": mean_fill,
        "zero_fill": zero_fill,
        "learning_from_mistakes_2016": learning_from_mistakes_2016,
        "composite_indicator": composite_league,
        "funnel_bands": funnel_league,
        "unobserved_components": unobserved_components_league,
        "goldstein_healy": goldstein_healy_league,
        "overlap_rank": overlap_league,
    }
)
"""Every method by its name, in the order in which they are shown."""
