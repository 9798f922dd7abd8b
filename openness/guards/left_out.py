"""Each Gaussian cell beside what the other cells of its unit let one expect."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from openness.guards.looked import Looked, evenly
from openness.model.predict import NewCells, predict_cells

Array = np.ndarray

_DRAWS = 40
"""The mean over them is known to a sixth of the posterior sd of a prediction, which is itself a
fraction of the prediction's own sd."""


class LeftOut(NamedTuple):
    """Gaussian cells beside their predictions, (N, K); NaN for the others."""

    residual: Array
    """Value less its prediction, natural direction."""
    sd: Array
    """Of the prediction, sampling error included."""

    @property
    def z(self) -> Array:
        """Residuals in sds of their predictions."""
        return self.residual / self.sd


def leave_out_each(looked: Looked) -> LeftOut:
    """Predict every cell from the other cells of its unit; parameters are those of all units."""
    cells, e = looked.cells, looked.given.evidence
    gaussian = e.present & ~cells.exact
    draws = looked.chosen[evenly(len(looked.chosen), _DRAWS)]
    shape = (len(draws), *gaussian.shape)
    mean, variance = np.zeros(shape), np.ones(shape)
    for k in np.flatnonzero(gaussian.any(axis=0)):
        present = e.present.copy()
        present[:, k] = False
        rest = e._replace(present=present)
        wanted = np.zeros_like(present)
        wanted[:, k] = gaussian[:, k]
        new = NewCells(wanted, cells.error_variance, cells.common_error_loading)
        for s, p in enumerate(looked.given.each(draws)):
            of_cells = predict_cells(p, rest, new)
            mean[s, :, k], variance[s, :, k] = of_cells[0][:, k], of_cells[1][:, k]
    residual = cells.value - mean.mean(axis=0)
    sd = np.sqrt(variance.mean(axis=0) + mean.var(axis=0))
    return LeftOut(np.where(gaussian, residual, np.nan), np.where(gaussian, sd, np.nan))
