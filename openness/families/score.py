"""A mean of answers, or any number with a standard error: normal, on its own scale."""

from __future__ import annotations

from typing import Any

import numpy as np

from openness.errors import InvalidMeasures, Problem
from openness.families import matching
from openness.families.family import Declared, Family, Sampling
from openness.families.matching import Array, Column, Reference
from openness.families.registry import register


@register
class Score(Family):
    """`value` is the score, `se` its standard error; or `denominator` the respondents to it."""

    name, plural, figure = "score", "scores", "mean"
    settings = frozenset({"design_effect", "respondent_sd", "range"})
    typical = (6.5, 0.5, 0.4)

    def column(self, declared: Declared, value: Array, denominator: Array, se: Array) -> Column:
        """Cells are Gaussian already: only the reference is to be found."""
        with np.errstate(over="ignore", under="ignore"):
            variance = se**2
        if declared.respondent_sd is not None:
            assumed = declared.respondent_sd**2 * declared.design_effect / denominator
            variance = np.where(np.isnan(se), assumed, variance)
        held = np.isfinite(variance) & (variance > 0)
        if not held.all():
            where = f"indicator {declared.id}, column se"
            allowed = "the square of a standard error must be a number that a computer can hold"
            raise InvalidMeasures([Problem("measures", where, f"{se[~held][0]:g}", allowed)])
        reference = matching.estimate_reference(
            lambda guess: matching.normal_moments(value, variance, guess),
            Reference(float(value.mean()), float(value.std())),
            float(np.sqrt(np.median(variance))),
        )
        error = np.sqrt(variance)
        return Column(value, variance, value, error, value, error, reference)

    def typical_spread(self, declared: Declared, reference: Reference) -> float:
        """A tenth of the declared range; without one, wide of what was observed."""
        if declared.range is None:
            return super().typical_spread(declared, reference)
        least, largest = declared.range
        return (largest - least) / 10

    def standard_error(self, declared: Declared, figure: Array, n: Array, se: Array) -> Array:
        """The published one, or `respondent_sd sqrt(d / n)`."""
        return np.where(np.isnan(se), _assumed(declared, n), se)

    def draw(self, declared: Declared, eta: Array, by: Sampling) -> dict[str, Array]:
        """Normal with the given standard error, or as the mean of so many answers."""
        if by.se is not None:
            return {"value": eta + by.se * by.error, "se": by.se}
        return {"value": eta + _assumed(declared, by.size) * by.error, "denominator": by.size}

    def declare(self, name: str, eta: Any, y: Array, n: Array, own: Array, dims: str) -> None:
        """Normal; `n` is the standard error."""
        import pymc as pm

        pm.Normal(name, eta, n * np.sqrt(own), observed=y, dims=dims)


def _assumed(declared: Declared, n: Array) -> Array:
    spread = np.nan if declared.respondent_sd is None else declared.respondent_sd
    return spread * np.sqrt(declared.design_effect / n)
