"""After sampling: the exact distribution of what the likelihood integrates out, draw by draw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr

from openness.model.cells import Cells
from openness.model.grid import evidence_of, level_positions
from openness.model.identification import Structure
from openness.model.selection import SelectionParameters, draw_selected, selection_by_draw
from openness.model.signature import Evidence, Parameters, array_types
from openness.model.tree import (
    ascend,
    at_nodes,
    descend,
    draw_facets_given_cells,
    group_shift,
    roots,
    usual_level,
)

Array = np.ndarray

_NEEDED = (
    *("loading", "residual_domain_loading", "residual_facet_loading", "facet_coherence"),
    *("uniqueness_sd", "expected", "level", "cell_value"),
)


@dataclass(frozen=True)
class Conditional:
    """What the kernels see under each of S posterior draws; they are in `openness.model.tree`.

    Attributes
    ----------
    cells : Cells
    evidence : Evidence
    draws : mapping of str to array
        Variables of the posterior, (S, ...).
    coherence : (S, M) array
    group_effect : (S, G) array
        Mean of the factor by group.
    group_level : (S, G, M) array
        Mean level of each domain by group.
    selection : SelectionParameters
        (S, C), and (S, G, C) the intercepts.
    """

    cells: Cells
    evidence: Evidence
    draws: Mapping[str, Array]
    coherence: Array
    group_effect: Array
    group_level: Array
    selection: SelectionParameters

    def __len__(self) -> int:
        return len(self.coherence)

    @property
    def levels_are_factor(self) -> bool:
        """Whether there is one domain, and its levels are sampled."""
        return len(self.cells.domains) == 1 and bool((self.evidence.level_at >= 0).any())

    def each(self, at: Array | None = None) -> Iterator[Parameters]:
        """Yield the parameters of one draw after another, or of some, counted along chains."""
        for s in range(len(self)) if at is None else at:
            yield self.parameters(s)

    def parameters(self, s: int) -> Parameters:
        """Return the parameters under one draw: what the likelihood was given there."""
        draw = {name: values[s].astype(float) for name, values in self.draws.items()}
        a, b = roots(self.coherence[s])
        kappa_root, kappa_rest = roots(draw.get("facet_coherence", np.zeros(0)))
        on_domain = np.hypot(draw["loading"], draw["residual_domain_loading"])
        on_node = np.hypot(on_domain, draw.get("residual_facet_loading", 0.0))
        on_domain, on_node = (np.sign(draw["loading"]) * on for on in (on_domain, on_node))
        effect = self.group_effect[s]
        factor_mean = effect[self.cells.group]
        units, domains = np.nonzero(self.evidence.level_at >= 0)
        level = draw.get("level", np.zeros(0)) + usual_level(a[domains], factor_mean[units])
        selection = self.selection.of_draw(s)
        return Parameters(
            intercept=draw["expected"] - np.outer(effect, on_domain * a[self.cells.domain]),
            domain_loading=on_node,
            uniqueness_sd=draw["uniqueness_sd"],
            root_coherence=a,
            root_rest=b,
            facet_root=kappa_root,
            facet_rest=kappa_rest,
            factor_mean=factor_mean,
            level=level,
            exact=draw.get("cell_value", np.zeros(0)),
            return_intercept=selection.intercept,
            return_slope=selection.slope,
            return_factor=selection.factor,
        )


def conditional_on(
    posterior: xr.Dataset, cells: Cells, structure: Structure, *, coherence: Array | None = None
) -> Conditional:
    """Put draws and cells together.

    Parameters
    ----------
    posterior : xarray.Dataset
        Draws of the collapsed model, dims `chain` and `draw` first.
    cells : Cells
    structure : Structure
    coherence : (S, M) array, optional
        Coherence of every domain in place of the posterior's, for a sensitivity analysis: what the
        indicators of a domain share stays as it is, and is divided otherwise.
    """
    if coherence is None:
        coherence = coherence_by_domain(posterior, cells, structure)
    effect = np.zeros((len(coherence), len(cells.groups)))
    if "group_effect" in posterior:
        effect = flatten(posterior["group_effect"]).astype(float)
    level = np.repeat(effect[:, :, None], len(cells.domains), axis=2)
    if "domain_mean" in posterior:
        level = flatten(posterior["domain_mean"]).astype(float)
    return Conditional(
        cells=cells,
        evidence=evidence_of(cells, level_positions(cells, structure)),
        draws={name: flatten(posterior[name]) for name in _NEEDED if name in posterior},
        coherence=coherence,
        group_effect=effect,
        group_level=level,
        selection=selection_by_draw(posterior, cells),
    )


def at_units(p: Parameters, e: Evidence, units: Array) -> tuple[Parameters, Evidence]:
    """Return what the kernels see of some units only."""
    some = {
        name: array[units] if dims[:1] == ("unit",) else array
        for (name, array), (_, dims) in zip(e._asdict().items(), array_types(Evidence), strict=True)
    }
    return p._replace(factor_mean=p.factor_mean[units]), Evidence(**some)


def of_source(e: Evidence, m: int) -> Evidence:
    """Return the evidence of one domain alone."""
    return e._replace(
        present=e.present & (e.domain_of_indicator == m),
        level_at=np.where(np.arange(e.level_at.shape[1]) == m, e.level_at, -1),
    )


@dataclass(frozen=True)
class Latents:
    """Draws of the latents; S draws, N units, M domains, F facets.

    Attributes
    ----------
    factor : (S, N) array
        theta, with the group effect.
    domain_level : (S, N, M) array
        u, the level of each domain with what the group differs by in it.
    facet_level : (S, N, F) array
        v, likewise.
    log_likelihood : (S, N) array
        Of each unit's cells, the factor integrated out. With ordered or exact cells it is the
        density of their sampled levels and values, not of what was observed.
    """

    factor: Array
    domain_level: Array
    facet_level: Array
    log_likelihood: Array


def draw_latents(
    posterior: xr.Dataset,
    cells: Cells,
    structure: Structure,
    rng: np.random.Generator,
    *,
    coherence: Array | None = None,
) -> Latents:
    """Draw the factor and the levels from their conditional distribution, once for each draw.

    Parameters
    ----------
    posterior, cells, structure, coherence
        As for `conditional_on`.
    rng : numpy.random.Generator

    Returns
    -------
    Latents
        Draws in the order of chains, then draws within them.
    """
    given = conditional_on(posterior, cells, structure, coherence=coherence)
    shape = (len(given), len(cells.units))
    n_domains = len(cells.domains)
    factor, log_likelihood = (np.empty(shape, dtype=np.float32) for _ in range(2))
    levels = np.empty((*shape, n_domains), dtype=np.float32)
    facets = np.empty((*shape, len(cells.facets)), dtype=np.float32)
    present, level_at = given.evidence.present, given.evidence.level_at
    terms = present.sum(axis=1) + (level_at >= 0).sum(axis=1)
    nothing = np.zeros(len(cells.units))
    for s, p in enumerate(given.each()):
        up = ascend(p, given.evidence)
        level = descend(p, given.evidence, up, nothing, nothing)
        normal = rng.standard_normal((len(cells.units), 1 + n_domains))
        theta = up.mean + np.sqrt(up.variance) * normal[:, 0]
        if cells.collections:
            selection = given.selection.of_draw(s).in_group(cells.group)
            theta = draw_selected(up.mean, up.variance, nothing, cells.returned, selection, rng)
        mean = level.mean + level.slope * theta[:, None]
        drawn = mean[:, :n_domains] + np.sqrt(level.variance[:, :n_domains]) * normal[:, 1:]
        shift = group_shift(given.group_level[s], given.group_effect[s], p.root_coherence)
        shift = shift[cells.group]
        factor[s] = theta
        levels[s] = drawn + shift
        if cells.facets:
            of_facets = draw_facets_given_cells(p, given.evidence, up, drawn, rng)
            usual = at_nodes(shift, given.evidence.domain_of_facet, p.facet_root)
            facets[s] = of_facets + usual[:, n_domains:]
        log_likelihood[s] = up.log_l - 0.5 * np.log(2 * np.pi) * terms
    return Latents(factor, levels, facets, log_likelihood)


def coherence_by_domain(posterior: xr.Dataset, cells: Cells, structure: Structure) -> Array:
    """Return the coherence of every domain by draw, shape (S, M); 1 where it is not free."""
    n_draws = posterior.sizes["chain"] * posterior.sizes["draw"]
    coherence = np.ones((n_draws, len(cells.domains)))
    if structure.coherence == "common":
        coherence[:] = flatten(posterior["agreement"])[:, None]
    elif structure.coherent:
        coherence[:, list(structure.coherent)] = flatten(posterior["coherence"])
    for domain, indicator in structure.lone_ordered:
        coherence[:, domain] = np.sqrt(flatten(posterior["communality"])[:, indicator])
    return coherence


def flatten(variable: xr.DataArray) -> Array:
    """Return draws as an array with chains and draws in its first dimension."""
    values = variable.to_numpy()
    return values.reshape(-1, *values.shape[2:])
