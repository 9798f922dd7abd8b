"""One of several categories in order: what lies between two cut points.

Its likelihood is an ordered probit, which needs the level of the domain: see
`openness.model.ordered`.
"""

from __future__ import annotations

import numpy as np

from openness.families.family import Declared, Family, Sampling
from openness.families.matching import Array
from openness.families.registry import register


@register
class Ordinal(Family):
    """`value` is a label."""

    name, plural, figure = "ordinal", "ordinal indicators", "category"
    settings = frozenset({"categories", "likelihood"})
    typical = (0.0, 0.0, 1.0)  # cut points take the place of intercept and spread

    def labels(self, declared: Declared) -> tuple[str, ...]:
        """As declared."""
        return declared.categories

    def draw(self, declared: Declared, eta: Array, by: Sampling) -> dict[str, Array]:
        """Category j where cut_j < eta <= cut_j+1."""
        position = np.searchsorted(by.cuts, eta, side="left")
        return {"value": np.array(self.labels(declared), dtype=object)[position]}

    def draw_shares_below(self, declared: Declared, rng: np.random.Generator) -> Array:
        """Shares from a Dirichlet distribution with 4 for every category."""
        return np.cumsum(rng.dirichlet(np.full(len(declared.categories), 4.0)))[:-1]
