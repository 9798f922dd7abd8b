"""Numbers of events: what a share of respondents and a number per exposure have in common."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar, Literal

import numpy as np
from scipy.special import logsumexp

from openness.families import matching
from openness.families.family import Declared, Family, Setting
from openness.families.matching import Array, Cavity, Column, LogLikelihood, Reference
from openness.families.registry import family_of


class Counted(Family):
    """A family of y events among n, each cell matched to a Gaussian one.

    A subclass says what y and n are, and gives the log-likelihood of y: as NumPy functions with two
    derivatives, for the matching, and as a symbolic expression, for cells that are sampled.
    """

    settings: ClassVar[frozenset[Setting]] = frozenset(
        {"design_effect", "likelihood", "suppressed"}
    )

    normaliser: ClassVar[Literal["softplus", "exp", ""]] = ""
    """A in a log-likelihood `y eta - n A(eta)`, for compiled code; "" where it is another."""

    def effective(
        self, declared: Declared, value: Array, denominator: Array
    ) -> tuple[Array, Array]:
        """Return events y and size n, (N,) each: over the design effect, and not rounded."""
        raise NotImplementedError(f"{type(self).__name__}.effective")

    def likelihood(self, y: Array, n: Array) -> LogLikelihood:
        """Return the log-likelihood of eta; `y` and `n` (N,) need not be whole numbers."""
        raise NotImplementedError(f"{type(self).__name__}.likelihood")

    def plug_in(self, y: Array, n: Array) -> tuple[Array, Array]:
        """Return a rough eta and its variance, finite where y is 0: where Newton starts."""
        raise NotImplementedError(f"{type(self).__name__}.plug_in")

    def log_density(self, eta: Any, y: Array, n: Array) -> Any:
        """Return the symbolic log-likelihood, without what does not depend on `eta`."""
        raise NotImplementedError(f"{type(self).__name__}.log_density")

    def log_multiplicity(self, y: Array, n: Array) -> Array:
        """Return what `log_density` leaves out; -inf where there cannot be y events."""
        raise NotImplementedError(f"{type(self).__name__}.log_multiplicity")

    def most_events(self, highest: int, n: Array) -> Array:
        """Return the largest number of events up to `highest` that a size of n allows."""
        return np.full_like(n, highest)

    def column(self, declared: Declared, value: Array, denominator: Array, se: Array) -> Column:
        """Match each cell under the reference that fits all of them best."""
        y, n = self.effective(declared, value, denominator)
        likelihood, (start, variance) = self.likelihood(y, n), self.plug_in(y, n)
        reference = matching.estimate_reference(
            lambda guess: matching.posterior_moments(likelihood, start, guess),
            Reference(float(start.mean()), float(start.std())),
            float(np.sqrt(np.median(variance))),
        )
        centre, spread = matching.posterior_moments(likelihood, start, reference)
        matched, error_variance = matching.without_reference(centre, spread, reference)
        return Column(matched, error_variance, y, n, centre, np.sqrt(spread), reference)

    def typical_spread(self, declared: Declared, reference: Reference) -> float:
        """Half a logit, or odds and rates that differ by a factor of 1.65: whatever the data."""
        return 0.5

    def by_group(self, column: Column, group: Array, n_groups: int) -> Column:
        """Match each cell again, under the reference of its unit's type."""
        y, n = column.y, column.n
        likelihood, (start, _) = self.likelihood(y, n), self.plug_in(y, n)
        references = matching.estimate_by_group(
            lambda guess: matching.posterior_moments(likelihood, start, guess),
            column.reference,
            group,
            n_groups,
        )
        under = matching.cavity(references, group)
        centre, spread = matching.posterior_moments(likelihood, start, under)
        value, error_variance = matching.without_reference(centre, spread, under)
        return replace(
            column,
            value=value,
            error_variance=error_variance,
            centre=centre,
            scale=np.sqrt(spread),
            by_group=references,
        )

    def match(self, y: Array, n: Array, reference: Reference | Cavity) -> tuple[Array, Array]:
        """Return the Gaussian cells, value and error variance, that stand for y events in n."""
        return matching.match(self.likelihood(y, n), self.plug_in(y, n)[0], reference)

    def interval(self, lowest: int, highest: int, n: Array) -> LogLikelihood:
        """Return the log-likelihood of events known to lie from `lowest` to `highest`.

        For a log density that is linear in y given eta. A family of another kind gives its own, or
        leaves `suppressed` out of its settings.
        """
        events = np.arange(lowest, highest + 1.0)
        weight = self.log_multiplicity(events, n[:, None])[:, None, :]
        rest = self.likelihood(np.zeros_like(n), n)

        def moments(eta: Array) -> tuple[Array, Array, Array]:
            """Log of the sum over possible numbers, and the mean and variance of the number."""
            terms = weight + events * eta.reshape(len(n), -1, 1)
            log_sum = logsumexp(terms, axis=-1)
            share = np.exp(terms - log_sum[..., None])
            mean = (share * events).sum(axis=-1)
            variance = (share * (events - mean[..., None]) ** 2).sum(axis=-1)
            return log_sum.reshape(eta.shape), mean.reshape(eta.shape), variance.reshape(eta.shape)

        return LogLikelihood(
            lambda eta: moments(eta)[0] + rest.log_density(eta),
            lambda eta: moments(eta)[1] + rest.gradient(eta),
            lambda eta: moments(eta)[2] + rest.curvature(eta),
        )

    def look_for(
        self, suppressed: tuple[int, int], n: Array, reference: Reference | Cavity
    ) -> tuple[Array, Array]:
        """Return the posterior mean and sd of suppressed cells under the reference, (N,) each."""
        lowest, highest = suppressed
        # The middle of what is possible: 1 to 4 of 2 are 1 or 2.
        start, _ = self.plug_in((lowest + self.most_events(highest, n)) / 2, n)
        mean, variance = matching.posterior_moments(
            self.interval(lowest, highest, n), start, reference
        )
        return mean, np.sqrt(variance)


def counted(declared: Declared) -> Counted:
    """Return the family of an indicator that is known to count events."""
    family = family_of(declared)
    assert isinstance(family, Counted), f"{family.name} counts no events"
    return family
