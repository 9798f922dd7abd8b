"""What a method does to the units that lack a measure, against another ranking."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def fairness_gap(rank: pd.Series, reference_rank: pd.Series, missing: pd.DataFrame) -> pd.DataFrame:
    """Mean change of rank of incomplete units, minus that of complete ones.

    Parameters
    ----------
    rank, reference_rank : pandas.Series
        Indexed by unit, 1 is best; NaN where a unit is not ranked.
    missing : pandas.DataFrame of int
        From `openness.measures.missing_cells`: by unit, how many cells are missing, for `any`
        reason and by status.

    Returns
    -------
    pandas.DataFrame
        Indexed by `status` ("any" first): `units`, that lack a measure for this reason and are in
        both rankings; `shift`, their mean rank minus that of the reference (above 0:
        the method ranks them lower); `shift_of_complete`, the same of the units that lack nothing;
        `gap`, the first minus the second; `gap_error`, its standard error over units. NaN where
        there are too few units. A method that does not rank incomplete units has no gap.
    """
    shift = (rank - reference_rank).reindex(missing.index)
    complete = shift[missing["any"] == 0].dropna().to_numpy(dtype=float)
    rows = {}
    for status in missing.columns.drop("applicable"):
        incomplete = shift[missing[status] > 0].dropna().to_numpy(dtype=float)
        (own, own_error), (others, others_error) = _mean(incomplete), _mean(complete)
        rows[status] = {
            "units": len(incomplete),
            "shift": own,
            "shift_of_complete": others,
            "gap": own - others,
            "gap_error": float(np.hypot(own_error, others_error)),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("status")


def _mean(values: NDArray[np.float64]) -> tuple[float, float]:
    """Mean and its standard error, NaN where there are too few values for it."""
    n = len(values)
    mean = float(values.mean()) if n else float("nan")
    return mean, float(values.std(ddof=1) / np.sqrt(n)) if n > 1 else float("nan")
