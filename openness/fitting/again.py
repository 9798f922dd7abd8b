"""Compile once, then fit one table after another: for simulation, where compiling would be most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from openness.errors import InvalidInput, Problem
from openness.fitting.chains import Basis, run_chains
from openness.fitting.result import Fit
from openness.fitting.sample import CompiledModel, compile_model
from openness.fitting.settings import Settings
from openness.fitting.unpack import Unpack
from openness.league import League
from openness.measures import Measures
from openness.model.build import build_collapsed
from openness.model.cells import Cells, make_cells
from openness.model.exact import exact_labels
from openness.model.grid import level_positions
from openness.model.identification import Structure, identify
from openness.model.inputs import model_inputs
from openness.model.ordered import sampled_labels
from openness.model.shape import Shape, shape_of


@dataclass(frozen=True)
class ReusableModel:
    """The collapsed model, compiled for every table of one shape.

    Attributes
    ----------
    compiled : CompiledModel
    shape : Shape
    """

    compiled: CompiledModel
    shape: Shape


def compile_for_refits(league: League, cells: Cells) -> ReusableModel:
    """Compile the collapsed model so that it takes other tables of the same shape.

    Parameters
    ----------
    league : League
    cells : Cells
        Of the first table.

    Returns
    -------
    ReusableModel

    Raises
    ------
    InvalidInput
        If some cells are exact.
    NotIdentified
        If the data hold no information on openness.
    """
    refuse_exact_cells(cells)
    model = build_collapsed(league, cells, identify(league, cells), exchangeable=True)
    return ReusableModel(compile_model(model), shape_of(league, cells))


def refit_with_data(
    model: ReusableModel,
    league: League,
    measures: Measures,
    *,
    seed: int,
    settings: Settings,
    cells: Cells | None = None,
    lean: bool = False,
) -> Fit:
    """Fit another table without compiling.

    The pattern of empty cells may be another, and so may the units, as long as there are as many
    of them.

    Parameters
    ----------
    model : ReusableModel
    league : League
        Its priors are compiled in; error correlations and a stated slope are data.
    measures : Measures
        Not looked through for nil returns.
    seed : int
    settings : Settings
    cells : Cells, optional
        Of the measures, if they have been made already.
    lean : bool
        Whether to diagnose the hyperparameters alone, and keep neither log likelihood nor prior.

    Returns
    -------
    Fit
        The same to the last bit as by a model that was compiled for refits from this table.
        `openness.fit` gives other draws of the same posterior: there the table is compiled in.

    Raises
    ------
    InvalidInput
        If the table has another shape, or exact cells; every difference is named.
    NotIdentified
        If the data hold no information on openness.
    FitFailed
        If sampling was interrupted or could not start.
    """
    cells = make_cells(league, measures) if cells is None else cells
    refuse_exact_cells(cells)
    if different := model.shape.differences(shape_of(league, cells)):
        raise InvalidInput(different)
    structure = identify(league, cells)
    inputs = model_inputs(league, cells, level_positions(cells, structure, everywhere=True))
    compiled = model.compiled.with_data(**{name: inputs[name] for name in model.compiled.data})
    return run_chains(
        replace(compiled, unpack=_without_idle_levels(compiled.unpack, cells, structure)),
        Basis(league, measures, cells, structure),
        settings,
        seed,
        progress=False,
        lean=lean,
    )


def refuse_exact_cells(cells: Cells) -> None:
    """Refuse cells that are sampled: their observations are constants of the compiled model.

    Raises
    ------
    InvalidInput
    """
    if labels := exact_labels(cells):
        raise InvalidInput(
            [
                Problem(
                    "refit",
                    f"{len(labels)} cells",
                    f"{labels[0]} has an exact likelihood, because its indicator asks for it, or "
                    "it is suppressed or confirmed",
                    "only matched and ordered cells can be exchanged without compiling",
                    "Fit this table by itself, with `openness.fit`",
                )
            ]
        )


def _without_idle_levels(unpack: Unpack, cells: Cells, structure: Structure) -> Unpack:
    """Drop the sampled levels of units without a cell in the domain, and label the others.

    Nothing was known of those levels, and the others were not touched by them: what is left is a
    posterior such as `openness.fit` gives.
    """
    level_at = level_positions(cells, structure)
    kept_of = np.flatnonzero(level_at[:, list(structure.sampled)].ravel() >= 0)

    def unpack_and_drop(draws: np.ndarray, data: Mapping[str, np.ndarray], /) -> xr.Dataset:
        posterior = unpack(draws, data)
        if not structure.sampled:
            return posterior
        kept = posterior.isel(sampled_level=kept_of)
        return kept.assign_coords(sampled_level=sampled_labels(cells, level_at))

    return unpack_and_drop
