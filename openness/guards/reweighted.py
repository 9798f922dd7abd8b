"""How far scores move under other priors, from the draws that are there.

Draw s of a posterior under the prior p counts under the prior q as much as q(x_s) / p(x_s). The
draws are then worth (sum w)^2 / sum w^2, which is said with the result.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import halfnorm, lognorm, rankdata

from openness.guards.looked import Looked

Array = np.ndarray

ALTERNATIVES = {
    "half-normal(0.5)": halfnorm(scale=0.5),
    "half-normal(1)": halfnorm(scale=1.0),
    "half-normal(2)": halfnorm(scale=2.0),
    "log-normal(0, 0.5)": lognorm(s=0.5),
}
"""Of the sd between types, in sds within them."""


def log_prior(looked: Looked, *names: str) -> Array | None:
    """Return the sum of log prior densities by draw, of some parameters or of all."""
    if "log_prior" not in looked.fit.draws.children:
        return None
    kept = looked.fit.draws["log_prior"].to_dataset()
    if not kept.data_vars or not set(names) <= set(kept.data_vars):
        return None
    chosen = names or tuple(str(name) for name in kept.data_vars)
    return np.asarray(sum(kept[name].to_numpy().astype(float).ravel() for name in chosen))


def log_likelihood(looked: Looked) -> Array | None:
    """Return the log-likelihood of everything observed by draw."""
    if "log_likelihood" not in looked.fit.draws.children:
        return None
    observed = looked.fit.draws["log_likelihood"]["observed"].to_numpy().astype(float)
    return np.asarray(observed.reshape(-1, observed.shape[-1]).sum(axis=1))


def expected_ranks(score: Array, weight: Array | None = None) -> Array:
    """Mean rank of each unit over draws (S, N), 1 the best."""
    return np.asarray(np.average(rankdata(-score, axis=1), axis=0, weights=weight))


def prior_weights(looked: Looked, name: str) -> Array | None:
    """Return what each draw counts under another prior of the sd between types, 1 at most.

    None where there is one type, or the run keeps no log prior.
    """
    now = log_prior(looked, "group_sd")
    if now is None or "group_sd" not in looked.fit.posterior:
        return None
    sd = looked.fit.posterior["group_sd"].to_numpy().astype(float).ravel()
    log_weight = ALTERNATIVES[name].logpdf(sd) - now
    return np.asarray(np.exp(log_weight - log_weight.max()))


def move_types(looked: Looked) -> pd.DataFrame:
    """Move the types to other priors of the sd between them.

    Returns
    -------
    pandas.DataFrame
        A row for each alternative and type: `prior`, `type`, `units`, `rank` (mean expected rank of
        its units), `rank_then`, `moved` (the second less the first), `effective_draws`. Empty where
        there is one type, or the run keeps no log prior.
    """
    columns = ["prior", "type", "units", "rank", "rank_then", "moved", "effective_draws"]
    ranks, group = rankdata(-looked.score, axis=1), looked.cells.group
    size = np.bincount(group)
    by_type = ranks @ np.eye(len(size))[group] / size
    rows = []
    for name in ALTERNATIVES:
        weight = prior_weights(looked, name)
        if weight is None:
            continue
        then = np.average(by_type, axis=0, weights=weight)
        effective = weight.sum() ** 2 / (weight**2).sum()
        for g, own in enumerate(by_type.mean(axis=0)):
            rows.append(
                (name, looked.cells.groups[g], size[g], own, then[g], then[g] - own, effective)
            )
    return pd.DataFrame(rows, columns=columns)
