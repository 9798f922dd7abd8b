"""Yes or no: two categories, and one cut point."""

from __future__ import annotations

import numpy as np

from openness.families.family import Declared, Sampling, ValueRule
from openness.families.matching import Array
from openness.families.ordinal import Ordinal
from openness.families.registry import register


@register
class Binary(Ordinal):
    """`value` is 0 or 1."""

    name, plural = "binary", "binary indicators"
    settings = frozenset({"likelihood"})
    rules = (ValueRule(lambda x: (x != 0) & (x != 1), "a binary measure is 0 or 1"),)

    def labels(self, declared: Declared) -> tuple[str, ...]:
        """`0` and `1`."""
        return ("0", "1")

    def draw(self, declared: Declared, eta: Array, by: Sampling) -> dict[str, Array]:
        """1 where eta lies above the cut point."""
        return {"value": np.searchsorted(by.cuts, eta, side="left").astype(float)}

    def draw_shares_below(self, declared: Declared, rng: np.random.Generator) -> Array:
        """Share of zeros from Beta(4, 4)."""
        return np.array([rng.beta(4, 4)])
