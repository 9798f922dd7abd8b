"""Random leagues of cells for the collapsed likelihood, and the dense normal law beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st
from scipy.stats import norm

from openness.model.signature import Evidence, Parameters

Array = np.ndarray


@dataclass(frozen=True)
class Layout:
    """What a kernel takes, and the same written down with NumPy.

    The latents of a unit are z = theta - mean, every d and every f, and what every facet has of its
    own; what is seen of them are its
    present cells, in their order, then its sampled levels.
    """

    p: Parameters
    e: Evidence

    def replace(self, **parts: Any) -> Layout:
        """Return another with fields of either structure in the place of its own."""
        own = {name: part for name, part in parts.items() if name in Parameters._fields}
        others = {name: part for name, part in parts.items() if name in Evidence._fields}
        assert own.keys() | others.keys() == parts.keys()
        return Layout(self.p._replace(**own), self.e._replace(**others))

    @property
    def n_domains(self) -> int:
        return len(self.p.root_coherence)

    @property
    def n_latents(self) -> int:
        return 1 + 2 * self.n_domains + len(self.p.facet_root)

    def latent_row(self, m: int, u: float, t: float, v: float = 0.0, facet: int = -1) -> Array:
        """Loadings on (z, every d, every f, every facet) of what loads by u on level m, by t on f_m
        and by v on what a facet has of its own."""
        row, of_facets = np.zeros((3, self.n_domains)), np.zeros(len(self.p.facet_root))
        row[1, m], row[2, m] = u * self.p.root_rest[m], t
        if facet >= 0:
            of_facets[facet] = v
        return np.concatenate([[u * self.p.root_coherence[m]], row[1], row[2], of_facets])

    def of_indicator(self, k: int) -> tuple[int, float, float, int]:
        """Its domain, its loadings on the level of that and on its facet's own part, its facet."""
        m, facet, c = self.e.domain_of_indicator[k], self.e.facet_of_indicator[k], 1.0
        own = 0.0
        if facet >= 0:
            c, own = self.p.facet_root[facet], self.p.facet_rest[facet]
        c, own = c * self.p.domain_loading[k], own * self.p.domain_loading[k]
        return int(m), float(c), float(own), int(facet)

    def seen(self, i: int) -> tuple[Array, Array, Array]:
        """Residuals about the unit's mean, loadings on the latents, and own variances."""
        p, e = self.p, self.e
        rows = [(np.zeros(0), np.zeros((0, self.n_latents)), np.zeros(0))]
        for k in np.flatnonzero(e.present[i]):
            m, c, v, facet = self.of_indicator(k)
            x = e.value[i, k] - p.intercept[e.group_of_unit[i], k]
            if e.exact_at[i, k] >= 0:
                x += p.exact[e.exact_at[i, k]]
            sampled = e.level_at[i, m] >= 0
            usual = p.root_coherence[m] * p.factor_mean[i]
            x -= c * (p.level[e.level_at[i, m]] if sampled else usual)
            t = e.common_error_loading[i, k]
            row = self.latent_row(m, 0.0 if sampled else c, t, v, facet)
            own = p.uniqueness_sd[k] ** 2 + e.error_variance[i, k]
            rows.append((np.array([x]), row[None], np.array([own])))
        for m in np.flatnonzero(e.level_at[i] >= 0):
            a, b = p.root_coherence[m], p.root_rest[m]
            x = p.level[e.level_at[i, m]] - a * p.factor_mean[i]
            row = np.zeros((1, self.n_latents))
            if self.n_domains == 1:  # the level is theta: its own prior, and nothing of z is left
                x, b = p.level[e.level_at[i, m]] - p.factor_mean[i], 1.0
            else:
                row[0, 0] = a
            rows.append((np.array([x]), row, np.array([b**2])))
        x, design, own = (np.concatenate(parts) for parts in zip(*rows, strict=True))
        return x, design, own

    def dense_log_likelihood(self) -> Array:
        """Log density of each unit's cells without the constant, by the dense normal law."""
        log_l = np.zeros(len(self.e.value))
        for i in range(len(log_l)):
            x, design, own = self.seen(i)
            covariance = design @ design.T + np.diag(own)
            quadratic = x @ np.linalg.solve(covariance, x)
            log_l[i] = -0.5 * (np.linalg.slogdet(covariance)[1] + quadratic)
            log_l[i] += self.log_probability_of_returns(i)
        return log_l

    def log_probability_of_returns(self, i: int) -> float:
        """By the trapezoidal rule over z and f, which for such integrands is all but exact."""
        rows = np.flatnonzero(self.e.returned[i])
        if not len(rows):
            return 0.0
        residual, design, own = self.seen(i)
        lam = design[:, 0]
        weights = np.linalg.solve(design @ design.T + np.diag(own), lam)
        mean, variance = weights @ residual, 1 - weights @ lam
        x = np.linspace(-9, 9, 361)
        density = norm.pdf(x) / norm.pdf(x).sum()
        g = self.e.group_of_unit[i]
        theta = self.p.factor_mean[i] + mean + np.sqrt(variance) * x[:, None]
        log_p = np.zeros((len(x), len(x)))
        for r in rows:
            index = self.p.return_intercept[g, r] + self.p.return_slope[r] * theta
            index = index + self.p.return_factor[r] * x
            log_p += norm.logcdf(self.e.returned[i, r] * index)
        return float(np.log(density @ np.exp(log_p) @ density))


