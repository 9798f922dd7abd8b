"""Who is ahead of whom: one pair of units, and those that one unit cannot be told apart from."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd

from openness.errors import InvalidInput
from openness.fitting import Fit, require_gate, scores
from openness.measures.lookup import unknown_units
from openness.measures.strata import Scope
from openness.ranking import Posterior, Superiority, prob_better, separate
from openness.ranking.intervals import equal_tailed
from openness.ranking.places import SEPARATED_AT
from openness.ranking.precision import monte_carlo_error
from openness.standing.divisions import divide


def probability_of_superiority(fit: Fit, a: str, b: str, *, draft: bool = False) -> Superiority:
    """Probability that unit `a` is ahead of unit `b`.

    Parameters
    ----------
    fit : Fit
    a, b : str
        Codes of two units.
    draft : bool
        Allow a fit that did not pass the gate.

    Returns
    -------
    Superiority
        `probability` and its `monte_carlo_error`.

    Raises
    ------
    InvalidInput
        If a unit is not in the fit.
    GateFailed
        If the fit did not pass the gate and no draft was asked for.
    """
    require_gate(fit, draft=draft)
    draws = scores(fit)
    known = draws["unit"].to_numpy().tolist()
    if problems := unknown_units((a, b), known, "probability_of_superiority"):
        raise InvalidInput(problems)
    return prob_better(Posterior.from_draws(draws.to_numpy(), known), a, b)


def cannot_be_separated_from(
    fit: Fit,
    unit: str,
    *,
    at: float = SEPARATED_AT,
    prob: float | None = None,
    scope: Scope | None = None,
    draft: bool = False,
) -> pd.DataFrame:
    """List the units whose order against one unit is not settled.

    Parameters
    ----------
    fit : Fit
    unit : str
        Its code.
    at : float
        Probability above which an order counts as settled, from 0.5 up to 1, excluded.
    prob : float, optional
        Probability of the rank interval; the league's if not given.
    scope : {"all", "within_group"}, optional
        Whether the others are all units or those of its group; the league's if not given.
    draft : bool
        Allow a fit that did not pass the gate.

    Returns
    -------
    pandas.DataFrame
        Indexed by `unit`, the others by expected rank: `name`, `probability` (of this unit being
        ahead) and its `monte_carlo_error`. `attrs` has `unit`, `name`, `at`, `interval_prob`,
        `interval_kind`, `draft`, `reason` (why the unit is not ranked; the table then is empty) and
        `in_words`, such as "#3 to #9, cannot be told apart from 4 others".

    Raises
    ------
    InvalidInput
        If the unit is not in the fit, or `at` is out of range.
    GateFailed
        If the fit did not pass the gate and no draft was asked for.
    """
    divided = divide(fit, scope=scope, draft=draft)
    units = divided.units
    if problems := unknown_units([unit], units.index.tolist(), "cannot_be_separated_from"):
        raise InvalidInput(problems)
    prob = fit.league.interval if prob is None else prob
    facts: dict[Hashable | None, Any] = {
        "unit": unit,
        "name": str(units.loc[unit, "name"]),
        "at": at,
        "interval_prob": prob,
        "interval_kind": "equal-tailed",
        "reason": str(units.loc[unit, "reason"]),
        "in_words": "",
        "draft": fit.is_draft,
    }
    columns = ["name", "probability", "monte_carlo_error"]
    if facts["reason"]:
        table = pd.DataFrame(columns=columns, index=pd.Index([], name="unit"))
        table.attrs = facts
        return table
    post = next(part.posterior for part in divided.parts if unit in part.posterior.names)
    separation = separate(post, at)
    lower, upper = equal_tailed(post.ranks, prob)
    limits = pd.DataFrame({"rank_lower": lower, "rank_upper": upper}, index=list(post.names))
    facts["in_words"] = str(separation.in_words(limits)[unit])
    others = post.positions(*separation.cannot_be_separated_from(unit))
    own, theirs = post.ranks[:, post.positions(unit)], post.ranks[:, others]
    ahead = (own < theirs) + 0.5 * (own == theirs)
    table = pd.DataFrame(
        {
            "name": units["name"].loc[[post.names[other] for other in others]],
            "probability": ahead.mean(axis=0),
            "monte_carlo_error": monte_carlo_error(ahead) if others else [],
        },
    )
    table = table.iloc[theirs.mean(axis=0).argsort(kind="stable")]
    table.attrs = facts
    return table
