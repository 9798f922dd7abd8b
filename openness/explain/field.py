"""A fit laid open: its draws, its cells, and the units that are ranked against each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from openness.errors import InvalidInput, Problem
from openness.fitting import scale_of
from openness.model.cells import Cells
from openness.model.conditional import Conditional, conditional_on, flatten
from openness.model.identification import Structure
from openness.model.joint_normal import Coefficients, coefficients_of
from openness.model.selection import (
    SelectionParameters,
    condition_on_returns,
    selection_by_draw,
)
from openness.ranking.ranks import rank_among
from openness.scoring import Counted, counted_in
from openness.standing import Standing
from openness.standing.strata import stratum_ids

Array = np.ndarray


@dataclass(frozen=True)
class Field:
    """S draws of N units.

    Attributes
    ----------
    standing : Standing
    posterior : xarray.Dataset
    cells : Cells
    structure : Structure
    at : (S,) int array
        Which draws of the fit these are, counted along the chains.
    score : (S, N) array
        The published score.
    z : (S, N) array
        The factor minus the group effect.
    group_effect : (S, G) array
    given : Conditional
        What the kernels see, under all draws of the fit.
    coefficients : Coefficients
        Of the latents on independent variates.
    counted : Counted
        What the published score counts.
    selection : SelectionParameters
        By draw and collection, (S, C), intercepts (S, G, C); C is 0 where selection is ignored.
    ordered : dict of str to (S, n) array
        By stratum, the scores of its ranked units, ascending within each draw.
    stratum : (N,) array of str
        The stratum of each unit, whether it is ranked or not.
    ranked : (N,) bool array
    """

    standing: Standing
    posterior: xr.Dataset
    cells: Cells
    structure: Structure
    at: Array
    score: Array
    z: Array
    group_effect: Array
    given: Conditional
    coefficients: Coefficients
    counted: Counted
    selection: SelectionParameters
    ordered: dict[str, Array]
    stratum: Array
    ranked: Array

    def returns_tell(self, unit: int) -> bool:
        """Return whether what the unit returned says more of its factor than a draw knows."""
        is_factor = self.given.levels_are_factor and (self.given.evidence.level_at[unit] >= 0).any()
        return bool(self.cells.returned[unit].any() and not is_factor)

    def given_returns(self, unit: int, mean: Array, variance: Array) -> tuple[Array, Array, Array]:
        """Condition a normal distribution of the unit's z on what it returned.

        Takes its mean and variance by draw, given cells, (S,). Returns the log probability of what
        was returned, and mean and variance given that as well.
        """
        if not self.returns_tell(unit):
            return np.zeros_like(mean), mean, variance
        returned = self.cells.returned[unit]
        offset = np.ascontiguousarray(self.group_effect[:, self.cells.group[unit]])
        rows = np.tile(returned, (len(mean), 1))
        selection = self.selection.in_group(self.cells.group[unit])
        return condition_on_returns(mean, variance, offset, rows, selection)

    def rank(self, unit: int, score: Array) -> Array:
        """Rank by draw (S,) of the unit at this position, if its scores were these.

        A unit that is not ranked is compared with those that are.
        """
        own = self.score[:, unit] if self.ranked[unit] else None
        return rank_among(self.ordered[self.stratum[unit]], score, own)

    def rank_as_it_stands(self, unit: int) -> Array:
        """Rank by draw (S,) of the unit at this position."""
        return self.rank(unit, self.score[:, unit])


def open_field(standing: Standing, *, most_draws: int | None = None) -> Field:
    """Lay the fit of a standing open, or refuse a fit of the joint model.

    With `most_draws`, no more draws than that, evenly spaced along the chains.
    """
    fit = standing.fit
    method = fit.provenance["method"]
    if method != "collapsed":
        allowed = "an explanation takes a fit of the collapsed model"
        problem = Problem("run", "method", repr(method), allowed, "Fit again without --method")
        raise InvalidInput([problem])
    cells, structure = fit.cells, fit.structure
    posterior = fit.posterior
    n_draws = standing.score.sizes["sample"]
    at = np.arange(n_draws)
    if most_draws is not None and most_draws < n_draws:
        at = np.linspace(0, n_draws - 1, most_draws).round().astype(int)
    score = standing.score.sel(unit=list(cells.units)).isel(sample=at)
    z = flatten(posterior["factor"])[at].astype(float)
    group_effect = np.zeros((len(at), len(cells.groups)))
    if "group_effect" in posterior:
        group_effect = flatten(posterior["group_effect"])[at].astype(float)
    z -= group_effect[:, cells.group]
    selection = selection_by_draw(posterior, cells)
    given = conditional_on(posterior, cells, structure)
    league = standing.league
    counted = counted_in(
        league.score, league, fit.measures, posterior, cells, structure,
        scale=scale_of(fit), seed=fit.provenance["seed"], at=at,
    )  # fmt: skip
    units = standing.units.loc[list(cells.units)]
    stratum = stratum_ids(units["group"], standing.scope).to_numpy()
    ranked = units["ranked"].to_numpy()
    return Field(
        standing=standing,
        posterior=posterior,
        cells=cells,
        structure=structure,
        at=at,
        score=np.ascontiguousarray(score),
        z=z,
        group_effect=group_effect,
        given=given,
        coefficients=coefficients_of(given, at),
        counted=counted,
        selection=SelectionParameters(
            selection.intercept[at], selection.slope[at], selection.factor[at]
        ),
        ordered={
            id: np.sort(score[:, ranked & (stratum == id)], axis=1) for id in np.unique(stratum)
        },
        stratum=stratum,
        ranked=ranked,
    )


def position_of(unit: str, standing: Standing) -> int:
    """Return the position of a unit, or refuse with the nearest code."""
    standing.unit(unit)
    return standing.units.index.tolist().index(unit)


def absent_cells(field: Field, units: list[int] | None = None) -> pd.DataFrame:
    """List the scored cells that apply to their unit and say nothing in the likelihood.

    Of the units at these positions, or of all. Columns: `unit` and `indicator` (positions),
    `status`, `note`; units slowest. Indicators that nobody has are left out, because there is
    nothing to predict them from.
    """
    cells, measures = field.cells, field.standing.fit.measures
    status = measures.grid("status", cells.indicators)
    note = measures.grid("note", cells.indicators)
    absent = ~cells.present & (status != "not_applicable")
    applies = {
        group: [indicator.applies_to(group) for indicator in cells.definitions]
        for group in cells.groups
    }
    absent &= np.array([applies[cells.groups[g]] for g in cells.group])
    if units is not None:
        absent[np.setdiff1d(np.arange(len(absent)), units)] = False
    rows, columns = np.nonzero(absent)
    return pd.DataFrame(
        {
            "unit": rows,
            "indicator": columns,
            "status": status[rows, columns],
            "note": note[rows, columns],
        }
    )


def by_unit(absent: pd.DataFrame) -> Iterator[tuple[int, Array]]:
    """Yield the position of each unit with absent cells, and of their indicators."""
    for unit in dict.fromkeys(absent["unit"].tolist()):
        yield unit, absent.loc[absent["unit"] == unit, "indicator"].to_numpy()
