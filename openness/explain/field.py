"""A fit laid open: its draws, its cells, and the units that are ranked against each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from openness.errors import InvalidInput, Problem
from openness.fitting import Fit, reliability, require_gate, scores
from openness.measures import completeness
from openness.measures.lookup import unknown_units
from openness.model.cells import Cells, make_cells
from openness.model.conditional import flatten
from openness.model.identification import Structure, identify
from openness.model.selection import (
    SelectionParameters,
    condition_on_returns,
    selection_by_draw,
)
from openness.ranking.among import rank_among
from openness.standing.eligibility import reasons_not_ranked, without_lone_units

Array = np.ndarray


@dataclass(frozen=True)
class Field:
    """S draws of N units.

    Attributes
    ----------
    fit : Fit
    posterior : xarray.Dataset
    cells : Cells
    structure : Structure
    at : (S,) int array
        Which draws of the fit these are, counted along the chains.
    score : (S, N) array
        The published score.
    z : (S, N) array
        Openness less the group effect.
    group_effect : (S, G) array
    selection : SelectionParameters
        By draw and collection, (S, C); C is 0 where selection is ignored.
    reasons : tuple of str
        Why each unit is not ranked; empty for those that are.
    league_of : (N,) int array
        Which of `ordered` each unit is ranked in: one for all, or one for each group.
    ordered : tuple of (S, n) arrays
        Scores of the ranked units, ascending within each draw.
    """

    fit: Fit
    posterior: xr.Dataset
    cells: Cells
    structure: Structure
    at: Array
    score: Array
    z: Array
    group_effect: Array
    selection: SelectionParameters
    reasons: tuple[str, ...]
    league_of: Array
    ordered: tuple[Array, ...]

    def given_returns(self, unit: int, mean: Array, variance: Array) -> tuple[Array, Array, Array]:
        """Put what the unit returned into a law of its z: log probability, mean and variance, (S,).

        Parameters
        ----------
        unit : int
            Its position.
        mean, variance : (S,) arrays
            Of z given cells.
        """
        returned = self.cells.returned[unit]
        if not returned.any():
            return np.zeros_like(mean), mean, variance
        offset = np.ascontiguousarray(self.group_effect[:, self.cells.group[unit]])
        rows = np.tile(returned, (len(mean), 1))
        return condition_on_returns(mean, variance, offset, rows, self.selection)

    def rank(self, unit: int, score: Array) -> Array:
        """Rank by draw (S,) of the unit at this position, if its scores were these.

        A unit that is not ranked is placed among those that are.
        """
        own = None if self.reasons[unit] else self.score[:, unit]
        return rank_among(self.ordered[self.league_of[unit]], score, own)


def open_field(fit: Fit, *, draft: bool, most_draws: int | None = None) -> Field:
    """Lay a fit open.

    Parameters
    ----------
    fit : Fit
        Of the collapsed model.
    draft : bool
        Allow a fit that did not pass the gate.
    most_draws : int, optional
        Take no more draws than that, evenly spaced along the chains.

    Raises
    ------
    GateFailed
        If the fit did not pass the gate and no draft was asked for.
    InvalidInput
        If it is a fit of the joint model.
    """
    require_gate(fit, draft=draft)
    method = fit.provenance["method"]
    if method != "collapsed":
        raise InvalidInput(
            [
                Problem(
                    "run",
                    "method",
                    repr(method),
                    "an explanation takes a fit of the collapsed model",
                    "Fit again without --method",
                )
            ]
        )
    cells = make_cells(fit.league, fit.measures)
    posterior = fit.posterior
    score = scores(fit).to_numpy()
    n_draws = len(score)
    at = np.arange(n_draws)
    if most_draws is not None and most_draws < n_draws:
        at = np.linspace(0, n_draws - 1, most_draws).round().astype(int)
    score = np.ascontiguousarray(score[at])
    z = flatten(posterior["factor"])[at].astype(float)
    group_effect = np.zeros((len(at), len(cells.groups)))
    if "group_effect" in posterior:
        group_effect = flatten(posterior["group_effect"])[at].astype(float)
    z -= group_effect[:, cells.group]
    selection = selection_by_draw(posterior, cells)
    counts = completeness(fit.measures, fit.league)
    reasons = reasons_not_ranked(counts, reliability(fit).to_numpy(), fit.league.eligibility)
    groups = fit.measures.units["group"]
    reasons = without_lone_units(reasons, groups, fit.league, fit.league.scope)
    ranked = np.array([not reason for reason in reasons])
    within = fit.league.scope == "within_group"
    league_of = cells.group if within else np.zeros(len(cells.units), dtype=int)
    return Field(
        fit=fit,
        posterior=posterior,
        cells=cells,
        structure=identify(fit.league, cells),
        at=at,
        score=score,
        z=z,
        group_effect=group_effect,
        selection=SelectionParameters(
            selection.intercept[at], selection.slope[at], selection.factor[at]
        ),
        reasons=tuple(reasons),
        league_of=league_of,
        ordered=tuple(
            np.sort(score[:, ranked & (league_of == number)], axis=1)
            for number in range(league_of.max() + 1)
        ),
    )


def position_of(unit: str, fit: Fit) -> int:
    """Return the position of a unit, or refuse with the nearest code.

    Raises
    ------
    InvalidInput
    """
    known = fit.measures.units.index.tolist()
    if problems := unknown_units([unit], known, "explain"):
        raise InvalidInput(problems)
    return known.index(unit)


def absent_cells(field: Field, units: list[int] | None = None) -> pd.DataFrame:
    """List the scored cells that apply to their unit and say nothing in the likelihood.

    Parameters
    ----------
    field : Field
    units : list of int, optional
        Positions of the units to look at; all of them if not given.

    Returns
    -------
    pandas.DataFrame
        `unit` and `indicator` (positions, int), `status`, `note`; units slowest. Indicators that
        nobody has are left out, because there is nothing to predict them from.
    """
    cells, measures = field.cells, field.fit.measures
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
