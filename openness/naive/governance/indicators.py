"""Unobserved components: the method of the Worldwide Governance Indicators of the World Bank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from openness.errors import InvalidInput, NotIdentified, Problem
from openness.naive.arguments import as_table
from openness.naive.governance.one_factor import (
    LEAST_UNITS,
    pairwise_correlations,
    representative_sources,
    score_from_sources,
    source_by_regression,
)
from openness.ranking.arguments import as_sequence

BOUND = 1.64
"""Standard errors to either bound of a percentile rank: 90%, as published."""

ROUNDING = 1e-9
"""Estimates, of sd 1, that differ by no more are tied: the rest is the order of sums."""

TAKEN_OVER = 0.5
"""Share of the precision from which on a source is said to have taken over."""


@dataclass(frozen=True, eq=False)
class UnobservedComponents:
    """An aggregate of many sources, with what is known of each.

    Attributes
    ----------
    sources : pandas.DataFrame
        Indexed by source: `representative` (bool), `units` (how many it covers), `alpha`, `beta`,
        `sigma` and `precision_share`. Source k gives y = alpha + beta (g + e), e with the sd sigma,
        on the scale on which g has the mean 0 and the variance 1 over the units of the
        representative sources. Its share is units sigma^-2, over the sum of these of all sources.
    units : pandas.DataFrame
        Indexed by unit: `sources` (how many cover it), `estimate` and `standard_error` (the
        estimates have mean 0 and sd 1 over all units that have one), `percentile`,
        `percentile_lower` and `percentile_upper` (from 0 to 100; 90% bounds). NaN for a unit
        that no source covers.
    remarks : tuple of str
        What the reader should know of this fit.

    Examples
    --------
    >>> from openness.naive import unobserved_components
    >>> rng = np.random.default_rng(1)
    >>> g, errors = rng.normal(size=(50, 1)), rng.normal(size=(50, 4))
    >>> table = pd.DataFrame(g + errors, columns=list("abcd"))
    >>> made = unobserved_components(table, ["a", "b", "c"])
    >>> made.sources.index.tolist()
    ['a', 'b', 'c', 'd']
    """

    sources: pd.DataFrame
    units: pd.DataFrame
    remarks: tuple[str, ...] = ()


def unobserved_components(
    table: pd.DataFrame, representative: Sequence[str]
) -> UnobservedComponents:
    """Aggregate sources that cover different units into one estimate with a standard error.

    Parameters
    ----------
    table : pandas.DataFrame
        Rows are units, columns are sources, oriented so that higher is better; NaN where a source
        does not cover a unit.
    representative : sequence of str
        At least three sources whose units are like all units. The others are brought in by
        regression on what these say.

    Returns
    -------
    UnobservedComponents

    Raises
    ------
    NotIdentified
        With fewer than three representative sources.
    InvalidInput
        If a source is unknown, covers fewer than three units or has no spread; if two
        representative sources have fewer than three units in common; if a source has nothing in
        common with the others; or in a Heywood case: the likelihood is highest where one source is
        the quantity itself, without error.

    Notes
    -----
    For sources k and units j, y_jk = alpha_k + beta_k (g_j + e_jk), g ~ N(0, 1), e ~ N(0,
    sigma_k^2), all independent.

    1. Representative sources: the loadings lambda_k of one factor by maximum likelihood on their
       pairwise-complete correlations; alpha_k = mean(y_k), beta_k = lambda_k sd(y_k), sigma_k =
       sqrt(1 / lambda_k^2 - 1).
    2. From any set of sources, ghat_j = sum_k sigma_k^-2 (y_jk - alpha_k) / beta_k over
       1 + sum_k sigma_k^-2, with the standard error (1 + sum_k sigma_k^-2)^(-1/2).
    3. Any other source: the slope b of y_k on the ghat of step 1's sources, over the units with
       both; beta_k = b / v, v = (var(ghat) - mean(se^2)) / var(ghat), or 1 if that is not above 0;
       alpha_k and sigma_k beta_k are the mean and the sd of y_k - beta_k ghat.
    4. ghat from all sources, minus its mean, over its sd; the standard error over the same sd.
    5. The percentile of g is 100 (#{i: g_i <= g} - 1) / (N - 1), and of its bounds that of
       ghat -+ 1.64 standard errors, not below 0. Estimates within 1e-9 of each other are equal.

    Variances have n - 1. Two things to know of it. ghat of step 2 is a mean given the sources, on
    which a slope is not attenuated (unless whom a source covers depends on more of g than the
    others say): dividing by v makes beta_k too large by 1 / v. And what two sources have in common
    is all taken for g: sources that copy from each other, or share a view, get small errors.

    References
    ----------
    D. Kaufmann, A. Kraay and P. Zoido-Lobaton (1999), "Aggregating governance indicators", World
    Bank Policy Research Working Paper 2195; D. Kaufmann, A. Kraay and M. Mastruzzi (2010), "The
    Worldwide Governance Indicators: methodology and analytical issues", Working Paper 5430.

    Examples
    --------
    >>> from openness.naive import unobserved_components
    >>> rng = np.random.default_rng(1)
    >>> g, errors = rng.normal(size=(50, 1)), rng.normal(size=(50, 4))
    >>> table = pd.DataFrame(g + errors, columns=list("abcd"))
    >>> made = unobserved_components(table, ["a", "b", "c"])
    >>> len(made.units)
    50
    """
    table = as_table(table, "table", ("unit", "source"))
    representative = as_sequence(representative, "representative")
    _check(table, representative)
    if len(representative) < 3:
        raise NotIdentified(
            f"{len(representative)} representative sources are given, and a common factor is "
            "identified from 3 of them: from fewer, there is no telling what they have in common "
            "from what each has by itself."
        )
    core = table[list(representative)]
    correlation = pairwise_correlations(core)
    remarks = []
    smallest = float(np.linalg.eigvalsh(correlation)[0])
    if smallest < -1e-12:
        remarks.append(
            "The pairwise-complete correlations of the representative sources are indefinite "
            f"(smallest eigenvalue {smallest:.3g}): no complete table could have them all, because "
            "each is of other units. The factor was fitted to them all the same."
        )
    sources, better = representative_sources(core, correlation)
    if better is not None:
        remarks.append(
            f"The likelihood is higher where {better} is the quantity itself, without error (a "
            "Heywood case). The loadings are of a lower optimum, where every source has an error."
        )
    seen = score_from_sources(core, sources)
    for name in table.columns.drop(core.columns):
        sources.loc[name] = source_by_regression(table[name], seen)
    sources.insert(0, "representative", sources.index.isin(core.columns))
    sources.insert(1, "units", table.count())
    sources = sources.loc[table.columns].rename_axis("source")
    precision = sources["units"] * sources["sigma"] ** -2.0
    sources["precision_share"] = precision / precision.sum()
    for source, share in sources["precision_share"].items():
        if share > TAKEN_OVER:
            remarks.append(
                f"{source} has taken over: {share:.0%} of the precision is its own, of "
                f"{len(sources)} sources."
            )
    scores = score_from_sources(table, sources)
    units = _on_the_published_scale(scores["estimate"], scores["standard_error"])
    units.insert(0, "sources", table.notna().sum(axis=1))
    return UnobservedComponents(sources, units, tuple(remarks))


def percentile_rank(value: pd.Series, among: pd.Series) -> pd.Series:
    """Share of the other units at or below a value, from 0 to 100; NaN where `value` is.

    100 (#{i: g_i <= value} - 1) / (N - 1), but not below 0, over the estimates g that there are.
    """
    estimates = np.sort(among.dropna().to_numpy())
    below = np.searchsorted(estimates, value.to_numpy() + ROUNDING, side="right")
    percentile = 100 * np.maximum(below - 1, 0) / (len(estimates) - 1)
    return pd.Series(percentile, value.index).where(value.notna())


def _on_the_published_scale(estimate: pd.Series, error: pd.Series) -> pd.DataFrame:
    scale = estimate.std()
    estimate, error = (estimate - estimate.mean()) / scale, error / scale
    return pd.DataFrame(
        {
            "estimate": estimate,
            "standard_error": error,
            "percentile": percentile_rank(estimate, estimate),
            "percentile_lower": percentile_rank(estimate - BOUND * error, estimate),
            "percentile_upper": percentile_rank(estimate + BOUND * error, estimate),
        }
    )


def _check(table: pd.DataFrame, representative: Sequence[str]) -> None:
    wrong = []
    for name in representative:
        if name not in table.columns:
            known = ", ".join(map(str, table.columns))
            wrong.append(Problem("representative", repr(name), "no such source", known))
    for name in pd.Index(representative)[pd.Index(representative).duplicated()].unique():
        wrong.append(Problem("representative", repr(name), "it comes twice", "names differ"))
    for name in table.columns if not wrong else ():
        column = table[name]
        if column.count() < LEAST_UNITS or column.max() == column.min():
            spread = f"{column.count()} units, from {column.min():g} to {column.max():g}"
            allowed = f"at least {LEAST_UNITS} units that are not all alike"
            wrong.append(Problem("table", f"source {name}", spread, allowed, "Leave it out"))
    if wrong:
        raise InvalidInput(wrong)
