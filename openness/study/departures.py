"""Worlds that are not the model: what a simulated league may do that the model rules out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

Array = np.ndarray


@dataclass(frozen=True)
class Departures:
    """Ways in which a simulated league departs from the measurement model; by default none.

    Attributes
    ----------
    tail_df : float, optional
        Degrees of freedom, above 2, of t-distributions in the place of all normal ones between
        units, scaled to variance 1.
    specific_correlation : float
        Of what is specific to the first indicators of any two domains.
    bends : mapping of domain to float
        How far the indicators of a domain are from linear in its level.
    """

    tail_df: float | None = None
    specific_correlation: float = 0.0
    bends: Mapping[str, float] = field(default_factory=dict)

    def draw(self, shape: int | tuple[int, ...], rng: np.random.Generator) -> Array:
        """Draw what has mean 0 and variance 1 between units."""
        if self.tail_df is None:
            return rng.normal(size=shape)
        return rng.standard_t(self.tail_df, size=shape) * np.sqrt(1 - 2 / self.tail_df)

    def bent(self, domain: str, level: Array) -> Array:
        """Return what the indicators of a domain see of its level, (1 - exp(-b u)) standardised.

        For u ~ N(0, 1), exp(-b u) is log-normal with mean exp(b^2 / 2) and variance
        exp(b^2) (exp(b^2) - 1).
        """
        b = self.bends.get(domain, 0.0)
        if b == 0:
            return level
        sd = np.exp(b**2 / 2) * np.sqrt(np.expm1(b**2))
        return (np.exp(b**2 / 2) - np.exp(-b * level)) / sd
