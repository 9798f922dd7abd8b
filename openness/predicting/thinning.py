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


def along_chains(posterior: xr.Dataset, at: np.ndarray) -> np.ndarray:
    """Return the positions of the draws `at` of every chain among all draws, chain after chain."""
    chains = np.arange(posterior.sizes["chain"])[:, None]
    return (chains * posterior.sizes["draw"] + at).ravel()
