"""A factor model of one group of measures, with likelihood weights by volume."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from openness.naive.components import pinned

SMALLEST_SD = 0.01
"""Of a measure about the factor, in sds of the measure: where the likelihood would take it to 0."""

LARGEST_LOG_SD = 10.0
"""Where a step of the optimiser that goes too far is stopped short of an overflow."""

GRADIENT = 1e-7
ACCEPTED = 1e-4
"""Of the gradient of the log-likelihood a unit: where the optimiser stops, and what passes."""

SAME_OPTIMUM = 1e-6
"""Log-likelihoods a unit that differ by less are of one optimum."""


@dataclass(frozen=True)
class FactorFit:
    """A fitted factor model: z_m = mu_m + gamma_m a + e_m, a ~ N(0, 1), e_m ~ N(0, sigma_m^2).

    Attributes
    ----------
    intercepts, loadings, sds : ndarray, shape (measures,)
        mu, gamma and sigma. The loadings add up to something positive.
    exhausted : ndarray of bool, shape (measures,)
        Which measures have no variance of their own left: a Heywood case.
    log_likelihood : float
        Weighted, at the optimum.
    attempts : ndarray, shape (starts,)
        The log-likelihood that each start reached.
    converged : bool
        Whether the gradient is 0 to 1e-4 a unit at the best start.
    scores, standard_errors : ndarray, shape (units,)
        Mean and sd of a given a unit's measures, the weights taken for numbers of observations; 0
        and 1 for a unit that has none.
    information : ndarray, shape (units, measures)
        w_m gamma_m^2 / sigma_m^2: what each measure adds to 1/s.e.^2; 0 where missing.
    contributions : ndarray, shape (units, measures)
        What each measure adds to the score.

    Examples
    --------
    >>> from openness.naive import star_factor_summary
    >>> rng = np.random.default_rng(1)
    >>> x = pd.DataFrame(rng.normal(size=(60, 1)) + rng.normal(size=(60, 4)), columns=list("abcd"))
    >>> volumes, flips = x.notna() * 100.0, pd.Series(1, x.columns)
    >>> groups, weights = pd.Series("one", x.columns), pd.Series({"one": 1.0})
    >>> made = star_factor_summary(x, volumes, flips, groups, weights, drop_up_to=0, rng=rng)
    >>> made.fits["one"].converged
    True
    """

    intercepts: np.ndarray
    loadings: np.ndarray
    sds: np.ndarray
    exhausted: np.ndarray
    log_likelihood: float
    attempts: np.ndarray
    converged: bool
    scores: np.ndarray
    standard_errors: np.ndarray
    information: np.ndarray
    contributions: np.ndarray

    @property
    def agreeing(self) -> int:
        """How many starts reached the best optimum."""
        margin = SAME_OPTIMUM * len(self.scores)
        return int((self.attempts > self.log_likelihood - margin).sum())

    @property
    def information_shares(self) -> np.ndarray:
        """Share of each measure in the information of all units, shape (measures,)."""
        return self.information.sum(axis=0) / self.information.sum()

    @property
    def variance_shares(self) -> np.ndarray:
        """Share of each measure in the variance of the scores, shape (measures,).

        Covariance of what the measure adds to the score with the score, over the units that have a
        measure, over the variance of the score: they add up to 1.
        """
        has = self.information.sum(axis=1) > 0
        score = self.scores[has] - self.scores[has].mean()
        return score @ self.contributions[has] / (score @ score)


def likelihood_weights(volumes: np.ndarray, present: np.ndarray) -> np.ndarray:
    """Weights of the terms of the likelihood, of mean 1 for each measure: n N / sum n.

    Parameters
    ----------
    volumes : ndarray, shape (units, measures)
        From 0, and above 0 at some unit that has the measure; NaN where not known, for which the
        mean volume of the measure is taken.
    present : ndarray of bool, same shape
        Which measures the units have.

    Returns
    -------
    ndarray, same shape
        0 where there is no measure, or one of no volume.
    """
    known = present & ~np.isnan(volumes)
    number = known.sum(axis=0)
    total = np.sum(volumes, axis=0, where=known)
    mean = np.divide(total, number, out=np.ones(volumes.shape[1]), where=number > 0)
    return np.where(known, volumes / mean, present.astype(float))


def log_likelihood(
    z: np.ndarray, weights: np.ndarray, mu: np.ndarray, gamma: np.ndarray, sigma: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Exact marginal log-likelihood of each unit, and the gradient of their sum.

    Parameters
    ----------
    z : ndarray, shape (units, measures)
        Anything finite where the weight is 0.
    weights : ndarray, shape (units, measures)
        Exponents of the terms; 0 where there is no measure.
    mu, gamma, sigma : ndarray, shape (measures,)

    Returns
    -------
    log_likelihood : ndarray, shape (units,)
    gradient : ndarray, shape (3, measures)
        By mu, gamma and log sigma.

    Notes
    -----
    With q = w / sigma^2, d = z - mu, A = 1 + sum q gamma^2, B = sum q gamma d::

        log L = 1/2 [ B^2 / A - sum q d^2 - sum w (log 2 pi + 2 log sigma) - log A ]

    and a | z ~ N(E, V) with E = B / A, V = 1 / A. By Fisher's identity the gradient is that of the
    complete log-likelihood, averaged over a | z.
    """
    q = weights / sigma**2
    d = z - mu
    a = 1 + (q * gamma**2).sum(axis=1)
    b = (q * d * gamma).sum(axis=1)
    constant = (weights * (np.log(2 * np.pi) + 2 * np.log(sigma))).sum(axis=1)
    value = 0.5 * (b**2 / a - np.sum(q * d**2, axis=1) - constant - np.log(a))

    e = (b / a)[:, None]
    v = (1 / a)[:, None]
    residual = d - gamma * e
    gradient = np.array(
        [
            np.sum(q * residual, axis=0),
            np.sum(q * (residual * e - gamma * v), axis=0),
            np.sum(q * (residual**2 + gamma**2 * v) - weights, axis=0),
        ]
    )
    return value, gradient


