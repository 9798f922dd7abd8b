"""Should this be ranked at all? How much of what differs between units the measures settle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

import numpy as np
import pandas as pd

from openness.ranking.arguments import as_choice, as_level, as_number, refuse
from openness.ranking.band_summary import BandLoss, BandProbabilities, BandSizes
from openness.ranking.frontier import as_lam
from openness.ranking.grade_search import orders_to_try, pair_costs, search
from openness.ranking.grades import DEFAULT_LAM
from openness.ranking.pairs import pair_probabilities
from openness.ranking.posterior import Posterior, as_posterior
from openness.ranking.precision import Estimate
from openness.ranking.separation import (
    LEAST_SEPARATED,
    SEPARATED_AT,
    WhenPlaces,
    may_show_places,
    separability,
)

_ADVICE = {
    "auto": {
        True: "Single places may be shown.",
        False: "Single places should not be shown: give each rank with its interval.",
    },
    "always": {True: "Single places are shown, because the league says so."},
    "never": {False: "Single places are not shown, because the league says so."},
}


def league_reliability(post: Posterior) -> float:
    """Share of the variance of the units' values that is not uncertainty about them.

    Parameters
    ----------
    post : Posterior
        From a model of the population, not from a flat prior.

    Returns
    -------
    float
        One less the mean posterior variance over the variance of all draws of all units. 0 if
        nothing is known of any unit, 1 if everything is.

    Examples
    --------
    >>> from openness.ranking import Posterior, league_reliability
    >>> draws = np.random.default_rng(1).normal([2, 1, 0, -1], 0.8, (400, 4))
    >>> post = Posterior.from_draws(draws, ["a", "b", "c", "d"])
    >>> round(league_reliability(post), 2)
    0.67
    """
    _refuse_flat(post)
    within, _ = _variances(post)
    total = post.draws.var(dtype=np.float64)
    return float(1 - within.mean() / total)


def rankability(post: Posterior) -> float:
    """Share of the variance between units and errors, in the median unit, that is between units.

    Parameters
    ----------
    post : Posterior
        From a model of the population, not from a flat prior.

    Returns
    -------
    float
        tau^2/(tau^2 + median s^2), from 0 to 1. tau^2 is the mean over draws of the variance
        between units; s_i is the standard error that a unit's own measures amount to, which its
        posterior variance v_i tells: 1/v_i = 1/tau^2 + 1/s_i^2, so that the ratio is
        1 - (median v)/tau^2.

    References
    ----------
    Lingsma, Eijkemans and Steyerberg (2009), "Incorporating natural variation into IVF clinic
    league tables: the Expected Rank", BMC Medical Research Methodology 9:53.

    Examples
    --------
    >>> from openness.ranking import Posterior, rankability
    >>> draws = np.random.default_rng(1).normal([2, 1, 0, -1], 0.8, (400, 4))
    >>> post = Posterior.from_draws(draws, ["a", "b", "c", "d"])
    >>> round(rankability(post), 2)
    0.72
    """
    _refuse_flat(post)
    within, between = _variances(post)
    return float(max(0.0, 1 - np.median(within) / between))


def _refuse_flat(post: Posterior) -> None:
    if as_posterior(post).flat:
        raise refuse(
            "post",
            "prior",
            "flat",
            "the variance between units cannot be told from such draws, which hold the errors "
            "of the estimates twice",
            "Use Posterior.from_estimates(..., prior='normal').",
        )


def _variances(post: Posterior) -> tuple[np.ndarray, float]:
    """Posterior variance of each unit, and the mean over draws of the variance between units."""
    within = post.draws.var(axis=0, ddof=1, dtype=np.float64)
    between = float(post.draws.var(axis=1, ddof=1, dtype=np.float64).mean())
    return within, between


@dataclass(frozen=True, eq=False)
class Verdict:
    """What a ranking of these units can and cannot say.

    Attributes
    ----------
    league_reliability : float
        See `league_reliability`.
    rankability : float
        See `rankability`.
    separability : pandas.Series
        Share of the pairs that are in order with 80, 90 and 95% probability.
    n_grades : int
        Grades that an optimal grading supports.
    lam : float
        Its weight.
    expected_misbanded : Estimate or None
        Expected share of the units in a wrong band; None if no bands were given.
    show_places : bool
        Whether single places (1, 2, 3) may be shown. If not, a table shows a rank with its
        interval, "4 (2 to 19)", and shared ranks.
    sentence : str
        The same in plain words.

    Examples
    --------
    >>> from openness.ranking import Posterior, verdict
    >>> draws = np.random.default_rng(1).normal([2, 1, 0, -1], 0.8, (400, 4))
    >>> post = Posterior.from_draws(draws, ["a", "b", "c", "d"])
    >>> found = verdict(post, places="never")
    >>> found.n_grades, found.show_places
    (3, False)
    """

    league_reliability: float
    rankability: float
    separability: pd.Series
    n_grades: int
    lam: float
    expected_misbanded: Estimate | None
    show_places: bool
    sentence: str


def verdict(
    post: Posterior,
    *,
    bands: BandProbabilities | None = None,
    lam: float = DEFAULT_LAM,
    separated_at: float = SEPARATED_AT,
    least_separated: float = LEAST_SEPARATED,
    places: WhenPlaces = "auto",
    sizes: BandSizes = "free",
    units: str = "units",
) -> Verdict:
    """Say whether the units should be ranked, and how the ranking may be shown.

    Parameters
    ----------
    post : Posterior
        From a model of the population, not from a flat prior.
    bands : BandProbabilities, optional
        Of the same units.
    lam : float
        Discordance penalty lambda of the grading, from 0 to 1.
    separated_at : float
        Probability at which a pair counts as in order.
    least_separated : float
        Share of the pairs that must be in order for single places to be shown.
    places : {"auto", "always", "never"}
        Whether single places are shown; "auto" goes by the share.
    sizes : {"free", "as_declared"}
        Whether bands keep their declared sizes; they are then named under absolute loss, and
        otherwise the most probable. See `BandProbabilities.band`.
    units : str
        What the sentence calls them.

    Returns
    -------
    Verdict

    Raises
    ------
    InvalidInput
        If the draws are from a flat prior, or an argument is out of range.

    Examples
    --------
    >>> from openness.ranking import Posterior, verdict
    >>> draws = np.random.default_rng(1).normal([2, 1, 0, -1], 0.8, (400, 4))
    >>> post = Posterior.from_draws(draws, ["a", "b", "c", "d"])
    >>> print(verdict(post).sentence)
    50% of the pairs of units are in order with 90% probability, and the evidence supports 3
    grades. Single places may be shown.
    """
    as_choice(places, "places", get_args(WhenPlaces))
    reliable, rankable = league_reliability(post), rankability(post)
    as_number(least_separated, "least_separated", lambda x: 0 <= x <= 1, "a share, 0 to 1")
    separated_at = as_level(separated_at, "separated_at")
    if bands is not None and getattr(bands, "names", None) != post.names:
        raise refuse("bands", "names", "other units", "they must be of the units of the posterior")
    pi = pair_probabilities(post.ranks, post.alike)
    levels = sorted({0.8, 0.9, 0.95, separated_at})
    separable = separability(pd.DataFrame(pi, post.names, post.names), levels)
    costs = pair_costs(pi, as_lam(lam))
    n_grades = search(costs, orders_to_try(pi, None), alike=post.alike).number
    loss: BandLoss = "zero-one" if sizes == "free" else "absolute"
    misbanded = None if bands is None else bands.expected_misbanded(loss, sizes=sizes)
    settled = float(separable[separated_at])
    show_places = may_show_places(settled, places, least_separated)
    sentence = " ".join(
        [
            f"{settled:.0%} of the pairs of {units} are in order with {separated_at:.0%} "
            f"probability, and the evidence supports {_counted(n_grades, 'grade')}.",
            *(
                []
                if misbanded is None
                else [f"An expected {misbanded.value:.0%} of the {units} are in a wrong band."]
            ),
            _ADVICE[places][show_places],
        ]
    )
    return Verdict(reliable, rankable, separable, n_grades, lam, misbanded, show_places, sentence)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
