"""Where the data anchor the priors: centres, scales and weights by name, as arrays.

Nothing here is symbolic. The names are those of `openness.model.inputs`.
"""

from __future__ import annotations

import numpy as np

from openness.families import family_of
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
        `intercept_centre`, `intercept_sd`, `spread_sd` (J,): the pooled mean of each indicator, and
        scales that its family or its declared range gives; see `Family.typical_spread`.
        `group_share` (G,), `domain_share` (G, M), `indicator_share` (G, K): each group's share of
        the units, of those with data in the domain, and of those with the indicator.
        `group_units` (G,), `level_units` (G, M), `indicator_units` (G, K): how many units speak of
        an effect of the group; none where it is the only group with data.
    """
    measured = np.array([not i.labels for i in cells.definitions])
    centre = np.array([reference.mean for reference in cells.reference])[measured]
    scale = np.array(
        [
            0.0 if i.labels else family_of(i).typical_spread(i, reference)
            for i, reference in zip(cells.definitions, cells.reference, strict=True)
        ]
    )[measured]
    units, has_any = _units_with_data(cells), cells.present.any(axis=1)
    of_indicator = np.array(
        [cells.present[cells.group == g].sum(0) for g in range(len(cells.groups))]
    )
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
    }


def _units_with_data(cells: Cells) -> Array:
    """Number of units with data by group and domain, shape (G, M)."""
    units = np.zeros((len(cells.groups), len(cells.domains)))
    for m in range(len(cells.domains)):
        has = cells.present[:, cells.domain == m].any(axis=1)
        units[:, m] = np.bincount(cells.group[has], minlength=len(cells.groups))
    return units
