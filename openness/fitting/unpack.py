"""From the sampler's unconstrained draws to the variables of the model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr
from pytensor.compile.maker import function
from pytensor.compile.mode import Mode
from pytensor.graph.replace import vectorize_graph
from pytensor.graph.traversal import ancestors

from openness.fitting.gate import LATENT


class Unpack(Protocol):
    """From unconstrained draws (chain, draw, parameter) to a dataset of variables."""

    def __call__(self, draws: np.ndarray, data: Mapping[str, np.ndarray], /) -> xr.Dataset:
        """Unpack draws under the data of the model, by name."""
        ...


def make_unpack(model: pm.Model) -> Unpack:
    """Prepare the way back from the space in which a sampler moves.

    Parameters
    ----------
    model : pymc.Model

    Returns
    -------
    Unpack
        Gives free variables and deterministic ones, with the dims and coords of the model.
    """
    values = set(model.value_vars)
    return _make(
        model,
        {
            variable.name: variable
            for variable in model.unobserved_value_vars
            if variable not in values or variable.name in model.named_vars
        },
    )


def make_log_prior(model: pm.Model) -> Unpack:
    """Prepare the log prior density of each parameter.

    Parameters
    ----------
    model : pymc.Model

    Returns
    -------
    Unpack
        Gives a number for each free variable, the sum over its elements, on the scale on which its
        prior is written. Latents are left out: the likelihood of what was observed integrates them
        out, together with their densities.
    """
    parameters = [variable for variable in model.free_RVs if variable.name not in LATENT]
    densities = model.logp(vars=parameters, jacobian=False, sum=False) if parameters else []
    return _make(
        model,
        {
            variable.name: density.sum()
            for variable, density in zip(parameters, densities, strict=True)
        },
    )


def _make(model: pm.Model, wanted: Mapping[str, Any]) -> Unpack:
    """All draws go through the graph at once, by NumPy.

    Compiling it for one draw at a time takes longer than all the arithmetic. The parameters of a
    draw are in the order of `model.free_RVs`.
    """
    values = [model.rvs_to_values[variable] for variable in model.free_RVs]
    shapes = {name: start.shape for name, start in model.initial_point().items()}
    batched: list[Any] = [
        pt.tensor(value.name, dtype="float64", shape=(None, *shapes[value.name]))
        for value in values
    ]
    needed = set(ancestors(list(wanted.values())))
    shared = [variable for variable in model.data_vars if variable in needed]
    given = [variable.type(variable.name) for variable in shared]
    replaced = dict(zip([*values, *shared], [*batched, *given], strict=True))
    outputs = vectorize_graph(list(wanted.values()), replaced)
    plain = Mode(linker="py", optimizer="fast_compile")
    evaluate = function([*batched, *given], outputs, mode=plain, on_unused_input="ignore")
    sizes = [int(np.prod(shapes[value.name])) for value in values]
    dims = {name: tuple(given) for name, given in model.named_vars_to_dims.items()}
    coords = {name: list(labels) for name, labels in model.coords.items() if labels is not None}

    def unpack(draws: np.ndarray, data: Mapping[str, np.ndarray], /) -> xr.Dataset:
        n_chains, n_draws, n_parameters = draws.shape
        flat = draws.reshape(-1, n_parameters)
        parts = np.split(flat, np.cumsum(sizes)[:-1], axis=1)
        points = [
            part.reshape(-1, *shapes[value.name]) for part, value in zip(parts, values, strict=True)
        ]
        of_model = [data[variable.name] for variable in shared]
        arrays = {}
        for name, array in zip(wanted, evaluate(*points, *of_model), strict=True):
            own: tuple[str, ...] = tuple(f"{name}_dim_{axis}" for axis in range(array.ndim - 1))
            if len(dims.get(name, ())) == len(own):
                own = dims.get(name, own)
            arrays[name] = (
                ("chain", "draw", *own),
                array.reshape(n_chains, n_draws, *array.shape[1:]),
            )
        used = {dim for names, _ in arrays.values() for dim in names}
        labels = {name: given for name, given in coords.items() if name in used}
        numbers = {"chain": np.arange(n_chains), "draw": np.arange(n_draws)}
        return xr.Dataset(arrays, coords=numbers | labels)

    return unpack
