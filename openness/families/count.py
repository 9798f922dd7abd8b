"""A number of events and their exposure: Poisson, on the scale of the log rate."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy.special import gammaln

from openness.families.counted import Counted
from openness.families.family import Declared, Sampling, ValueRule
from openness.families.matching import Array, LogLikelihood, like
from openness.families.registry import register


@register
class Count(Counted):
    """`value` is the number of events, `denominator` their exposure."""

    name, plural, figure = "count", "counts", "rate"
    normaliser = "exp"
    typical = (-3.5, 0.4, 0.4)
    rules = (
        ValueRule(lambda x: x < 0, "a count is 0 or more"),
        ValueRule(
            lambda x: (x >= 0) & (x % 1 != 0),
            "a count is a whole number of events",
            lambda x: "If it is a rate, give the events, and the exposure as denominator",
        ),
    )

    def figures(self, value: Array, denominator: Array) -> Array:
        """Events by exposure."""
        return value / denominator

    def effective(
        self, declared: Declared, value: Array, denominator: Array
    ) -> tuple[Array, Array]:
        """Events and exposure."""
        return value / declared.design_effect, denominator / declared.design_effect

    def likelihood(self, y: Array, n: Array) -> LogLikelihood:
        """`y eta - n e^eta`."""
        return LogLikelihood(
            lambda eta: like(eta, y) * eta - like(eta, n) * np.exp(eta),
            lambda eta: like(eta, y) - like(eta, n) * np.exp(eta),
            lambda eta: -like(eta, n) * np.exp(eta),
        )

    def log_density(self, eta: Any, y: Array, n: Array) -> Any:
        """`y eta - n e^eta`."""
        import pytensor.tensor as pt

        return y * eta - n * pt.exp(eta)

    def log_multiplicity(self, y: Array, n: Array) -> Array:
        """`log(n^y / y!)`."""
        return y * np.log(n) - gammaln(y + 1)

    def plug_in(self, y: Array, n: Array) -> tuple[Array, Array]:
        """Empirical log rate."""
        return np.log((y + 0.5) / n), 1 / (y + 0.5)

    def link(self, value: float) -> float:
        """Logarithm of events per unit of exposure."""
        return math.log(value)

    def natural(self, eta: float) -> float:
        """Events per unit of exposure."""
        return float(np.exp(eta))

    def standard_error(self, declared: Declared, figure: Array, n: Array, se: Array) -> Array:
        """`sqrt(d (y + 1/2)) / n`."""
        return np.sqrt(declared.design_effect * (figure * n + 0.5)) / n

    def draw(self, declared: Declared, eta: Array, by: Sampling) -> dict[str, Array]:
        """Poisson with mean `size * exp(eta)`, and that variance times the design effect."""
        d = declared.design_effect
        y = np.rint(d * by.rng.poisson(by.size * np.exp(eta) / d))
        return {"value": y, "denominator": by.size}

    def declare(self, name: str, eta: Any, y: Array, n: Array, own: Array, dims: str) -> None:
        """Poisson; counts share no error."""
        import pymc as pm

        pm.Poisson(name, n * pm.math.exp(eta), observed=np.rint(y).astype(int), dims=dims)
