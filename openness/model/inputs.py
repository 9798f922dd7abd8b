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
from openness.model.exact import exact_at
from openness.model.grid import Grid, ordered_cells

Array = np.ndarray

_ALWAYS_DATA = {
    "value": ("unit", "indicator"),
    "error_variance": ("unit", "indicator"),
    "common_error_loading": ("unit", "indicator"),
    "present": ("unit", "indicator"),
    "return_slope": ("collection",),
}
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
        if not self.exchangeable:
            return array
        fixed = {} if name in _VARIES_IN_LENGTH else {"shape": array.shape}
        return pm.Data(name, array, **fixed)


def model_inputs(league: League, cells: Cells, grid: Grid) -> dict[str, Array]:
    """Return everything that the collapsed model takes from the evidence.

    Parameters
    ----------
    league : League
    cells : Cells
        Without exact cells, if the arrays are to be exchanged: the observations of those are
        constants all the same.
    grid : Grid

    Returns
    -------
    dict of str to array
        The cells and their layout as in `openness.model.unit_kernel.sum_over_units`, the ordered
        cells as in `openness.model.ordered_kernel.sum_over_ordered_cells`, and `prior_anchors`.
    """
    n_indicators = len(cells.indicators)
    return {
        "value": cells.value,
        "error_variance": cells.error_variance,
        "common_error_loading": cells.common_error_loading,
        "present": grid.present[:, :n_indicators],
        "has_level": grid.present[:, n_indicators:],
        "group_of_unit": cells.group,
        "level_at": grid.level_at,
        "exact_at": exact_at(cells),
        "returned": cells.returned,
        **stated_slope(cells),
        **ordered_cells(cells, grid),
        **prior_anchors(league, cells),
    }


def stated_slope(cells: Cells) -> dict[str, Array]:
    """Return `return_slope` (C,), the slope of returning by openness that the league states."""
    return {"return_slope": np.full(len(cells.collections), cells.selection.slope)}
