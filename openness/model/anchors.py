"""Where the data anchor the priors: centres, scales and weights by name, as arrays.

Nothing here is symbolic. The names are those of `openness.model.inputs`.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri
from scipy.stats import norm

from openness.league import League
from openness.model.cells import Cells

Array = np.ndarray


def prior_anchors(league: League, cells: Cells) -> dict[str, Array]:
    """Return what the priors take from the data.

    Parameters
    ----------
    league : League
    cells : Cells
        N units, K indicators of which J are not ordered, M domains, G groups, C collections.

    Returns
    -------
    dict of str to array
        `intercept_centre`, `intercept_sd`, `spread_sd` (J,): about the pooled reference of each
        indicator. `group_share` (G,), `domain_share` (G, M), `indicator_share` (G, K): each
        group's share of the units, of those with data in the domain, and of those with the
        indicator. `group_units` (G,), `level_units` (G, M), `indicator_units` (G, K): how many units
        speak of an effect of the group; none where it is the only group with data. `first_cut_centre`, `log_cut_gap`: of the ordered indicators, about
        the normal quantiles of the observed shares. `return_centre` (C,): the share returned, on
        the probit scale.
    """
    measured = np.array([not i.labels for i in cells.definitions])
    centre = np.array([reference.mean for reference in cells.reference])[measured]
    scale = np.array([reference.sd for reference in cells.reference])[measured]
    units, has_any = _units_with_data(cells), cells.present.any(axis=1)
    of_indicator = np.array(
        [cells.present[cells.group == g].sum(0) for g in range(len(cells.groups))]
    )
    quantiles = [q for k in range(len(cells.labels)) if len(q := normal_quantiles(cells, k))]
    gaps = np.concatenate([np.diff(q) for q in quantiles]) if quantiles else np.zeros(0)
    return {
        "intercept_centre": centre,
        "intercept_sd": league.priors.intercept_scale * scale,
        "spread_sd": league.priors.spread_scale * scale,
        "group_share": np.bincount(cells.group, minlength=len(cells.groups)) / len(cells.group),
        "domain_share": units / units.sum(axis=0),
        "indicator_share": of_indicator / of_indicator.sum(axis=0),
        "group_units": np.bincount(cells.group[has_any], minlength=len(cells.groups)).astype(float),
        "level_units": units * ((units > 0).sum(axis=0) > 1),
        "indicator_units": of_indicator * ((of_indicator > 0).sum(axis=0) > 1.0),
        "first_cut_centre": np.array([q[0] for q in quantiles]),
        "log_cut_gap": np.log(gaps),
        "return_centre": _share_returned(cells),
    }


def normal_quantiles(cells: Cells, k: int) -> Array:
    """Cut points that give the observed shares of the categories; none for other families."""
    if not cells.labels[k]:
        return np.empty(0)
    counts = np.bincount(cells.category[cells.present[:, k], k])
    return norm.ppf(np.cumsum(counts)[:-1] / counts.sum())


def _units_with_data(cells: Cells) -> Array:
    """Number of units with data by group and domain, shape (G, M)."""
    units = np.zeros((len(cells.groups), len(cells.domains)))
    for m in range(len(cells.domains)):
        has = cells.present[:, cells.domain == m].any(axis=1)
        units[:, m] = np.bincount(cells.group[has], minlength=len(cells.groups))
    return units


def _share_returned(cells: Cells) -> Array:
    made, asked = (cells.returned == 1).sum(axis=0), (cells.returned != 0).sum(axis=0)
    return ndtri((made + 0.5) / (asked + 1))
