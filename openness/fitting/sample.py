"""Sampling a `pymc.Model` with nutpie."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pymc as pm
import xarray as xr
from pytensor.configdefaults import config

from openness.errors import FitFailed
from openness.fitting.settings import Settings
from openness.fitting.unpack import Unpack, make_log_prior, make_unpack

_STATISTICS = ("diverging", "energy", "n_steps", "step_size", "depth", "logp")


@dataclass(frozen=True)
class CompiledModel:
    """A model that is ready to be sampled."""

    density: Any
    """A nutpie model, which gives the unconstrained draws; nutpie does not export the type."""
    unpack: Unpack
    log_prior: Unpack
    data: Mapping[str, np.ndarray]
    """Data of the `pymc.Model`, by name."""
    start: Callable[[int, Mapping[str, np.ndarray]], np.ndarray]
    """Where a chain starts, from a seed and the data."""

    def with_data(self, **data: np.ndarray) -> CompiledModel:
        """Return the model with other data, which may move where a chain starts.

        Parameters
        ----------
        **data : arrays
            By the names of the `pymc.Data`.
        """
        own = {name: array.astype(self.data[name].dtype) for name, array in data.items()}
        known = {name: array for name, array in own.items() if name in _shared(self.density)}
        both = {**self.data, **own}
        density = replace(
            self.density.with_data(**known), initial_point_func=lambda seed: self.start(seed, both)
        )
        return replace(self, density=density, data=both)


def compile_model(model: pm.Model) -> CompiledModel:
    """Compile the log density and its gradient."""
    import nutpie

    # Fast-math lets a compiler reorder sums, and so differ from one compilation to the next.
    # PyTensor keeps compiled code with fast-math apart from code without it.
    with config.change_flags(numba__fastmath=False):
        density = nutpie.compile_pymc_model(model, var_names=[])
    data = {variable.name: variable.get_value() for variable in model.data_vars}
    start = _start_with_data(model, density)
    unpack, log_prior = make_unpack(model), make_log_prior(model)
    return CompiledModel(density, unpack, log_prior, data, start).with_data()


def _shared(density: Any) -> set[str]:
    """Names of the data that the density depends on."""
    return {variable.name for variable in density.shared_var_keys}


def _start_with_data(
    model: pm.Model, density: Any
) -> Callable[[int, Mapping[str, np.ndarray]], np.ndarray]:
    """Take the start from the data that are given, not from those that were compiled.

    The centres of the priors are data, and a chain starts about them. nutpie asks for the starts
    of several chains at once, from threads of its own.
    """
    variables = {variable.name: variable for variable in model.data_vars}
    compiled_start = density.initial_point_func
    lock = threading.Lock()

    def start(seed: int, data: Mapping[str, np.ndarray]) -> np.ndarray:
        with lock:
            for name, array in data.items():
                variables[name].set_value(array)
            return compiled_start(seed)

    return start


def sample(
    compiled: CompiledModel, settings: Settings, seed: int, *, progress: bool = False
) -> tuple[xr.Dataset, xr.Dataset, xr.Dataset]:
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
    posterior, log_prior, sample_stats : xarray.Dataset
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
    free = statistics["unconstrained_draw"].to_numpy()
    posterior = compiled.unpack(free, compiled.data)
    log_prior = compiled.log_prior(free, compiled.data)
    return posterior, log_prior, statistics[[name for name in _STATISTICS if name in statistics]]
