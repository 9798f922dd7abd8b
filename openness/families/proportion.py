"""A share of respondents: binomial, on the logit scale."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import expit, gammaln, logit, ndtr

from openness.families.counted import Counted
from openness.families.family import Declared, Sampling, ValueRule
from openness.families.matching import Array, LogLikelihood, like
from openness.families.registry import register


@register
class Proportion(Counted):
    """`value` is the share, `denominator` the number of respondents."""

    name, plural, figure = "proportion", "proportions", "share"
    normaliser = "softplus"
    typical = (0.0, 0.5, 0.3)
    rules = (
        ValueRule(
            lambda x: (x < 0) | (x > 1),
            "a proportion lies from 0 to 1",
            lambda x: "Divide by 100 if it is a percentage" if 1 < x <= 100 else "",
        ),
    )

    def effective(
        self, declared: Declared, value: Array, denominator: Array
    ) -> tuple[Array, Array]:
        """Effective answers among effective respondents."""
        n = denominator / declared.design_effect
        return value * n, n

    def likelihood(self, y: Array, n: Array) -> LogLikelihood:
        """`y eta - n log(1 + e^eta)`."""
        return LogLikelihood(
            lambda eta: like(eta, y) * eta - like(eta, n) * np.logaddexp(0, eta),
            lambda eta: like(eta, y) - like(eta, n) * expit(eta),
            lambda eta: -like(eta, n) * expit(eta) * expit(-eta),
        )

    def log_density(self, eta: Any, y: Array, n: Array) -> Any:
        """`y eta - n log(1 + e^eta)`."""
        import pytensor.tensor as pt

        return y * eta - n * pt.softplus(eta)

    def log_multiplicity(self, y: Array, n: Array) -> Array:
        """Log binomial coefficient."""
        with np.errstate(divide="ignore"):
            possible = np.log((y <= n).astype(float))
        rest = gammaln(np.maximum(n - y, 0) + 1)
        return possible + gammaln(n + 1) - gammaln(y + 1) - rest

    def most_events(self, highest: int, n: Array) -> Array:
        """No more answers than respondents."""
        return np.minimum(highest, n)

    def plug_in(self, y: Array, n: Array) -> tuple[Array, Array]:
        """Empirical logit."""
        p = (y + 0.5) / (n + 1)
        return logit(p), 1 / (n * p * (1 - p) + 0.25)

    def link(self, value: float) -> float:
        """Logit."""
        return float(logit(value))

    def natural(self, eta: float) -> float:
        """Inverse logit."""
        return float(expit(eta))

    def written(self, value: float) -> str:
        """As a percentage."""
        return f"{100 * value:.1f}%"

    def standard_error(self, declared: Declared, figure: Array, n: Array, se: Array) -> Array:
        """`sqrt(d p (1 - p) / n)` with `p = (y + 1/2) / (n + 1)`."""
        p = (figure * n + 0.5) / (n + 1)
        return np.sqrt(declared.design_effect * p * (1 - p) / n)

    def draw(self, declared: Declared, eta: Array, by: Sampling) -> dict[str, Array]:
        """Binomial share of the size over the design effect, by the inverse of its distribution."""
        from scipy.stats import binom

        effective = np.maximum(1, np.rint(by.size / declared.design_effect))
        y = binom.ppf(ndtr(by.error), effective, 1 / (1 + np.exp(-eta)))
        return {"value": y / effective, "denominator": by.size}

    def declare(self, name: str, eta: Any, y: Array, n: Array, own: Array, dims: str) -> None:
        """Binomial; variance `own` of what n respondents have is that of n / own respondents."""
        import pymc as pm

        size = np.maximum(1, np.rint(n / own)).astype(int)
        successes = np.minimum(size, np.rint(y / own).astype(int))
        pm.Binomial(name, n=size, logit_p=eta, observed=successes, dims=dims)
