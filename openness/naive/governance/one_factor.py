"""Maximum likelihood of one common factor, from a correlation matrix."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

from openness.errors import NotIdentified

Array = np.ndarray

_FURTHEST = 6.0
"""Bound of artanh(loading): a loading of 0.99999, an error of 0.5% of the factor's sd."""


def one_factor_loadings(correlation: Array) -> Array:
    """Loadings of one factor that fit a correlation matrix best, as far as two starts find.

    Parameters
    ----------
    correlation : ndarray, shape (p, p)
        Symmetric with ones on the diagonal. It may be indefinite, as correlations of different
        pairs over different units can be; then there is no sample that has it, and what is
        maximised is a likelihood in form only.

    Returns
    -------
    ndarray, shape (p,)
        Their sum is not negative. A loading of 0.99999 or more in size is a Heywood case: the
        maximum lies where the variable is the factor itself, and the number is only the bound of
        the search.

    Raises
    ------
    NotIdentified
        With fewer than three variables: p (p - 1) / 2 correlations are then fewer than the
        loadings.

    Notes
    -----
    Minimises log|S| + tr(R S^-1), S = L L' + diag(1 - L^2). At a maximum of the likelihood in which
    the specific variances are free, the diagonal of S is that of R (Joereskog 1967, Psychometrika
    32: 443-482), so that setting it there loses nothing and keeps every variance above 0. The
    search is over artanh(L), from the first principal axis and from equal loadings; the better end
    counts, and nothing is random. A likelihood that is higher still can hide where a variable is
    the factor itself: see `best_heywood`.
    """
    p = len(correlation)
    if p < 3:
        raise NotIdentified(
            f"a one-factor model of {p} variables is not identified: there are "
            f"{p * (p - 1) // 2} correlations for {p} loadings. It takes at least 3 variables."
        )
    value, axis = np.linalg.eigh(correlation)
    first = np.sqrt(max(value[-1], 1.0)) * axis[:, -1]
    starts = (np.clip(first, -0.95, 0.95), np.where(first < 0, -0.7, 0.7))
    ends = [
        minimize(
            _discrepancy,
            np.arctanh(start),
            args=(correlation,),
            jac=True,
            method="L-BFGS-B",
            bounds=[(-_FURTHEST, _FURTHEST)] * p,
            options={"ftol": 0, "gtol": 1e-9, "maxiter": 5000, "maxfun": 20000},
        )
        for start in starts
    ]
    loading = np.tanh(min(ends, key=lambda end: end.fun).x)
    return -loading if loading.sum() < 0 else loading


def is_heywood(loading: Array) -> Array:
    """Whether a loading has run into the bound of the search: the variable is the factor."""
    return np.arctanh(np.abs(loading)) > _FURTHEST - 1e-6


def best_heywood(correlation: Array, loading: Array) -> int | None:
    """Position of the variable to take for the factor itself, if the likelihood is higher there.

    Given variable k, all that the others have in common with it is their correlation with it: where
    the loading of k goes to 1, log|S| + tr(R S^-1) goes to p + sum_i log(1 - r_ik^2), i not k.
    """
    rest = 1 - correlation**2
    np.fill_diagonal(rest, 1.0)
    at_bound = len(correlation) + np.log(np.maximum(rest, np.finfo(float).tiny)).sum(axis=1)
    k = int(at_bound.argmin())
    return k if at_bound[k] < _discrepancy(np.arctanh(loading), correlation)[0] else None


def _discrepancy(x: Array, correlation: Array) -> tuple[float, Array]:
    """log|S| + tr(R S^-1) and its gradient at the loadings tanh(x).

    With u = L / (1 - L^2) = sinh x cosh x and a = sum L^2 / (1 - L^2) = sum sinh^2 x:
    |S| = (1 + a) prod sech^2 x, and S^-1 = diag(cosh^2 x) - u u' / (1 + a).
    """
    sinh, cosh = np.sinh(x), np.cosh(x)
    u, slope = sinh * cosh, sinh**2 + cosh**2  # du/dx = cosh 2x
    a = 1 + np.sum(sinh**2)
    r_u = correlation @ u
    q = u @ r_u
    value = np.log(a) - 2 * np.sum(np.log(cosh)) + np.sum(cosh**2) - q / a
    gradient = 2 * u / a - 2 * np.tanh(x) + 2 * u - 2 * r_u * slope / a + 2 * q * u / a**2
    return float(value), gradient
