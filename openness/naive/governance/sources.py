"""What each source of an aggregate is worth: its scale, and the size of its error."""

from __future__ import annotations

import numpy as np
import pandas as pd

from openness.errors import InvalidInput, Problem
from openness.naive.governance.one_factor import best_heywood, is_heywood, one_factor_loadings
from openness.ranking.arguments import refuse

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
