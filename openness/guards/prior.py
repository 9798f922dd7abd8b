"""The prior, and not the evidence, decides a score.

Power scaling (Kallioinen, Paananen, Bürkner and Vehtari 2024): if the prior counted alpha times, a
posterior mean would change by

    dE[x] / d log2(alpha) = log(2) Cov(x, log p)      at alpha = 1

so that log(2) Cov(x, log p) is, to first order, what doubling the prior does. Only priors of
hyperparameters are scaled: what a type has of its own is distributed by one of them.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.stats import rankdata

from openness.guards.finding import Finding
from openness.guards.looked import Looked
from openness.guards.registry import guards_against
from openness.guards.reweighted import log_likelihood, log_prior

_NAME = "prior"


def doubled(quantity: np.ndarray, log_density: np.ndarray) -> np.ndarray:
    """What doubling a log density does to the means of a quantity (draws, N), to first order."""
    centred = log_density - log_density.mean()
    moved = centred @ (quantity - quantity.mean(axis=0)) / len(centred)
    return np.asarray(np.log(2) * moved)


def _hyperparameters(looked: Looked) -> list[str]:
    """Names of the parameters that are not of single types."""
    if "log_prior" not in looked.fit.draws.children:
        return []
    posterior = looked.fit.posterior
    return [
        str(name)
        for name in looked.fit.draws["log_prior"].data_vars
        if "unit_group" not in posterior[name].dims
    ]


@guards_against(_NAME)
def prior(looked: Looked) -> Iterator[Finding]:
    """Scale the prior, and see which score moves furthest."""
    density, likelihood = log_prior(looked, *_hyperparameters(looked)), log_likelihood(looked)
    if density is None or likelihood is None:
        return
    score, limit = looked.score, looked.limits.prior_move
    sd = score.std(axis=0)
    moved = np.abs(doubled(score, density)) / np.where(sd > 0, sd, np.inf)
    at = int(moved.argmax())
    places = np.abs(doubled(rankdata(-score, axis=1), density))
    by_evidence = np.abs(doubled(score, likelihood)) / np.where(sd > 0, sd, np.inf)
    if moved[at] <= limit:
        return
    yield Finding(
        _NAME,
        "notes",
        f"If the prior counted twice, the score of {looked.cells.units[at]} would move by "
        f"{moved[at]:.2f} of its posterior sds, and no {looked.league.unit} by more; expected "
        f"ranks by up to {places.max():.1f} places. State the priors beside the ranking.",
        {
            "figure": float(moved[at]),
            "threshold": limit,
            "places": float(places.max()),
            "by_evidence": float(by_evidence[at]),
        },
        looked.cells.units[at],
    )
