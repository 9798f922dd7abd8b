"""What a league, which is not made for the stars, says to their recipe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from openness.errors import InvalidInput, Problem
from openness.league import League
from openness.naive.arguments import is_number
from openness.naive.stars.summary_score import reported_by_enough
from openness.ranking.arguments import as_sequence, as_whole, refuse

FEWEST = 3
"""Measures that a group needs to count towards stars, and groups that a hospital needs."""


def domain_of_each(league: League) -> pd.Series:
    """The domain of each scored indicator, in their order."""
    return pd.Series({indicator.id: indicator.domain for indicator in league.scored})


def domain_weights(league: League, weights: Mapping[str, float] | None) -> pd.Series:
    """Weights of the scored domains, adding up to 1.

    Parameters
    ----------
    league : League
    weights : mapping of str to float, optional
        All alike if not given.

    Returns
    -------
    pandas.Series
        By domain.

    Raises
    ------
    InvalidInput
        If they are not finite weights above 0 of exactly the scored domains.
    """
    ids = [domain.id for domain in league.scored_domains]
    chosen = dict.fromkeys(ids, 1.0) if weights is None else weights
    if (
        not isinstance(chosen, Mapping | pd.Series)
        or set(chosen.keys()) != set(ids)
        or not all(is_number(weight, lambda x: 0 < x < np.inf) for _, weight in chosen.items())
    ):
        needs = f"a finite weight above 0 for each scored domain: {', '.join(ids)}"
        raise refuse("weights", league.id, f"found {chosen}", needs)
    series = pd.Series(chosen, dtype=float)[ids]
    return series / series.sum()


def known_domains(league: League, required: Sequence[str]) -> Sequence[str]:
    """Return `required` if all of them are scored domains of the league.

    Raises
    ------
    InvalidInput
    """
    ids = [domain.id for domain in league.scored_domains]
    problems = [
        Problem(
            "required",
            league.id,
            f"there is no scored domain {name!r}",
            f"scored: {', '.join(ids)}",
        )
        for name in as_sequence(required, "required")
        if name not in ids
    ]
    if problems:
        raise InvalidInput(problems)
    return required


def fewest_for_stars(
    figures: pd.DataFrame, domains: pd.Series, drop_up_to: int
) -> tuple[pd.Series, int]:
    """How many measures a domain needs to count, and how many domains a unit needs for stars.

    Parameters
    ----------
    figures : pandas.DataFrame
        Rows units, columns measures.
    domains : pandas.Series of str
        By measure.
    drop_up_to : int
        A measure that no more units than this have is not asked for.

    Returns
    -------
    minimum_measures : pandas.Series of int
        By domain.
    minimum_groups : int
        Three each, or all that there are.
    """
    as_whole(drop_up_to, "drop_up_to", 0, np.inf, "a whole number from 0")
    kept, _ = reported_by_enough(figures, drop_up_to)
    left = domains[kept.columns].value_counts().reindex(domains.unique(), fill_value=0)
    return left.clip(1, FEWEST), max(1, min(FEWEST, int((left > 0).sum())))