@st.composite
def layouts(draw: st.DrawFn, *, sampled: bool = True) -> Layout:
    """Up to 9 units by 9 indicators; the first unit has no cell and the second has one.

    Structure is Hypothesis's to choose, values come from a seeded generator. With and without
    shared errors, exact cells, returns and, if allowed, sampled levels.
    """
    k, m = draw(st.integers(1, 9)), draw(st.integers(1, 4))
    more = draw(st.integers(1, 6))
    domain = np.array(draw(st.lists(st.integers(0, m - 1), min_size=k, max_size=k)))
    present = draw(st.lists(st.booleans(), min_size=more * k, max_size=more * k))
    shares, two = draw(st.booleans()), draw(st.booleans())
    # Facets of any size: what a league may declare is for the league to say.
    has_facets = draw(st.booleans())
    of_facet = [*domain[:1], *draw(st.lists(st.integers(0, m - 1), max_size=2))] * has_facets
    has_levels = draw(st.lists(st.booleans(), min_size=m, max_size=m)) if sampled else [False] * m
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    facet = np.full(k, -1)
    for f, x in enumerate(of_facet):
        facet[(domain == x) & (facet < 0) & (rng.random(k) < 0.7)] = f
    mask = np.vstack([np.zeros(k), np.eye(1, k), np.ones(k), np.reshape(present, (more, k))])
    mask = mask.astype(bool)
    shape = n, _ = mask.shape
    exact = mask & (rng.random(shape) < 0.2)
    level = np.array([mask[:, domain == x].any(axis=1) & has_levels[x] for x in range(m)]).T
    n_collections = 0 if m == 1 and level.any() else draw(st.integers(0, 2))
    groups = draw(st.integers(1, 3))
    is_factor = m == 1 and has_levels[0]  # coherence is 1 in such a league

    def positions(where: Array) -> Array:
        return np.where(where, np.cumsum(where).reshape(where.shape) - 1, -1)

    return Layout(
        Parameters(
            intercept=rng.normal(size=(groups, k)),
            domain_loading=rng.normal(size=k),
            uniqueness_sd=np.sqrt(rng.uniform(0.05, 2, size=k)),
            root_coherence=np.ones(1) if is_factor else rng.normal(size=m),
            root_rest=np.zeros(1) if is_factor else rng.uniform(0.2, 1, size=m),
            facet_root=rng.normal(size=len(of_facet)),
            facet_rest=rng.uniform(0, 1, size=len(of_facet)),
            factor_mean=rng.normal(size=n),
            level=rng.normal(size=level.sum()),
            exact=rng.normal(size=exact.sum()),
            return_intercept=rng.normal(size=(groups, n_collections)),
            return_slope=rng.uniform(-1, 1, size=n_collections),
            return_factor=rng.uniform(0, 1, size=n_collections) * two,
        ),
        Evidence(
            value=np.where(exact, 0, rng.normal(scale=2, size=shape)),
            error_variance=np.where(exact | (rng.random(shape) < 0.2), 0, rng.uniform(0, 2, shape)),
            common_error_loading=np.where(exact, 0, rng.normal(size=shape) * shares),
            present=mask,
            exact_at=positions(exact),
            level_at=positions(level),
            group_of_unit=rng.integers(groups, size=n),
            domain_of_indicator=domain.astype(np.int64),
            facet_of_indicator=facet.astype(np.int64),
            domain_of_facet=np.array(of_facet, dtype=np.int64),
            returned=rng.integers(-1, 2, size=(n, n_collections)),
        ),
    )
