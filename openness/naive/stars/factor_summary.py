"""The summary score of the US hospital stars of 2016 to 2020: a factor model for each group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from openness.errors import InvalidInput, Problem
from openness.naive.arguments import as_table
from openness.naive.spreadsheet import z_scores
from openness.naive.stars.summary_score import StarSummary, summarise, total_weight
from openness.naive.stars.tables import check_star_tables
from openness.naive.stars.weighted_factor import FactorFit, fit_factor, likelihood_weights
from openness.ranking.arguments import as_whole

WINSOR = 3.0
"""Z-scores are drawn in to this."""

PARAMETERS = (
    "group",
    "intercept",
    "loading",
    "sd",
    "information_share",
    "variance_share",
    "heywood",
)

FEWEST_TO_IDENTIFY = 3
"""Measures with which one factor is identified."""


@dataclass(frozen=True)
class FactorSummary:
    """Summary scores of factor scores, and the fits behind them.

    Attributes
    ----------
    stars : StarSummary
        As in the method of averages; group scores are factor scores.
    group_errors : pandas.DataFrame
        Rows units, columns groups: standard errors of the group scores; NaN where there is no score
        or no model, and in a group with a Heywood case, where the error is that of the bound that
        the optimiser was given.
    standard_error : pandas.Series
        By unit, of the summary, the errors of the groups taken as independent; NaN where a group
        that counts has none.
    fits : mapping of str to FactorFit
        By group that has a model; rows and columns as in `parameters` and the measures given.
    parameters : pandas.DataFrame
        One row for each `measure` with a model: `group`, `intercept`, `loading`, `sd`,
        `information_share` and `variance_share` within its group, and `heywood`, whether it has no
        variance of its own left.

    Examples
    --------
    >>> from openness.naive import star_factor_summary
    >>> rng = np.random.default_rng(1)
    >>> x = pd.DataFrame(rng.normal(size=(60, 1)) + rng.normal(size=(60, 4)), columns=list("abcd"))
    >>> volumes, flips = x.notna() * 100.0, pd.Series(1, x.columns)
    >>> groups, weights = pd.Series("one", x.columns), pd.Series({"one": 1.0})
    >>> made = star_factor_summary(x, volumes, flips, groups, weights, drop_up_to=0, rng=rng)
    >>> made.leading["group"].tolist()
    ['one']
    """

    stars: StarSummary
    group_errors: pd.DataFrame
    standard_error: pd.Series
    fits: Mapping[str, FactorFit]
    parameters: pd.DataFrame

    @property
    def leading(self) -> pd.DataFrame:
        """The measure with the largest share of the information in each group with a model."""
        return self.parameters.loc[
            self.parameters.groupby("group", sort=False)["information_share"].idxmax()
        ]


def star_factor_summary(
    measures: pd.DataFrame,
    volumes: pd.DataFrame,
    flips: pd.Series,
    groups: pd.Series,
    weights: pd.Series,
    *,
    drop_up_to: int = 100,
    minimum_measures: int | pd.Series = 3,
    minimum_groups: int = 3,
    required: Sequence[str] = (),
    starts: int = 5,
    rng: np.random.Generator,
) -> FactorSummary:
    """Make the summary score of the US hospital stars of 2016 to 2020.

    Parameters
    ----------
    measures : pandas.DataFrame
        Rows units, columns measures; NaN where missing.
    volumes : pandas.DataFrame
        Same labels, in any order: cases behind a measure, NaN where not known. A measure of no case
        counts for nothing in its group.
    flips, groups : pandas.Series
        By measure: -1 where lower is better, else 1; and its group.
    weights : pandas.Series
        By group.
    drop_up_to, minimum_measures, minimum_groups, required
        As in `star_summary`.
    starts : int
        Of each fit; all but the first are random.
    rng : numpy.random.Generator

    Returns
    -------
    FactorSummary

    Raises
    ------
    InvalidInput
        As `star_summary`; and if a measure or a unit has no volumes, one is below 0, or all of a
        measure are 0.

    Notes
    -----
    Yale/CORE for CMS, *Overall Hospital Quality Star Rating on Hospital Compare methodology report*
    (v2.0 and v3.0): z-scores oriented and drawn in to +-3, a factor model for each group with
    likelihood weights n N / sum n by volume, missing measures left out of the likelihood; a
    hospital's group score is the mean of its factor given its measures. CMS weighed mortality,
    safety, readmission and experience by .22, effectiveness, timeliness and imaging by .04.

    A group of fewer than three measures, or with no more units than measures, does not identify the
    model. Its score is the mean z, standardised again, without a standard error.

    Examples
    --------
    >>> from openness.naive import star_factor_summary
    >>> rng = np.random.default_rng(1)
    >>> x = pd.DataFrame(rng.normal(size=(60, 1)) + rng.normal(size=(60, 4)), columns=list("abcd"))
    >>> volumes, flips = x.notna() * 100.0, pd.Series(1, x.columns)
    >>> groups, weights = pd.Series("one", x.columns), pd.Series({"one": 1.0})
    >>> made = star_factor_summary(x, volumes, flips, groups, weights, drop_up_to=0, rng=rng)
    >>> len(made.stars.summary), len(made.parameters)
    (60, 4)
    """
    given = check_star_tables(
        measures,
        flips,
        groups,
        weights,
        drop_up_to=drop_up_to,
        minimum_measures=minimum_measures,
        minimum_groups=minimum_groups,
        required=required,
    )
    volumes = _volumes(volumes, given.measures)
    starts = as_whole(starts, "starts", 1, np.inf, "a whole number from 1")
    winsorised = given.z.clip(-WINSOR, WINSOR)
    scores = pd.DataFrame(np.nan, winsorised.index, given.weights.index)
    errors = scores.copy()
    fits: dict[str, FactorFit] = {}
    rows: list[tuple[object, ...]] = []
    for group in given.weights.index:
        z = winsorised.loc[:, given.groups[winsorised.columns] == group]
        # A measure on which all are alike says nothing of the factor.
        varying = z.loc[:, z.max() > z.min()].dropna(how="all")
        if varying.shape[1] < FEWEST_TO_IDENTIFY or len(varying) <= varying.shape[1]:
            scores[group] = z_scores(z.mean(axis=1).to_frame("mean"))["mean"]
            continue
        values = varying.to_numpy()
        volume = volumes.loc[varying.index, varying.columns].to_numpy()
        fit = fit_factor(values, likelihood_weights(volume, ~np.isnan(values)), rng, starts=starts)
        scores.loc[varying.index, group] = fit.scores
        if not fit.exhausted.any():
            errors.loc[varying.index, group] = fit.standard_errors
        fits[str(group)] = fit
        rows += zip(
            varying.columns,
            [str(group)] * varying.shape[1],
            fit.intercepts,
            fit.loadings,
            fit.sds,
            fit.information_shares,
            fit.variance_shares,
            fit.exhausted,
            strict=True,
        )
    return FactorSummary(
        stars=summarise(scores, given),
        group_errors=errors,
        standard_error=independent_error(scores, errors, given.weights),
        fits=fits,
        parameters=pd.DataFrame(rows, columns=["measure", *PARAMETERS]).set_index("measure"),
    )


def independent_error(scores: pd.DataFrame, errors: pd.DataFrame, weights: pd.Series) -> pd.Series:
    """Standard error of a weighted mean of scores with independent errors.

    NaN where a score has no error, or there is no score.
    """
    variance = ((errors * weights) ** 2).sum(axis=1)
    error = np.sqrt(variance) / total_weight(scores, weights)
    return error.where(errors.notna().eq(scores.notna()).all(axis=1))


def _volumes(volumes: pd.DataFrame, measures: pd.DataFrame) -> pd.DataFrame:
    table = as_table(volumes, "volumes", ("unit", "measure"))
    wrong = [
        Problem("volumes", f"{axis} {label}", "it is not there", "volumes of all that is measured")
        for axis, needed, given in zip(("unit", "measure"), measures.axes, table.axes, strict=True)
        for label in needed.difference(given)
    ]
    for id in table.columns:
        for unit, volume in table.loc[table[id] < 0, id].head(1).items():
            where = f"measure {id}, unit {unit}"
            wrong.append(Problem("volumes", where, f"{volume:g}", "a number from 0, or nothing"))
        if table[id].max() == 0:
            wrong.append(Problem("volumes", f"measure {id}", "all are 0", "some unit has cases"))
    if wrong:
        raise InvalidInput(wrong)
    return table
