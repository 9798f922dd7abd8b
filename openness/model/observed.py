"""The log-likelihood of what was observed of each unit, whatever kinds of cells it has.

Under one draw of the parameters a unit is a tree,

    z ~ N(0, 1),   u_m ~ N(sqrt(rho_m) z, 1 - rho_m),   v_f ~ N(sqrt(kappa_f) u_m, 1 - kappa_f),
    eta_k ~ N(expected_k + c_k x, psi_k^2),   x = v_f in a facet, u_m outside,

and what was observed hangs from its leaves: Gaussian cells from eta plus the error that respondents
share, categories and exact numbers from eta, returns from z. The sampler may hold levels and values
of exact cells as parameters. Here they are integrated out with everything else, so that models can
be compared by it, and a unit can be left out.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import xarray as xr

from openness.families.counted import counted
from openness.model.cells import Cells
from openness.model.conditional import coherence_by_domain, flatten
from openness.model.grid import exact_at, first_cuts
from openness.model.identification import Structure
from openness.model.observed_kernel import (
    ABSENT,
    EXACT,
    GAUSSIAN,
    ORDERED,
    Evidence,
    Exact,
    Parameters,
    sum_over_latents,
)
from openness.model.selection import selection_by_draw

Array = np.ndarray


def observed_log_likelihood(
    posterior: xr.Dataset, cells: Cells, structure: Structure, *, without: int | None = None
) -> Array:
    """Return the log-likelihood of what was observed of each unit under each draw.

    Parameters
    ----------
    posterior : xarray.Dataset
        Draws of the hyperparameters, dims `chain` and `draw` first.
    cells : Cells
    structure : Structure
    without : int, optional
        Position of an indicator whose cells are left out.

    Returns
    -------
    (S, N) array
        Gaussian cells count by their density on the link scale, categories, exact numbers and
        returns by their probability. An exact number of a family that has no
        `Counted.normaliser` counts as the Gaussian cell that it would be matched to.
    """
    evidence = evidence_of(cells, without=without)
    return sum_over_latents(
        Parameters(*map(_plain, parameters_by_draw(posterior, cells, structure))),
        evidence._replace(
            exact=Exact(*map(_plain, evidence.exact)),
            **{
                name: _plain(array)
                for name, array in evidence._asdict().items()
                if isinstance(array, np.ndarray)
            },
        ),
    )


def _plain(array: Array) -> Array:
    """The layout for which the kernel is compiled; each other one would be compiled again."""
    return np.require(array, requirements=["C", "W"])


def parameters_by_draw(posterior: xr.Dataset, cells: Cells, structure: Structure) -> Parameters:
    """Return what the likelihood needs of every draw, in double precision."""
    draws = {
        name: flatten(posterior[name]).astype(float)
        for name in ("expected", "loading", "residual_domain_loading", "uniqueness_sd")
    }
    n_draws = len(draws["loading"])
    effect, cuts = np.zeros((n_draws, len(cells.groups))), np.zeros((n_draws, 0))
    if "group_effect" in posterior:
        effect = flatten(posterior["group_effect"]).astype(float)
    if "cut_point" in posterior:
        cuts = flatten(posterior["cut_point"]).astype(float)
    selection = selection_by_draw(posterior, cells)
    on_level, kappa = (
        np.hypot(draws["loading"], draws["residual_domain_loading"]),
        np.zeros((n_draws, 0)),
    )
    if cells.facets:
        on_level = np.hypot(on_level, flatten(posterior["residual_facet_loading"]).astype(float))
        kappa = flatten(posterior["facet_coherence"]).astype(float)
    return Parameters(
        expected=draws["expected"],
        domain_loading=np.sign(draws["loading"]) * on_level,
        uniqueness_sd=draws["uniqueness_sd"],
        coherence=coherence_by_domain(posterior, cells, structure),
        facet_coherence=kappa,
        group_effect=effect,
        cut_point=cuts,
        return_intercept=np.ascontiguousarray(selection.intercept, dtype=float),
        return_slope=np.ascontiguousarray(selection.slope, dtype=float),
        return_factor=np.ascontiguousarray(selection.factor, dtype=float),
    )


def evidence_of(cells: Cells, *, without: int | None = None) -> Evidence:
    """Return what was observed, with the cells of one indicator left out if asked."""
    cells, normaliser = _in_closed_form(cells)
    kind = np.where(cells.category >= 0, ORDERED, np.where(cells.exact, EXACT, GAUSSIAN))
    kind = np.where(cells.present, kind, ABSENT)
    if without is not None:
        kind[:, without] = ABSENT
    first = np.array(first_cuts(cells), dtype=int)
    last = np.array([len(labels) for labels in cells.labels], dtype=int) - 1
    category = cells.category
    where = rows, columns = np.nonzero(cells.exact)
    events, log_weight = _possible_events(cells, rows, columns)
    return Evidence(
        value=cells.value,
        error_variance=cells.error_variance,
        common_error_loading=cells.common_error_loading,
        kind=kind,
        below=np.where(category > 0, first + category - 1, -1),
        above=np.where((category >= 0) & (category < last), first + category, -1),
        exact_at=exact_at(cells),
        exact=Exact(
            events=events,
            log_weight=log_weight,
            size=cells.n[where],
            start=cells.centre[where],
            is_softplus=(normaliser == "softplus")[columns],
        ),
        group=cells.group,
        domain=cells.domain,
        facet=cells.facet,
        domain_of_facet=cells.domain_of_facet,
        returned=cells.returned,
    )


def _in_closed_form(cells: Cells) -> tuple[Cells, Array]:
    """Put the matched Gaussian cell for exact ones that the kernel has no form for.

    Also returns by indicator the `Counted.normaliser` of its exact cells, "" if it has none.
    """
    value, error_variance = cells.value.copy(), cells.error_variance.copy()
    exact, normaliser = cells.exact.copy(), np.full(len(cells.indicators), "", dtype="U8")
    for k in np.flatnonzero(cells.exact.any(axis=0)):
        family, rows = counted(cells.definitions[k]), np.flatnonzero(cells.exact[:, k])
        normaliser[k] = family.normaliser
        if not family.normaliser:
            matched = family.match(
                cells.y[rows, k], cells.n[rows, k], cells.matched_under(int(k), rows)
            )
            value[rows, k], error_variance[rows, k] = matched
            exact[rows, k] = False
    changed = replace(cells, value=value, error_variance=error_variance, exact=exact)
    return changed, normaliser


def _possible_events(cells: Cells, rows: Array, columns: Array) -> tuple[Array, Array]:
    """Numbers of events that each exact cell may stand for, and log multiplicities, (E, R) each."""
    possible = [
        np.arange(cells.definitions[k].suppressed[0], cells.definitions[k].suppressed[1] + 1.0)
        if cells.suppressed[i, k]
        else cells.y[i, k : k + 1]
        for i, k in zip(rows, columns, strict=True)
    ]
    shape = (len(possible), max(map(len, possible), default=1))
    events, log_weight = np.zeros(shape), np.full(shape, -np.inf)
    for j, numbers in enumerate(possible):
        family = counted(cells.definitions[columns[j]])
        events[j, : len(numbers)] = numbers
        log_weight[j, : len(numbers)] = family.log_multiplicity(
            numbers, cells.n[rows[j], columns[j]]
        )
    return events, log_weight
