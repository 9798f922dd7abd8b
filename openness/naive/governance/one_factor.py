"""One common factor of sources by maximum likelihood, and what each source says of it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from openness.errors import InvalidInput, NotIdentified, Problem
from openness.ranking.arguments import refuse

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


LEAST_UNITS = 3
"""So many units a source, or two representative sources together, must have at least."""


def representative_sources(
    core: pd.DataFrame, correlation: np.ndarray
) -> tuple[pd.DataFrame, object]:
    """Parameters of the sources whose common factor is the quantity: `alpha`, `beta`, `sigma`.

    With them the source that the likelihood would rather take for the quantity itself, if any; else
    None. A loading of 0, or of 1 or more, is refused.
    """
    loading = _loadings(correlation, core.columns)
    parameters = pd.DataFrame(
        {
            "alpha": core.mean(),
            "beta": loading * core.std(),
            "sigma": np.sqrt(1 / loading**2 - 1),
        }
    )
    best = best_heywood(correlation, loading)
    return parameters, None if best is None else core.columns[best]


def source_by_regression(y: pd.Series, seen: pd.DataFrame) -> dict[str, float]:
    """`alpha`, `beta` and `sigma` of a source that is not representative, by what the others say.

    `seen` has `estimate` and `standard_error` of each unit from the representative sources. Refused
    if fewer than three units have both, or the source has no error, or nothing else.
    """
    both = seen.assign(y=y).dropna()
    if len(both) < LEAST_UNITS:
        words = f"{len(both)} of its units have a representative source"
        raise _unusable(y.name, words, f"at least {LEAST_UNITS} are needed to bring it in")
    g, variance = both["estimate"], both["estimate"].var()
    ratio = (variance - (both["standard_error"] ** 2).mean()) / variance if variance > 0 else 0.0
    slope = both["y"].cov(g) / variance if variance > 0 else 0.0
    beta = slope / (ratio if ratio > 0 else 1.0)
    rest = both["y"] - beta * g
    if beta == 0 or rest.std() <= 1e-6 * abs(beta):
        words = "it does not go with the others at all" if beta == 0 else "it has no error"
        raise _unusable(y.name, words, "a source tells something, and not everything")
    return {"alpha": rest.mean(), "beta": beta, "sigma": rest.std() / abs(beta)}


def _loadings(correlation: np.ndarray, names: pd.Index) -> np.ndarray:
    loading = one_factor_loadings(correlation)
    if is_heywood(loading).any():
        name = names[is_heywood(loading)][0]
        raise _unusable(
            name,
            "a Heywood case: its loading is 1 or more, so that it would be the quantity itself",
            "every source has an error",
            "Leave it out of the representative sources",
        )
    if (np.abs(loading) < 1e-6).any():
        name = names[np.abs(loading) < 1e-6][0]
        raise _unusable(
            name,
            "its loading is 0: it has nothing in common with the other representative sources",
            "every source tells something",
            "Leave it out",
        )
    return loading


def pairwise_correlations(core: pd.DataFrame) -> np.ndarray:
    """Correlations of sources, each over the units that both cover; or name pairs with too few."""
    correlation = core.corr(min_periods=LEAST_UNITS).to_numpy()
    wrong = [
        Problem(
            "table",
            f"sources {core.columns[i]} and {core.columns[j]}",
            f"{core.iloc[:, [i, j]].notna().all(axis=1).sum()} units in common",
            f"a correlation takes {LEAST_UNITS}, on which both differ",
        )
        for i, j in zip(*np.nonzero(np.triu(np.isnan(correlation), 1)), strict=True)
    ]
    if wrong:
        raise InvalidInput(wrong)
    return correlation


def score_from_sources(table: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """`estimate` of g and `standard_error` from whatever sources cover a unit; NaN without any.

    `table` has units and sources, `sources` the `alpha`, `beta` and `sigma` of each column.
    """
    known = sources.loc[table.columns]
    weight = table.notna() * known["sigma"] ** -2.0
    g = ((table - known["alpha"]) / known["beta"]).fillna(0.0)
    precision = 1 + weight.sum(axis=1)
    covered = table.notna().any(axis=1)
    return pd.DataFrame(
        {
            "estimate": ((weight * g).sum(axis=1) / precision).where(covered),
            "standard_error": (precision**-0.5).where(covered),
        }
    )


def _unusable(name: object, found: str, allowed: str, remedy: str = "") -> InvalidInput:
    return refuse("table", f"source {name}", found, allowed, remedy)
