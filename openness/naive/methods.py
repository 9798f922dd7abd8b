"""The methods by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from openness.naive.learning_from_mistakes import learning_from_mistakes_2016
from openness.naive.method import Method
from openness.naive.z_scores import mean_available_z, mean_fill, zero_fill

METHODS: Mapping[str, Method] = MappingProxyType(
    {
        "mean_available_z": mean_available_z,
        "mean_fill": mean_fill,
        "zero_fill": zero_fill,
        "learning_from_mistakes_2016": learning_from_mistakes_2016,
    }
)
"""Every method by its name, in the order in which they are shown."""