def fit_factor(
    z: np.ndarray,
    weights: np.ndarray,
    rng: np.random.Generator,
    *,
    starts: int = 5,
) -> FactorFit:
    """Fit the factor model by maximum weighted likelihood, from several starts.

    Parameters
    ----------
    z : ndarray, shape (units, measures)
        NaN where missing; no measure on which all units are alike.
    weights : ndarray, shape (units, measures)
        From `likelihood_weights`.
    rng : numpy.random.Generator
    starts : int
        At least 1. The first has all loadings alike, the others random ones.

    Returns
    -------
    FactorFit
        Of the start that reached the highest likelihood.

    Notes
    -----
    BFGS on mu, gamma and x, where sigma^2 = 0.01^2 + exp(2 x), of the measures in sds from their
    means. The likelihood of a factor model can rise all the way to sigma = 0 for one measure (a
    Heywood case), which then is the factor.
    """
    units, m = z.shape
    centre, scale = np.nanmean(z, axis=0), np.nanstd(z, axis=0)
    y = np.where(weights > 0, (z - centre) / scale, 0.0)

    def objective(theta: np.ndarray) -> tuple[float, np.ndarray]:
        mu, gamma, sigma, slope = _unpacked(theta)
        value, gradient = log_likelihood(y, weights, mu, gamma, sigma)
        gradient[2] *= slope
        return -value.sum() / units, -gradient.ravel() / units

    half = np.full(m, np.sqrt(0.5))
    first = np.concatenate([np.zeros(m), half, np.log(half)])
    others = [
        np.concatenate([np.zeros(m), rng.normal(size=m), np.log(rng.uniform(0.3, 1, m))])
        for _ in range(starts - 1)
    ]
    runs = [
        minimize(objective, start, jac=True, method="BFGS", options={"gtol": GRADIENT})
        for start in [first, *others]
    ]
    attempts = np.array([-run.fun * units for run in runs]) - np.sum(weights * np.log(scale))
    best = runs[int(attempts.argmax())]
    mu, gamma, sigma, _ = _unpacked(best.x)
    mu, gamma, sigma = centre + scale * mu, scale * pinned(gamma), scale * sigma
    q = weights / sigma**2
    a = 1 + (q * gamma**2).sum(axis=1)
    parts = q * gamma * np.where(weights > 0, z - mu, 0.0) / a[:, None]
    return FactorFit(
        intercepts=mu,
        loadings=gamma,
        sds=sigma,
        exhausted=sigma < 1.1 * SMALLEST_SD * scale,
        log_likelihood=float(attempts.max()),
        attempts=attempts,
        converged=bool(np.abs(best.jac).max() < ACCEPTED),
        scores=parts.sum(axis=1),
        standard_errors=a**-0.5,
        information=q * gamma**2,
        contributions=parts,
    )


def _unpacked(theta: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return mu, gamma, sigma and d log sigma / dx of the packed mu, gamma and x."""
    mu, gamma, x = theta.reshape(3, -1)
    free = np.exp(np.minimum(x, LARGEST_LOG_SD))
    sigma = np.hypot(SMALLEST_SD, free)
    return mu, gamma, sigma, (free / sigma) ** 2
