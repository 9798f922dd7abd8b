"""Observe a table anew: the same units and denominators, other answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from openness.families import family_of
from openness.fitting.evidence import known_rows
from openness.league import Indicator, League
from openness.measures import Measures
from openness.model.cells import Cells
from openness.model.observed_kernel import Parameters
from openness.model.streams import stream
from openness.model.true_values import cut_points
from openness.study.observe import draw_cells, sampling_error

Array = np.ndarray


@dataclass(frozen=True)
class Table:
    """What a replicate has in common with the table that was observed."""

    league: League
    measures: Measures
    cells: Cells


def replicate(
    table: Table, eta: Array, parameters: Parameters, shape: tuple[int, int], seed: int
) -> xr.Dataset:
    """Observe T tables of measures, each from its true values.

    Parameters
    ----------
    table : Table
        Gives units, denominators, standard errors, and which cells are observed.
    eta : (T, N, K) array
        True values on the link scale.
    parameters : Parameters
        T draws; the cut points are taken from them.
    shape : (int, int)
        Chains and draws; T is their product.
    seed : int

    Returns
    -------
    xarray.Dataset
        Variables and dims as in the `observed_data` of a fit, after `chain` and `draw`.
    """
    cells, measures = table.cells, table.measures
    sizes = measures.grid("denominator", cells.indicators).astype(float)
    arrays: dict[str, Any] = {}
    coords: dict[str, Any] = {"chain": np.arange(shape[0]), "draw": np.arange(shape[1])}
    common: dict[str, Array] = {}
    for k, indicator in enumerate(cells.definitions):
        rows = known_rows(cells, k)
        rng = stream(seed, "answers", indicator.id)
        domain = indicator.domain
        if domain not in common:
            fresh = stream(seed, "respondents", domain)
            common[domain] = fresh.standard_normal((len(eta), len(cells.units)))
        if cells.labels[k]:
            ends = cut_points(parameters, cells, k)[:, None, 1:-1]
            seen = np.array([indicator.labels.index(label) for label in cells.labels[k]])
            drawn = seen[(eta[:, rows, k, None] > ends).sum(axis=-1)]
        else:
            error = sampling_error(
                indicator, _correlation(table, indicator), common[domain][:, rows].ravel(), rng
            )
            variance = cells.error_variance[rows, k] + cells.common_error_loading[rows, k] ** 2
            drawn = draw_cells(
                indicator,
                eta[:, rows, k].astype(float).ravel(),
                error,
                np.tile(sizes[rows, k], len(eta)),
                np.tile(np.sqrt(variance), len(eta)),
                _NoCategories(),  # type: ignore[arg-type]
                rng,
            )["value"].to_numpy()
            drawn = drawn.astype(np.int64 if family_of(indicator).figure == "rate" else np.float32)
        name = f"unit_{indicator.id}"
        arrays[indicator.id] = (("chain", "draw", name), drawn.reshape(*shape, len(rows)))
        coords[name] = [cells.units[i] for i in rows]
    return xr.Dataset(arrays, coords=coords)


def _correlation(table: Table, indicator: Indicator) -> float:
    if not family_of(indicator).asks_respondents:
        return 0.0
    domain = next(d for d in table.league.domains if d.id == indicator.domain)
    return domain.error_correlation


class _NoCategories:
    """In place of a truth whose cut points are the same in every draw."""

    def cuts_of(self, _indicator: str) -> Array:
        return np.zeros(0)
