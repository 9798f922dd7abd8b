"""What a model predicts: true values, single cells, and tables of measures like the one observed.

Everything is made from the parameters and the cells that a fit has kept. Nothing here is fitted.
"""

from __future__ import annotations

from openness.predicting.by_cell import log_likelihood_by_cell
from openness.predicting.posterior import posterior_predictive
from openness.predicting.prior import prior_predictive
from openness.predicting.true_values import true_values

__all__ = [
    "log_likelihood_by_cell",
    "posterior_predictive",
    "prior_predictive",
    "true_values",
]
