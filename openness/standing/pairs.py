"""Who is ahead of whom: one pair of units, and those that one unit is statistically tied with."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from openness.errors import InvalidInput
from openness.measures.lookup import unknown_units
from openness.ranking import Posterior, prob_better, separate
from openness.ranking.intervals import equal_tailed
from openness.ranking.precision import monte_carlo_error
from openness.ranking.separation import SEPARATED_AT
from openness.result import Result
from openness.standing.standing import Standing


def probability_of_superiority(standing: Standing, a: str, b: str) -> Result:
    """Probability that unit `a` is ahead of unit `b`, whether they are ranked or not.

    Parameters
    ----------
    standing : Standing
    a, b : str
        Codes of two units.

    Returns
    -------
    Result
        `table` has one row: `a`, `b`, `probability` and its `monte_carlo_error`.

    Raises
    ------
    InvalidInput
        If a unit is not in the fit.

    Examples
    --------
    >>> first, *_, last = openness.rank(fit).table.index
    >>> found = openness.probability_of_superiority(fit, first, last)
    >>> bool(found.table.loc[0, "probability"] > 0.9)
    True
    """
    known = standing.units.index.tolist()
    if problems := unknown_units((a, b), known, "probability_of_superiority"):
        raise InvalidInput(problems)
    everybody = Posterior.from_draws(standing.score.sel(unit=known).to_numpy(), known)
    row = {"a": a, "b": b, **vars(prob_better(everybody, a, b))}
    return Result("superiority", pd.DataFrame([row]), standing.league, standing=standing)


def tied_with(standing: Standing, unit: str, *, at: float = SEPARATED_AT) -> Result:
    """List the units that one unit is statistically tied with: their order is not settled.

    Parameters
    ----------
    standing : Standing
    unit : str
        Its code.
    at : float
        Probability above which an order counts as settled, from 0.5 up to 1, excluded.

    Returns
    -------
    Result
        `table`, indexed by `unit`, the others of its stratum by expected rank: `name`,
        `probability` (of this unit being ahead) and its `monte_carlo_error`. `about`: `unit`,
        `name`, `at`, `interval_prob`, `interval_kind`, `reason` (why the unit is not ranked; the
        table then is empty) and `in_words`, such as "#3 to #9, statistically tied with 4 others".

    Raises
    ------
    InvalidInput
        If the unit is not in the fit, or `at` is out of range.

    Examples
    --------
    >>> first = openness.rank(fit).table.index[0]
    >>> tied = openness.tied_with(fit, first, at=0.8)
    >>> tied.table.columns.tolist()
    ['name', 'probability', 'monte_carlo_error']
    >>> tied.about["at"], tied.about["in_words"].startswith("#1 to ")
    (0.8, True)
    """
    row = standing.unit(unit)
    words, table = "", _tied([], [], [])
    if row["ranked"]:
        post = standing.stratum_of(unit).posterior
        separation = separate(post, at)
        lower, upper = equal_tailed(post.ranks, standing.prob)
        limits = pd.DataFrame({"rank_lower": lower, "rank_upper": upper}, index=list(post.names))
        words = str(separation.in_words(limits)[unit])
        names = separation.tied_with(unit)
        own, theirs = post.ranks[:, post.positions(unit)], post.ranks[:, post.positions(*names)]
        ahead = (own < theirs) + 0.5 * (own == theirs)
        if names:
            table = _tied(names, ahead.mean(axis=0), monte_carlo_error(ahead))
        table = table.iloc[theirs.mean(axis=0).argsort(kind="stable")]
    table.insert(0, "name", standing.units["name"].loc[table.index])
    about = {
        "unit": unit,
        "name": str(row["name"]),
        "at": at,
        **standing.interval,
        "reason": str(row["reason"]),
        "in_words": words,
    }
    return Result("ties", table, standing.league, standing=standing, about=about)


def _tied(names: Sequence[str], probability: ArrayLike, error: ArrayLike) -> pd.DataFrame:
    index = pd.Index(list(names), dtype="str", name="unit")
    columns = {"probability": np.asarray(probability), "monte_carlo_error": np.asarray(error)}
    return pd.DataFrame(columns, index)
