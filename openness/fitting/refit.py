"""The model of a fit again, with other slopes of the selection model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from openness.errors import InvalidInput, Problem
from openness.fitting.chains import Basis, run_chains
from openness.fitting.result import Fit, scale_of
from openness.fitting.sample import compile_model
from openness.fitting.settings import Settings
from openness.league import League, Selection
from openness.model import build_from_cells
from openness.model.cells import make_cells
from openness.model.identification import identify


def with_slope(league: League, slope: float) -> League:
    """Return the league with a stated slope of the selection model."""
    return league.model_copy(update={"selection": Selection(slope=slope)})


def refit_over_slopes(
    fit: Fit, slopes: Iterable[float], *, progress: bool = False
) -> Iterator[tuple[float, Fit]]:
    """Fit again for each slope, with the measures, settings and seed of the fit.

    The model is compiled once: the slope is data. The constants of the score stay those of the fit,
    so that it means the same.

    Parameters
    ----------
    fit : Fit
        By the collapsed model.
    slopes : iterable of float
        Not 0.
    progress : bool
        Whether to show progress bars.

    Yields
    ------
    slope, fit : float, Fit

    Raises
    ------
    InvalidInput
        If the fit is of a model that the user has given.
    """
    if "model" in fit.provenance:
        raise InvalidInput(
            [Problem("refit", "run", "a model of its own", "a model that openness has built")]
        )
    seed = int(fit.provenance["seed"])
    settings = Settings(**fit.provenance["settings"])
    league = with_slope(fit.league, 1.0)
    # Which collections some returned and others did not is no part of cells that ignore selection.
    cells = make_cells(league, fit.measures)
    structure = identify(league, cells)
    compiled = compile_model(build_from_cells(league, cells, structure, method="collapsed"))
    scale = scale_of(fit)
    for slope in slopes:
        stated = np.full(len(cells.collections), slope)
        basis = Basis(
            with_slope(fit.league, slope),
            fit.measures,
            replace(cells, selection=Selection(slope=slope)),
            structure,
            scale=scale,
        )
        moved = run_chains(
            compiled.with_data(return_slope=stated), basis, settings, seed, progress=progress
        )
        yield slope, replace(moved, provenance=fit.provenance, flags=fit.flags)
