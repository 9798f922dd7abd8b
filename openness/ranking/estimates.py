"""Estimates with standard errors: checked, and made into draws."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from openness.ranking.arguments import as_floats, as_names, as_vector, refuse

_SYMMETRY = 1e-8
"""Relative difference between a covariance and its transpose that rounding can make."""

_GRID = 4000
"""Points at which the density of the between-unit sd is known."""

_CHUNK = 1 << 20


@dataclass(frozen=True, eq=False)
class Estimates:
    """One estimate for each unit, with what is known of its error.

    Attributes
    ----------
    names : tuple of str, length n
    value : numpy.ndarray, shape (n,)
    axes : numpy.ndarray, shape (n, n), or None
        Orthonormal axes, one a column, on which the errors are independent; None if they are so
        as they stand.
    variance : numpy.ndarray, shape (n,)
        Error variance on each axis.
    """

    names: tuple[str, ...]
    value: NDArray[np.float64]
    axes: NDArray[np.float64] | None
    variance: NDArray[np.float64]

    def onto_axes(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Coordinates of `values`, shape (..., n), on the axes."""
        return values if self.axes is None else values @ self.axes

    def from_axes(self, coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what `onto_axes` took."""
        return coordinates if self.axes is None else coordinates @ self.axes.T

    def draw_errors(self, size: int, rng: np.random.Generator) -> NDArray[np.float64]:
        """Draws of the errors, shape (size, n)."""
        scale = np.sqrt(self.variance)
        return self.from_axes(rng.normal(size=(size, len(self.names))) * scale)

    def difference_sd(self) -> NDArray[np.float64]:
        """Standard error of the difference between any two estimates, shape (n, n)."""
        if self.axes is None:
            sums: NDArray[np.float64] = self.variance[:, None] + self.variance
            return np.sqrt(sums)
        covariance = (self.axes * self.variance) @ self.axes.T
        own = np.diag(covariance)
        return np.sqrt(np.maximum(own[:, None] + own - 2 * covariance, 0))


def as_estimates(
    est: ArrayLike,
    se: ArrayLike | None,
    cov: ArrayLike | None,
    names: Iterable[object] | None = None,
) -> Estimates:
    """Check estimates and either their standard errors or their covariance.

    As for `Posterior.from_estimates`: `est` (n,), of two units or more, with either `se` (n,), all
    above 0, or `cov` (n, n). Labels of a pandas series are taken as names.
    """
    if names is None and hasattr(est, "index") and not callable(est.index):
        names = est.index
    value = as_vector(est, "est")
    units = len(value)
    if units < 2:
        raise refuse("est", "shape", str(value.shape), "a ranking needs at least 2 units")
    names = as_names(names, units)
    if (se is None) == (cov is None):
        raise refuse(
            "se, cov",
            "argument",
            "none given" if se is None else "both given",
            "exactly one of them says how uncertain the estimates are",
        )
    if cov is not None:
        return Estimates(names, value, *_principal_axes(cov, units))
    error = as_vector(se if se is not None else (), "se")
    if error.shape != value.shape:
        raise refuse("se", "shape", str(error.shape), f"it must be ({units},), one a unit")
    if (error <= 0).any():
        first = int(np.flatnonzero(error <= 0)[0])
        raise refuse("se", f"unit {names[first]}", f"{error[first]:g}", "it must be above 0")
    return Estimates(names, value, None, error**2)


def _principal_axes(cov: ArrayLike, units: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    array = as_floats(cov, "cov").astype(np.float64)
    if array.shape != (units, units):
        raise refuse("cov", "shape", str(array.shape), f"it must be ({units}, {units})")
    if not np.isfinite(array).all():
        row, column = np.argwhere(~np.isfinite(array))[0]
        raise refuse(
            "cov", f"row {row}, column {column}", str(array[row, column]), "it must be finite"
        )
    size = np.abs(array).max()
    if np.abs(array - array.T).max() > _SYMMETRY * size:
        raise refuse("cov", "values", "not symmetric", "a covariance equals its transpose")
    variance, axes = np.linalg.eigh((array + array.T) / 2)
    if variance[0] < -_SYMMETRY * size or size == 0:
        raise refuse(
            "cov",
            "values",
            f"smallest eigenvalue {variance[0]:g}",
            "no combination of estimates can have a negative variance, and some must vary",
        )
    return axes, np.maximum(variance, 0)


def draws_given_flat_prior(
    estimates: Estimates, size: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Draws of the units' values with nothing known of them but the estimates, shape (size, n)."""
    return estimates.value + estimates.draw_errors(size, rng)


def draws_given_normal_prior(
    estimates: Estimates, size: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Draws (size, n) of the units' values if they are themselves a sample of a normal population.

    theta_i ~ N(mu, tau^2) and est ~ N(theta, V), with flat priors on mu and tau, so that nothing is
    fixed at an estimate: the draws carry what is unknown of the population too. It takes three
    units, without which tau has no proper posterior.

    References
    ----------
    Gelman, Carlin, Stern, Dunson, Vehtari and Rubin (2013), "Bayesian Data Analysis", section 5.4:
    p(tau | y) is (5.21); here on the principal axes of V, where errors are independent.
    """
    units = len(estimates.names)
    if units < 3:
        raise refuse(
            "est", "shape", f"({units},)", "a normal prior takes 3 units", "Use prior='flat'."
        )
    y, one, v = (
        estimates.onto_axes(estimates.value),
        estimates.onto_axes(np.ones(units)),
        estimates.variance,
    )
    scale = np.sqrt(np.var(estimates.value) + v.mean())
    tau = _draw_between_sd(y, one, v, scale, size, rng)[:, None]
    weight = one / (v + tau**2)
    precision = weight @ one
    mu = (weight @ y) / precision + rng.normal(size=size) / np.sqrt(precision)
    shrunk = tau**2 / (tau**2 + v)
    mean = mu[:, None] * one * (1 - shrunk) + shrunk * y
    errors = rng.normal(size=mean.shape) * np.sqrt(shrunk * v)
    return estimates.from_axes(mean + errors)


def _draw_between_sd(
    y: NDArray[np.float64],
    one: NDArray[np.float64],
    v: NDArray[np.float64],
    scale: float,
    size: int,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Draws of tau given the estimates, shape (size,), from its density on a grid."""
    # u in (0, 1) reaches every tau = scale u/(1 - u); the last term is the logarithm of its
    # derivative.
    u = (np.arange(_GRID) + 0.5) / _GRID
    tau = scale * u / (1 - u)
    log_density = np.empty(_GRID)
    rows = max(1, _CHUNK // len(v))
    for start in range(0, _GRID, rows):
        part = slice(start, start + rows)
        log_density[part] = _log_density_of_between_sd(tau[part, None], y, one, v)
    log_density -= 2 * np.log1p(-u)
    weight = np.exp(log_density - log_density.max())
    cell = rng.choice(_GRID, size=size, p=weight / weight.sum())
    drawn = (cell + rng.uniform(size=size)) / _GRID
    return np.asarray(scale * drawn / (1 - drawn))


def _log_density_of_between_sd(
    tau: NDArray[np.float64],
    y: NDArray[np.float64],
    one: NDArray[np.float64],
    v: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Logarithm of p(tau | y) but for a constant, shape (G,), for tau of shape (G, 1)."""
    total = v + tau**2
    precision = (one**2 / total).sum(axis=1)
    mean = (one * y / total).sum(axis=1) / precision
    residual = ((y - mean[:, None] * one) ** 2 / total).sum(axis=1)
    density: NDArray[np.float64] = -0.5 * (np.log(total).sum(axis=1) + np.log(precision) + residual)
    return density
