"""What a return would be like that has not come: its sampling error, and a nil."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from openness.families import family_of
from openness.families.counted import counted
from openness.measures import Measures
from openness.model.cells import Cells

Array = np.ndarray


@dataclass(frozen=True)
class SamplingError:
    """Of one cell on the link scale.

    Attributes
    ----------
    error_variance : float
        Independent variance.
    common_error_loading : float
        Loading on the sampling error that the domain's indicators have in common.
    """

    error_variance: float
    common_error_loading: float


def typical_errors(cells: Cells, measures: Measures) -> list[SamplingError]:
    """Return the sampling error of a typical return of each indicator.

    The variance is the median over the indicator's observed cells, and so is the share of it that
    the domain's respondents have in common. An ordered category has none: what is specific to the
    indicator is in its probit.

    Parameters
    ----------
    cells : Cells
    measures : Measures

    Returns
    -------
    list of SamplingError, length K
    """
    observed = measures.grid("status", cells.indicators) == "observed"
    errors = []
    for k, indicator in enumerate(cells.definitions):
        if cells.labels[k]:
            errors.append(SamplingError(0.0, 0.0))
            continue
        rows = observed[:, k]
        common = cells.common_error_loading[rows, k] ** 2
        variance = cells.error_variance[rows, k] + common
        if indicator.likelihood == "exact":
            _, variance = counted(indicator).match(
                cells.y[rows, k], cells.n[rows, k], cells.matched_under(k, rows)
            )
        typical = float(np.median(variance))
        errors.append(_divide(cells, k, typical, float(np.median(common / variance))))
    return errors


def nil_return(
    cells: Cells, measures: Measures, unit: int, k: int, typical: SamplingError
) -> tuple[float, SamplingError] | None:
    """Return the Gaussian cell that stands for no event at all, or for a share of 0.

    Parameters
    ----------
    cells : Cells
    measures : Measures
    unit, k : int
        Positions of the unit and the indicator. The size of the return is the denominator that
        came with the empty cell, if one did, and the indicator's median if not.
    typical : SamplingError
        Of the indicator; gives the share that is common.

    Returns
    -------
    value : float
        On the link scale.
    error : SamplingError
        None in place of both for a score, which has no zero, and for an ordered indicator.
    """
    indicator = cells.definitions[k]
    if not family_of(indicator).counts_events:
        return None
    denominator = measures.grid("denominator", (indicator.id,)).astype(float)[:, 0]
    observed = measures.grid("status", (indicator.id,))[:, 0] == "observed"
    own = denominator[unit]
    size = own if own > 0 else float(np.median(denominator[observed]))
    value, variance = counted(indicator).match(
        np.zeros(1),
        np.array([size / indicator.design_effect]),
        cells.matched_under(k, np.array([unit])),
    )
    common = typical.common_error_loading**2
    share = common / (typical.error_variance + common)
    return float(value[0]), _divide(cells, k, float(variance[0]), share)


def _divide(cells: Cells, k: int, variance: float, share: float) -> SamplingError:
    sign = cells.definitions[k].sign
    return SamplingError((1 - share) * variance, sign * float(np.sqrt(share * variance)))
