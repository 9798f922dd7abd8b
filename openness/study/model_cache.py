"""The models that this process has compiled, by the shape of the tables that they fit."""

from __future__ import annotations

from collections import OrderedDict

from openness.fitting import Fit, Settings
from openness.fitting.again import ReusableModel, compile_for_refits, refit_with_data
from openness.league import League
from openness.measures import Measures
from openness.model.cells import make_cells
from openness.model.shape import Shape, shape_of

_KEPT = 8

_models: OrderedDict[Shape, ReusableModel] = OrderedDict()


def fit_by_cached_model(
    league: League, measures: Measures, *, seed: int, settings: Settings
) -> Fit:
    """Fit a table by the model compiled for its shape, compiling it if it is the first of them.

    A compiled model cannot be sent to another process, so that each worker has its own. Those that
    were used least recently are forgotten. Which table a model was compiled with makes no
    difference to the draws: see `openness.fitting.again.refit_with_data`. Only the hyperparameters
    are diagnosed.
    """
    cells = make_cells(league, measures)
    shape = shape_of(league, cells)
    if shape not in _models:
        while len(_models) >= _KEPT:
            _models.popitem(last=False)
        _models[shape] = compile_for_refits(league, cells)
    _models.move_to_end(shape)
    return refit_with_data(
        _models[shape],
        league,
        measures,
        seed=seed,
        settings=settings,
        cells=cells,
        lean=True,
    )
