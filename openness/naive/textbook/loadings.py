"""What methods with loadings share: which measures can load, which way is up, what to say of it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from openness.league import League
from openness.ranking.arguments import refuse


def pinned(loadings: np.ndarray) -> np.ndarray:
    """Give loadings, of measures for which higher is better, the sign of a positive sum."""
    return -loadings if loadings.sum() < 0 else loadings


def against(loadings: pd.Series) -> tuple[str, ...]:
    """One sentence for each measure that loads against its declared direction."""
    return tuple(
        f"{id} loads negatively ({value:.2f}): the score falls where it reads better."
        for id, value in loadings.items()
        if value < 0
    )


def measures_with_spread(
    oriented: pd.DataFrame, league: League, *, at_least: int = 1
) -> pd.DataFrame:
    """Keep the measures on which units differ; the others have no correlations.

    Raises
    ------
    InvalidInput
        If fewer are left than the method needs.
    """
    kept = oriented.loc[:, oriented.max() > oriented.min()]
    if kept.shape[1] < at_least:
        plural = "measure" if at_least == 1 else "measures"
        raise refuse(
            "measures",
            league.id,
            f"{league.unit_plural} differ on {kept.shape[1]} of {oriented.shape[1]} measures",
            f"the method needs at least {at_least} {plural} on which they differ",
            "Use a method of z-scores",
        )
    return kept
