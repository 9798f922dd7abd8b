"""Random layouts of cells for the collapsed likelihood, and the dense normal law beside them."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from hypothesis import strategies as st
from scipy.stats import norm

Array = np.ndarray


@dataclass(frozen=True)
class Layout:
    """Arguments of the kernels, in their order."""

    residual: Array
    loading: Array
    residual_domain_loading: Array
    uniqueness: Array
    noise: Array
    shared: Array
    present: Array
    domain: Array
    offset: Array = field(default_factory=lambda: np.zeros(0))
    returned: Array = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))
    intercept: Array = field(default_factory=lambda: np.zeros(0))
    slope: Array = field(default_factory=lambda: np.zeros(0))
    factor: Array = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        n = len(self.residual)
        if not len(self.offset):
            object.__setattr__(self, "offset", np.zeros(n))
            object.__setattr__(self, "returned", np.zeros((n, 0), dtype=np.int64))

    @property
    def arguments(self) -> tuple[Any, ...]:
        return tuple(getattr(self, part.name) for part in fields(self))

    @property
    def cells(self) -> tuple[Any, ...]:
        """Arguments of `condition_on_cells`, which knows no returns."""
        return self.arguments[:8]

    def design(self, i: int) -> Array:
        """Loadings of unit i's present cells on (z, every d, every f), by its cells."""
        k = np.flatnonzero(self.present[i])
        member = np.eye(self.domain.max() + 1)[self.domain[k]]
        return np.hstack(
            [
                self.loading[k, None],
                member * self.residual_domain_loading[k, None],
                member * self.shared[i, k, None],
            ]
        )

    def own_variance(self, i: int) -> Array:
        k = self.present[i]
        return (self.uniqueness + self.noise[i])[k]

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
            log_l[i] += self.log_probability_of_returns(i)
        return log_l

    def log_probability_of_returns(self, i: int) -> float:
        """By the trapezoidal rule over z and f, which for such integrands is all but exact."""
        rows = np.flatnonzero(self.returned[i])
        if not len(rows):
            return 0.0
        k = self.present[i]
        lam = self.loading[k]
        weights = np.linalg.solve(self.covariance(i), lam) if k.any() else np.zeros(0)
        mean, variance = weights @ self.residual[i, k], 1 - weights @ lam
        x = np.linspace(-9, 9, 361)
        density = norm.pdf(x) / norm.pdf(x).sum()
        z = mean + np.sqrt(variance) * x[:, None]
        log_p = np.zeros((len(x), len(x)))
        for r in rows:
            theta = self.offset[i] + z
            index = self.intercept[r] + self.slope[r] * theta + self.factor[r] * x
            log_p += norm.logcdf(self.returned[i, r] * index)
        return float(np.log(density @ np.exp(log_p) @ density))


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
    n_collections = draw(st.integers(0, 2))
    return Layout(
        residual=rng.normal(scale=2, size=shape),
        loading=rng.normal(size=k),
        residual_domain_loading=rng.normal(size=k),
        uniqueness=rng.uniform(0.05, 2, size=k),
        noise=rng.uniform(0, 2, size=shape) * (rng.random(size=shape) < 0.8),
        shared=rng.normal(size=shape) * shares,
        present=mask.astype(bool),
        domain=np.array(domain, dtype=np.int64),
        offset=rng.normal(size=len(mask)),
        returned=rng.integers(-1, 2, size=(len(mask), n_collections)),
        intercept=rng.normal(size=n_collections),
        slope=rng.uniform(-1, 1, size=n_collections),
        factor=rng.uniform(0, 1, size=n_collections) * draw(st.booleans()),
    )


@dataclass(frozen=True)
class Assembly:
    """Arguments of `sum_over_units`, in their order."""

    expected: Array
    domain_loading: Array
    loading: Array
    residual_domain_loading: Array
    uniqueness_sd: Array
    coherence: Array
    level: Array
    exact: Array
    group_effect: Array
    return_intercept: Array
    return_slope: Array
    return_factor: Array
    value: Array
    noise: Array
    shared: Array
    present: Array
    domain: Array
    row: Array
    direct: Array
    sampled: Array
    level_at: Array
    exact_at: Array
    is_factor: Array
    returned: Array

    @property
    def arguments(self) -> tuple[Any, ...]:
        return tuple(getattr(self, part.name) for part in fields(self))

    def layout(self) -> Layout:
        """What the kernel of residuals and columns is given, written down with NumPy."""
        n, k = self.value.shape
        level = np.where(self.level_at >= 0, np.append(self.level, 0)[self.level_at], 0)
        exact = np.where(self.exact_at >= 0, np.append(self.exact, 0)[self.exact_at], 0)
        member = self.domain[None, :k] == self.sampled[:, None]
        mean = self.expected[self.row] + (level @ member) * self.domain_loading
        rho = np.where(self.is_factor, 0, self.coherence[self.sampled])
        nothing = np.zeros((n, len(self.sampled)))
        return Layout(
            residual=np.hstack([self.value + exact - mean, level]),
            loading=np.append(self.loading * self.direct, np.sqrt(rho)),
            residual_domain_loading=np.append(
                self.residual_domain_loading * self.direct, nothing[0]
            ),
            uniqueness=np.append(self.uniqueness_sd**2, 1 - rho),
            noise=np.hstack([self.noise, nothing]),
            shared=np.hstack([self.shared, nothing]),
            present=self.present,
            domain=self.domain,
            offset=self.group_effect[self.row],
            returned=self.returned,
            intercept=self.return_intercept,
            slope=self.return_slope,
            factor=self.return_factor,
        )


@st.composite
def assemblies(draw: st.DrawFn) -> Assembly:
    """Leagues of cells with and without sampled domains, exact cells, and rows of expectations."""
    layout = draw(layouts())
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n, k = layout.residual.shape
    m = int(layout.domain.max()) + 1
    sampled = np.flatnonzero(draw(st.lists(st.booleans(), min_size=m, max_size=m)))
    openness = m == 1 and draw(st.booleans())
    gaussian = layout.present
    exact = gaussian & (rng.random((n, k)) < 0.2)
    has_level = np.array([gaussian[:, layout.domain == x].any(axis=1) for x in sampled], dtype=bool)
    has_level = has_level.reshape(len(sampled), n).T

    def positions(where: Array) -> Array:
        return np.where(where, np.cumsum(where).reshape(where.shape) - 1, -1)

    rows = draw(st.integers(1, 3))
    return Assembly(
        expected=rng.normal(size=(rows, k)),
        domain_loading=rng.normal(size=k),
        loading=layout.loading,
        residual_domain_loading=layout.residual_domain_loading,
        uniqueness_sd=np.sqrt(layout.uniqueness),
        coherence=rng.uniform(0.05, 0.95, size=m),
        level=rng.normal(size=has_level.sum()),
        exact=rng.normal(size=exact.sum()),
        group_effect=rng.normal(size=rows),
        return_intercept=layout.intercept,
        return_slope=layout.slope,
        return_factor=layout.factor,
        value=np.where(exact, 0, layout.residual),
        noise=np.where(exact, 0, layout.noise),
        shared=np.where(exact, 0, layout.shared),
        present=np.hstack([gaussian, has_level]),
        domain=np.append(layout.domain, m + np.arange(len(sampled))),
        row=rng.integers(rows, size=n),
        direct=~np.isin(layout.domain, sampled),
        sampled=sampled,
        level_at=positions(has_level),
        exact_at=positions(exact),
        is_factor=np.full(len(sampled), openness),
        returned=layout.returned,
    )
