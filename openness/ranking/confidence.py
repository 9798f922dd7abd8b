"""Confidence sets for ranks: what can be said of the ranks without a prior."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from openness.ranking.arguments import as_choice, as_generator, as_level, as_whole, refuse
from openness.ranking.compiled import COMPILED, njit
from openness.ranking.estimates import Estimates, as_estimates
from openness.ranking.ranks import rank_draws

_BLOCK = 2000
"""Repetitions looked at together: three vectors of so many fit into the fastest cache."""


def rank_sets(
    est: ArrayLike,
    se: ArrayLike | None = None,
    cov: ArrayLike | None = None,
    *,
    method: Literal["marginal", "simultaneous"] = "marginal",
    tau_best: int | None = None,
    prob: float = 0.95,
    names: Iterable[object] | None = None,
    seed: int | np.random.Generator = 1,
    repetitions: int = 10_000,
) -> pd.DataFrame:
    """Confidence sets for the ranks of units with estimates, under repeated sampling.

    Two units whose difference is significant are in order. The best rank left to a unit is one
    more than the number significantly ahead of it, the worst is n less the number significantly
    behind. Critical values are quantiles of the largest standardised difference that errors alone
    make, over all pairs that are not yet in order (stepdown).

    Parameters
    ----------
    est : array_like, shape (n,)
        Estimates, approximately normal; larger is better. Labels of a series are taken as names.
    se : array_like, shape (n,), optional
        Standard errors of independent estimates.
    cov : array_like, shape (n, n), optional
        Covariance of the estimates; instead of `se`.
    method : {"marginal", "simultaneous"}
        A set for each unit by itself, or for all units at once.
    tau_best : int, optional
        Also say which units could be among so many best: a set that holds all of these.
    prob : float
        Coverage of the sets, from 0.5 up.
    names : sequence of str, length n, optional
    seed : int or numpy.random.Generator
    repetitions : int
        Draws of the errors, from which critical values come. Limits move with the seed, by more
        where units lie close: over eight seeds, limits among 230 units moved by up to 6 ranks with
        10,000 repetitions, and by up to 4 with 100,000, which take ten times as long.

    Returns
    -------
    pandas.DataFrame, n rows
        Indexed by unit: `estimate`, `rank` (of the estimates), `rank_lower`, `rank_upper`,
        `interval_prob`, `interval_kind`, and with `tau_best` the column `in_best`.

    Raises
    ------
    InvalidInput
        If the estimates or their errors cannot be used, or an argument makes no sense.

    References
    ----------
    Mogstad, Romano, Shaikh and Wilhelm (2024), "Inference for ranks with applications to mobility
    across neighbourhoods and academic achievement across countries", Review of Economic Studies
    91(1).

    Examples
    --------
    >>> from openness.ranking import rank_sets
    >>> rank_sets([3.0, 1.0, 2.5], se=[0.4, 0.5, 0.4])[["rank_lower", "rank_upper"]]
          rank_lower  rank_upper
    unit
    1              1           2
    2              3           3
    3              1           2
    """
    as_choice(method, "method", ("marginal", "simultaneous"))
    prob = as_level(prob)
    estimates = as_estimates(est, se, cov, names)
    units = len(estimates.names)
    if tau_best is not None:
        as_whole(tau_best, "tau_best", 1, units, f"it must be from 1 to {units}")
    size = as_whole(repetitions, "repetitions", 1000, np.inf, "1,000 repetitions or more")
    lead, sharpness = _standardised_leads(estimates)
    errors = estimates.draw_errors(size, as_generator(seed)).T.astype(np.float32, "C")
    settled = None
    if method == "simultaneous" or tau_best is not None:
        settled = _settled_for_all(lead, sharpness, errors, prob)
    if settled is not None and method == "simultaneous":
        ahead, behind = settled, settled.T
    else:
        ahead, behind = _settled_for_each(lead, sharpness, errors, prob)
    table = pd.DataFrame(
        {
            "estimate": estimates.value,
            "rank": rank_draws(estimates.value[None])[0].astype(np.float64),
            "rank_lower": 1 + behind.sum(axis=1),
            "rank_upper": units - ahead.sum(axis=1),
            "interval_prob": prob,
            "interval_kind": method,
        },
        index=pd.Index(estimates.names, name="unit"),
    )
    if settled is not None and tau_best is not None:
        table["in_best"] = settled.sum(axis=0) < tau_best
    return table


def _standardised_leads(
    estimates: Estimates,
) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """Lead of each unit over each in its standard errors, and one over these, both (n, n)."""
    sd = estimates.difference_sd()
    np.fill_diagonal(sd, np.inf)
    if (sd <= 0).any():
        first, second = (estimates.names[position] for position in np.argwhere(sd <= 0)[0])
        raise refuse(
            "cov",
            f"units {first} and {second}",
            "their difference has no variance",
            "nothing can be tested of such a pair",
        )
    lead = (estimates.value[:, None] - estimates.value) / sd
    return lead, (1 / sd).astype(np.float32)


def _settled_for_all(
    lead: NDArray[np.float64],
    sharpness: NDArray[np.float32],
    errors: NDArray[np.float32],
    prob: float,
) -> NDArray[np.bool_]:
    """Ordered pairs of which the first is ahead, with confidence in all of them, shape (n, n)."""
    rows = np.arange(len(lead))
    settled = np.zeros(lead.shape, dtype=bool)
    while True:
        largest = _largest_leads(errors, np.where(settled, 0, sharpness), rows).max(axis=0)
        found = lead > np.quantile(largest, prob, method="higher")
        if not (found & ~settled).any():
            return settled
        settled |= found


def _settled_for_each(
    lead: NDArray[np.float64],
    sharpness: NDArray[np.float32],
    errors: NDArray[np.float32],
    prob: float,
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whom each unit is ahead of, and behind, with confidence in its own pairs, both (n, n)."""
    ahead, behind = (np.zeros(lead.shape, dtype=bool) for _ in range(2))
    pending = np.arange(len(lead))
    while pending.size:
        open_ahead = np.where(ahead[pending], 0, sharpness[pending])
        open_behind = np.where(behind[pending], 0, -sharpness[pending])
        largest = np.maximum(
            _largest_leads(errors, open_ahead, pending),
            _largest_leads(errors, open_behind, pending),
        )
        critical = np.quantile(largest, prob, axis=1, method="higher")[:, None]
        found_ahead, found_behind = lead[pending] > critical, -lead[pending] > critical
        new = (found_ahead & ~ahead[pending]) | (found_behind & ~behind[pending])
        ahead[pending] |= found_ahead
        behind[pending] |= found_behind
        pending = pending[new.any(axis=1)]
    return ahead, behind


@njit(cache=True)
def _largest_leads(errors, sharpness, rows):  # type: ignore[no-untyped-def]
    """Largest (z_j - z_k) sharpness_jk over k, or 0, for each row j and repetition, (m, R).

    errors is (n, R). The 0 stands for pairs that are settled, whose sharpness is 0; no quantile
    from the median up can fall below it.
    """
    units, repetitions = errors.shape
    largest = np.zeros((len(rows), repetitions), dtype=np.float32)
    for start in range(0, repetitions, _BLOCK):
        stop = min(start + _BLOCK, repetitions)
        for a in range(len(rows)):
            own, best = errors[rows[a], start:stop], largest[a, start:stop]
            for k in range(units):
                weight = sharpness[a, k]
                if weight == 0:
                    continue
                other = errors[k, start:stop]
                if not COMPILED:
                    best[:] = np.maximum(best, (own - other) * weight)
                    continue
                for r in range(stop - start):
                    lead = (own[r] - other[r]) * weight
                    best[r] = lead if lead > best[r] else best[r]
    return largest
