"""What the evidence gives the collapsed model, by name: constants of its graph, or data.

As constants they are folded into the compiled code, which then belongs to one table. As data they
can be exchanged, and another table of the same shape is sampled without compiling again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pymc as pm

from openness.league import League
from openness.model.anchors import prior_anchors
from openness.model.cells import Cells
from openness.model.grid import evidence_of, ordered_cells

Array = np.ndarray

_ALWAYS_DATA = {
    "value": ("unit", "indicator"),
    "error_variance": ("unit", "indicator"),
    "common_error_loading": ("unit", "indicator"),
    "present": ("unit", "indicator"),
    "return_slope": ("collection",),
}
_ALWAYS_CONSTANT = frozenset({"domain_of_indicator", "facet_of_indicator", "domain_of_facet"})
_VARIES_IN_LENGTH = frozenset(
    {"ordered_row", "ordered_column", "ordered_level", "ordered_below", "ordered_above"}
)


@dataclass(frozen=True)
class Inputs:
    """Arrays of the evidence, each to be taken once, within a `pymc.Model` context.

    Attributes
    ----------
    arrays : mapping of str to array
        From `model_inputs`.
    exchangeable : bool
        Whether all of them are `pymc.Data`. Otherwise only the cells are, and the stated slope of
        the selection model.
    """

    arrays: Mapping[str, Array]
    exchangeable: bool = False

    def __getitem__(self, name: str) -> Any:
        array = self.arrays[name]
        if name in _ALWAYS_DATA:
            return pm.Data(name, array, dims=_ALWAYS_DATA[name])
        if not self.exchangeable or name in _ALWAYS_CONSTANT:
            return array
        fixed = {} if name in _VARIES_IN_LENGTH else {"shape": array.shape}
        return pm.Data(name, array, **fixed)


def model_inputs(league: League, cells: Cells, level_at: Array) -> dict[str, Array]:
    """Return everything that the collapsed model takes from the evidence.

    Parameters
    ----------
    league : League
    cells : Cells
        Without exact cells, if the arrays are to be exchanged: the observations of those are
        constants all the same.
    level_at : (N, M) int array
        Of `openness.model.grid.level_positions`.

    Returns
    -------
    dict of str to array
        The fields of `Evidence`, the ordered cells, and `prior_anchors`.
    """
    return {
        **evidence_of(cells, level_at)._asdict(),
        **stated_slope(cells),
        **ordered_cells(cells, level_at),
        **prior_anchors(league, cells),
    }


def stated_slope(cells: Cells) -> dict[str, Array]:
    """Return `return_slope` (C,), the slope of returning by openness that the league states."""
    return {"return_slope": np.full(len(cells.collections), cells.selection.slope)}
