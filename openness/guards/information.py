"""What a score is made of: the share of its differences that each measure brings.

A score is close to a sum of what the cells add, S_i = sum_k s_ik. With covariances over units,
within types, the shares are Cov(s_k, S) / Var(S), which add up to 1.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from openness.guards.looked import Looked, declared_weight, evenly
from openness.model.predict import contributions

Array = np.ndarray

_DRAWS = 40
"""Shares are means over them; they vary little between draws."""


def share_of_information(looked: Looked) -> pd.Series:
    """Return the shares by measure, summing to 1; one below 0 works against the others.

    What a source of ratings adds goes to its measures in equal parts: given the level of the
    source, which is sampled, they say nothing more.
    """
    cells = looked.cells
    if looked.league.score.of != "factor":
        return _by_declared_weights(looked)
    added = np.zeros((len(cells.units), len(cells.indicators)))
    draws = looked.chosen[evenly(len(looked.chosen), _DRAWS)]
    for p in looked.given.each(draws):
        of_cells, of_levels = contributions(p, looked.given.evidence)
        sampled = (looked.given.evidence.level_at >= 0)[:, cells.domain] & cells.present
        number = np.zeros_like(of_levels)
        for m, own in looked.sources():
            number[:, m] = np.maximum(cells.present[:, own].sum(axis=1), 1)
        added += np.where(sampled, (of_levels / number)[:, cells.domain], of_cells) / len(draws)
    return _shares(looked, added)


def _by_declared_weights(looked: Looked) -> pd.Series:
    """By the weights of measures; in a source of several, by how much each tells of its level."""
    p, score = looked.parameters, looked.league.score
    tells = (p.domain_loading**2 / p.uniqueness_sd**2).mean(axis=0)
    weights = np.empty(len(tells))
    for k, name in enumerate(looked.cells.indicators):
        if score.of == "measures":
            weights[k] = declared_weight(looked.league, name)
        else:
            of_source = tells[looked.cells.domain == looked.cells.domain[k]].sum()
            own = declared_weight(looked.league, looked.cells.definitions[k].domain)
            weights[k] = (own or 0.0) * tells[k] / of_source
    return _shares(looked, weights * np.nan_to_num(looked.standardised))


def _shares(looked: Looked, added: Array) -> pd.Series:
    """Cov(s_k, S) / Var(S) within types, of what each measure adds (N, K)."""
    cells = looked.cells
    group = np.eye(len(cells.groups))[cells.group]
    added = added - group @ (group.T @ added) / group.sum(axis=0)[cells.group][:, None]
    whole = added.sum(axis=1)
    total = (whole**2).sum()
    share = added.T @ whole / total if total > 0 else np.zeros(added.shape[1])
    index = pd.Index(cells.indicators, name="indicator")
    return pd.Series(share, index, name="information")
