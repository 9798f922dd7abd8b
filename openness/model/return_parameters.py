"""The parameters of the selection model in PyMC; see `openness.model.selection`."""

from __future__ import annotations

import numpy as np
import pymc as pm

from openness.model.cells import Cells
from openness.model.inputs import Inputs
from openness.model.selection import SelectionParameters

_INTERCEPT_SD = 1.5


def declare_returns(cells: Cells, inputs: Inputs) -> SelectionParameters:
    """Declare the parameters of the selection model.

    Parameters
    ----------
    cells : Cells
    inputs : Inputs

    Returns
    -------
    SelectionParameters
    """
    n = len(cells.collections)
    nothing = np.zeros(n)
    if not n:
        return SelectionParameters(nothing, nothing, nothing)
    intercept = pm.Normal(
        "return_intercept", inputs["return_centre"], _INTERCEPT_SD, dims="collection"
    )
    if not cells.selection.estimate:
        return SelectionParameters(intercept, inputs["return_slope"], nothing)
    slope = pm.Normal("return_slope", 0, 1, dims="collection")
    if n == 1:
        return SelectionParameters(intercept, slope, nothing)
    return SelectionParameters(intercept, slope, pm.HalfNormal("return_factor", 1) + nothing)
