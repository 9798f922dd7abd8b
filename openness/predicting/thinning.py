"""Evenly chosen draws of a fit, with the chains kept apart."""

from __future__ import annotations

import numpy as np
import xarray as xr

from openness.errors import InvalidInput, Problem


def chosen_draws(posterior: xr.Dataset, draws: int | None, where: str) -> np.ndarray:
    """Return which draws of every chain are taken, so that there are about `draws` in all.

    Raises
    ------
    InvalidInput
        If fewer than one draw is asked for.
    """
    own = posterior.sizes["draw"]
    if draws is None:
        return np.arange(own)
    if draws < 1:
        raise InvalidInput([Problem(where, "draws", str(draws), "a whole number, at least 1")])
    by_chain = min(own, -(-draws // posterior.sizes["chain"]))
    return np.linspace(0, own - 1, by_chain).round().astype(int)
