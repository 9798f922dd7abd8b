"""Sampling a `pymc.Model` with nutpie."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import numpy as np
import pymc as pm
import xarray as xr
from pytensor.configdefaults import config

from openness.errors import FitFailed
from openness.fitting.settings import Settings
from openness.fitting.unpack import Unpack, make_unpack

_STATISTICS = ("diverging", "energy", "n_steps", "step_size", "depth", "logp")


@dataclass(frozen=True)
class CompiledModel:
    """A model that is ready to be sampled."""

    density: Any
    """A nutpie model, which gives the unconstrained draws; nutpie does not export the type."""
    unpack: Unpack


def compile_model(model: pm.Model) -> CompiledModel:
    """Compile the log density and its gradient."""
    import nutpie

    # Fast-math lets a compiler reorder sums, and so differ from one compilation to the next.
    with config.change_flags(numba__fastmath=False):
        density = nutpie.compile_pymc_model(model, var_names=[])
    return CompiledModel(density, make_unpack(model))


def sample(
    compiled: CompiledModel, settings: Settings, seed: int, *, progress: bool = False
) -> tuple[xr.Dataset, xr.Dataset]:
    """Draw from the posterior.

    Parameters
    ----------
    compiled : CompiledModel
    settings : Settings
    seed : int
        The same seed gives the same draws.
    progress : bool
        Whether to show a progress bar.

    Returns
    -------
    posterior, sample_stats : xarray.Dataset
        Dims `chain` and `draw` first.

    Raises
    ------
    FitFailed
        If sampling was interrupted or could not start.
    """
    import nutpie

    try:
        trace = nutpie.sample(
            compiled.density,
            draws=settings.draws,
            tune=settings.tune,
            chains=settings.chains,
            cores=min(settings.cores or os.cpu_count() or 1, settings.chains),
            seed=seed,
            adaptation=settings.adaptation,
            target_accept=settings.target_accept,
            save_warmup=False,
            store_unconstrained=True,
            progress_bar=progress,
        )
    except RuntimeError as error:
        reason = str(error).partition("\n")[0]
        raise FitFailed(
            f"Sampling did not start or broke off: {reason}. Check the measures with "
            "`openness check`; a value far from all others is the usual cause."
        ) from error
    statistics = trace["sample_stats"].to_dataset()
    whole = statistics.sizes.get("draw", 0) == settings.draws
    # After an interrupt nutpie returns what there is, with the unfinished chains filled up by NaN.
    if not whole or np.isnan(statistics["energy"]).any():
        raise FitFailed("Sampling was interrupted; no run was kept.")
    posterior = compiled.unpack(statistics["unconstrained_draw"].to_numpy())
    return posterior, statistics[[name for name in _STATISTICS if name in statistics]]
