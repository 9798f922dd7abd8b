"""Random layouts of cells for the collapsed likelihood, and the dense normal law beside them."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st

Array = np.ndarray


@dataclass(frozen=True)
class Layout:
    """Arguments of the kernels, in their order."""

    residual: Array
    loading: Array
    domain_loading: Array
    specific_variance: Array
    noise: Array
    shared: Array
    present: Array
    domain: Array

    @property
    def arguments(self) -> tuple[Any, ...]:
        return astuple(self)

    def design(self, i: int) -> Array:
        """Loadings of unit i's present cells on (z, every d, every f), by its cells."""
        k = np.flatnonzero(self.present[i])
        member = np.eye(self.domain.max() + 1)[self.domain[k]]
        return np.hstack(
            [
                self.loading[k, None],
                member * self.domain_loading[k, None],
                member * self.shared[i, k, None],
            ]
        )

    def own_variance(self, i: int) -> Array:
        k = self.present[i]
        return (self.specific_variance + self.noise[i])[k]

    def covariance(self, i: int) -> Array:
        design = self.design(i)
        return design @ design.T + np.diag(self.own_variance(i))

    def dense_log_likelihood(self) -> Array:
        """Log density of each unit's cells without the constant, by the dense normal law."""
        log_l = np.zeros(len(self.residual))
        for i, (e, present) in enumerate(zip(self.residual, self.present, strict=True)):
            if present.any():
                covariance = self.covariance(i)
                quadratic = e[present] @ np.linalg.solve(covariance, e[present])
                log_l[i] = -0.5 * (np.linalg.slogdet(covariance)[1] + quadratic)
        return log_l


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    """Up to 6 units by 9 indicators; the first unit has no cell and the second has one.

    Structure is Hypothesis's to choose, values come from a seeded generator.
    """
    n, k, m = draw(st.integers(1, 6)), draw(st.integers(1, 9)), draw(st.integers(1, 4))
    domain = draw(st.lists(st.integers(0, m - 1), min_size=k, max_size=k))
    present = draw(st.lists(st.booleans(), min_size=n * k, max_size=n * k))
    shares = draw(st.booleans())
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    mask = np.vstack([np.zeros(k), np.eye(1, k), np.ones(k), np.reshape(present, (n, k))])
    shape = mask.shape
    return Layout(
        residual=rng.normal(scale=2, size=shape),
        loading=rng.normal(size=k),
        domain_loading=rng.normal(size=k),
        specific_variance=rng.uniform(0.05, 2, size=k),
        noise=rng.uniform(0, 2, size=shape) * (rng.random(size=shape) < 0.8),
        shared=rng.normal(size=shape) * shares,
        present=mask.astype(bool),
        domain=np.array(domain, dtype=np.int64),
    )
