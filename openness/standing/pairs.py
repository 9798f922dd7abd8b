"""Who is ahead of whom: one pair of units, and those that one unit is statistically tied with."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from openness.errors import InvalidInput
from openness.measures.lookup import unknown_units
from openness.ranking import Posterior, posterior_ranks, prob_better, separate
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
    draws, classes = standing.score.sel(unit=known).to_numpy(), standing.units["class"]
    everybody = Posterior.from_draws(draws, known, classes=classes)
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
        ranks = posterior_ranks(post)
        words = str(separation.in_words(ranks.rank_interval(standing.prob))[unit])
        names = list(separation.tied_with(unit))
        found = [prob_better(post, unit, other) for other in names]
        table = _tied(
            names, [each.probability for each in found], [each.monte_carlo_error for each in found]
        )
        table = table.loc[ranks.expected_rank[names].sort_values(kind="stable").index]
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


def _tied(
    names: Sequence[str], probability: Sequence[float], error: Sequence[float]
) -> pd.DataFrame:
    index = pd.Index(list(names), dtype="str", name="unit")
    columns = {"probability": probability, "monte_carlo_error": error}
    return pd.DataFrame(columns, index, dtype=float)
