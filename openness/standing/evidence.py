"""The cells of a fit, as its likelihood saw them."""

from __future__ import annotations

from openness.fitting import Fit
from openness.model.cells import Cells, make_cells
from openness.model.identification import Structure, identify


def evidence_of(fit: Fit) -> tuple[Cells, Structure]:
    """Return the cells of a fit, and what of its model they identify."""
    cells = make_cells(fit.league, fit.measures)
    return cells, identify(fit.league, cells)
