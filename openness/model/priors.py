"""Priors and structural equations: from hyperparameters to the loadings and means of the cells.

Both the collapsed and the joint model stand on these lines, so they have the same priors.
Call within a `pymc.Model` context. A covariate is a term of `factor_mean`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt
from scipy.linalg import block_diag

from openness.league import League
from openness.model.cells import Cells
from openness.model.grid import first_cuts
from openness.model.identification import Structure
from openness.model.inputs import Inputs
from openness.model.selection import SelectionParameters
from openness.model.tree import group_shift

_RETURN_SD = 1.5  # of the intercept of returning, on the probit scale
_RETURN_GROUP_SD = 1.0  # scale of the half-normal of what types differ by in it


@dataclass(frozen=True)
class Hyperparameters:
    """Symbolic parameters by indicator (K,), domain (M,) and group (G,)."""

    intercept: Any
    """(G, K) expected link-scale value of an indicator in a group where the factor is 0."""
    domain_loading: Any
    """(K,) sign omega sqrt(h): on the level of the facet, or of the domain if it is in none."""
    uniqueness_sd: Any
    """(K,) omega sqrt(1 - h)."""
    root_coherence: Any
    """(M,) sqrt(rho), with rho the share of a domain's variance that is the factor."""
    root_rest: Any
    """(M,) sqrt(1 - rho)."""
    facet_root: Any
    """(F,) sqrt(kappa), with kappa the share of a facet's variance that is its domain's level."""
    facet_rest: Any
    """(F,) sqrt(1 - kappa)."""
    factor_mean: Any
    """(N,) mean of each unit's factor."""
    cut_point: Any
    """(C,) cut points of the ordinal and binary indicators, one indicator after the other."""
    first_cut: tuple[int, ...]
    """By indicator, the position of its first cut point; -1 if it has none."""


def coordinates(cells: Cells, structure: Structure) -> dict[str, list[str]]:
    """Return the coords of the model."""
    scored = cells.definitions
    coords = {
        "unit": list(cells.units),
        "indicator": list(cells.indicators),
        "domain": list(cells.domains),
        "unit_group": list(cells.groups),
        "measured": [i.id for i in scored if not i.labels],
        "coherent_domain": [cells.domains[m] for m in structure.coherent],
        "facet": list(cells.facets),
        "free_facet": [cells.facets[f] for f in _free_facets(structure)],
        "free_indicator": [cells.indicators[k] for k in _free_indicators(structure)],
        "collection": list(cells.collections),
        "cut": [],
    }
    for indicator, labels in zip(scored, cells.labels, strict=True):
        coords["cut"] += [f"{indicator.id}: {label}" for label in labels[1:]]
    return coords


def declare_parameters(
    league: League, cells: Cells, structure: Structure, inputs: Inputs, group_of_unit: Any
) -> Hyperparameters:
    """Declare the hyperparameters and return what the likelihood needs.

    Parameters
    ----------
    league : League
    cells : Cells
        Of it only the labels and families count here.
    structure : Structure
    inputs : Inputs
        What the priors take from the data.
    group_of_unit : (N,) array or tensor

    Returns
    -------
    Hyperparameters
    """
    sign = np.array([indicator.sign for indicator in cells.definitions])
    alpha, spread = _declare_scales(cells, inputs)
    kappa = _declare_facets(league, structure)
    h, root_coherence, root_rest = _declare_variance_shares(league, cells, structure, kappa)
    own_loading = sign * spread * h**0.5
    facet_root, facet_rest = kappa**0.5, (1 - kappa) ** 0.5
    domain_loading = own_loading * _by_indicator(facet_root, cells)
    if cells.facets:
        of_facet = own_loading * _by_indicator(facet_rest, cells) * (cells.facet >= 0)
        pm.Deterministic("residual_facet_loading", of_facet, dims="indicator")
    member = np.eye(len(cells.domains))[cells.domain]
    loading = pm.Deterministic(
        "loading", domain_loading * _select(root_coherence, member), dims="indicator"
    )
    pm.Deterministic(
        "residual_domain_loading", domain_loading * _select(root_rest, member), dims="indicator"
    )
    uniqueness_sd = pm.Deterministic("uniqueness_sd", spread * (1 - h) ** 0.5, dims="indicator")
    group_effect, shift = _declare_groups(league, cells, structure, inputs, root_coherence)
    intercept = alpha + _select(shift[:, None, :], member) * domain_loading
    if structure.has_groups and league.priors.indicator_shift_scale > 0:
        intercept = intercept + _declare_indicator_shifts(league, inputs) * (sign * spread)
    pm.Deterministic(
        "expected", intercept + group_effect[:, None] * loading, dims=("unit_group", "indicator")
    )
    factor_mean = group_effect[group_of_unit]
    return Hyperparameters(
        intercept=intercept,
        domain_loading=own_loading,
        uniqueness_sd=uniqueness_sd,
        root_coherence=root_coherence,
        root_rest=root_rest,
        facet_root=facet_root,
        facet_rest=facet_rest,
        factor_mean=factor_mean,
        cut_point=_declare_cut_points(league, cells),
        first_cut=first_cuts(cells),
    )


def declare_returns(cells: Cells, inputs: Inputs) -> SelectionParameters:
    """Declare the parameters of the selection model; see `openness.model.selection`.

    A type has its own intercept for each collection: with one for all, a stated slope would take a
    low rate of returns of a type for a lack of openness.
    """
    n, n_groups = len(cells.collections), len(cells.groups)
    nothing = np.zeros(n)
    if not n:
        return SelectionParameters(np.zeros((n_groups, 0)), nothing, nothing)
    level = pm.Normal("return_level", 0, _RETURN_SD, dims="collection")
    intercept = level + np.zeros((n_groups, 1))
    if n_groups > 1:
        sd = pm.HalfNormal("return_group_sd", _RETURN_GROUP_SD)
        dims = ("unit_group", "collection")
        intercept = intercept + sd * pm.Normal("return_variate", 0, 1, dims=dims)
    intercept = pm.Deterministic("return_intercept", intercept, dims=("unit_group", "collection"))
    if not cells.selection.estimate:
        return SelectionParameters(intercept, inputs["return_slope"], nothing)
    slope = pm.Normal("return_slope", 0, 1, dims="collection")
    if n == 1:
        return SelectionParameters(intercept, slope, nothing)
    return SelectionParameters(intercept, slope, pm.HalfNormal("return_factor", 1) + nothing)


def _declare_scales(cells: Cells, inputs: Inputs) -> tuple[Any, Any]:
    """Intercept and between-unit sd by indicator; 0 and 1 fix the scale of ordered categories."""
    measured = np.array([not i.labels for i in cells.definitions])
    n = len(cells.definitions)
    if not measured.any():
        return pt.zeros(n), pt.ones(n)
    intercept = pm.Normal(
        "intercept", inputs["intercept_centre"], inputs["intercept_sd"], dims="measured"
    )
    spread = pm.HalfNormal("spread", inputs["spread_sd"], dims="measured")
    if measured.all():
        return intercept, spread
    place = np.eye(n)[:, measured]
    return _select(intercept, place), _select(spread, place) + ~measured


def _declare_facets(league: League, structure: Structure) -> Any:
    """Coherence kappa by facet (F,)."""
    like = np.array(structure.facet_like, dtype=int)
    free = _free_facets(structure)
    if not free:
        return np.zeros(0)
    if len(free) == len(like):
        return pm.Beta("facet_coherence", *league.priors.facet, dims="facet")
    values = pm.Beta("free_facet_coherence", *league.priors.facet, dims="free_facet")
    place = like[:, None] == free
    return pm.Deterministic("facet_coherence", _select(values, place), dims="facet")


def _free_facets(structure: Structure) -> list[int]:
    return sorted(set(structure.facet_like))


def _free_indicators(structure: Structure) -> list[int]:
    """Positions of the indicators whose communality is a parameter of its own."""
    of_facet = {k for k, _ in structure.communality_of_facet}
    return sorted(set(structure.communality_like) - of_facet)


def _by_indicator(of_facet: Any, cells: Cells) -> Any:
    """Put what facets have at their indicators, (K,), and 1 at those that are in none."""
    if not cells.facets:
        return np.ones(len(cells.indicators))
    return _select(of_facet, cells.facet[:, None] == np.arange(len(cells.facets))) + (
        cells.facet < 0
    )


def _declare_communality(league: League, cells: Cells, structure: Structure, kappa: Any) -> Any:
    """Communality h by indicator (K,)."""
    shapes = np.where(
        structure.lone[:, None], [league.priors.single_communality], [league.priors.communality]
    )
    free = _free_indicators(structure)
    if len(free) == len(cells.indicators):
        return pm.Beta("communality", shapes[:, 0], shapes[:, 1], dims="indicator")
    place = np.array(structure.communality_like)[:, None] == free
    h = np.zeros(len(cells.indicators))
    if free:
        values = pm.Beta("free_communality", *shapes[free].T, dims="free_indicator")
        h = _select(values, place)
    of_facet = np.zeros((len(cells.indicators), len(cells.facets)))
    for k, f in structure.communality_of_facet:
        of_facet[k, f] = 1
    return pm.Deterministic("communality", h + _select(kappa, of_facet), dims="indicator")


def _declare_variance_shares(
    league: League, cells: Cells, structure: Structure, kappa: Any
) -> tuple[Any, Any, Any]:
    """Communality h by indicator (K,); the roots of rho and of 1 - rho by domain (M,).

    Roots are taken of what is free and then put in their places: that of 1 - rho has no derivative
    where rho is 1.
    """
    h = _declare_communality(league, cells, structure, kappa)
    n_domains = len(cells.domains)
    lone = np.zeros((n_domains, len(cells.indicators)))
    for domain, indicator in structure.lone_ordered:
        lone[domain, indicator] = 1
    if structure.lone_ordered:
        h = pt.where(lone.any(axis=0), pt.sqrt(h), h)
    sources = [(h, lone)] if structure.lone_ordered else []
    if structure.coherence == "common":
        agreement = pm.Beta("agreement", *league.priors.coherence)
        sources.append((agreement[None], np.ones((n_domains, 1))))
    elif structure.coherent:
        free = pm.Beta("coherence", *league.priors.coherence, dims="coherent_domain")
        sources.append((free, np.eye(n_domains)[:, list(structure.coherent)]))
    one = 1 - sum((place.sum(axis=1) for _, place in sources), np.zeros(n_domains))

    def by_domain(constant: np.ndarray, function: Callable[[Any], Any]) -> Any:
        return constant + sum(_select(function(values), place) for values, place in sources)

    return (
        h,
        by_domain(one, lambda share: share**0.5),
        by_domain(np.zeros(n_domains), lambda share: (1 - share) ** 0.5),
    )


def _declare_groups(
    league: League, cells: Cells, structure: Structure, inputs: Inputs, root_coherence: Any
) -> tuple[Any, Any]:
    """Group effects mu on the factor (G,), and nu, what a group differs by in one domain (G, M).

    The data settle the level of a domain in a group, sqrt(rho) mu + nu, and leave its division
    into the factor (mu) and what the group differs by in this source only (nu) to the other domains
    and the prior. So the level is the parameter, the more so the more units have data.
    Means over units are taken out: the intercepts carry them.
    """
    n_groups, n_domains = len(cells.groups), len(cells.domains)
    if not structure.has_groups:
        return pt.zeros(n_groups), pt.zeros((n_groups, n_domains))
    sd = pm.HalfNormal("group_sd", league.priors.group_scale)
    weights = inputs["group_share"]
    if not structure.has_shifts:
        mu = _partly_centred("group_variate", 0.0, sd, inputs["group_units"], ("unit_group",))
        effect = pm.Deterministic("group_effect", mu - (weights * mu).sum(), dims="unit_group")
        return effect, pt.zeros((n_groups, n_domains))
    raw = pm.Normal("group_raw", 0, 1, dims="unit_group")
    mu = sd * raw
    shift_sd = pm.HalfNormal("domain_shift_sd", league.priors.shift_scale)
    share = inputs["domain_share"]
    prior_mean = (mu[:, None] - (share * mu[:, None]).sum(axis=0)) * root_coherence
    level = _partly_centred(
        "domain_variate", prior_mean, shift_sd, inputs["level_units"], ("unit_group", "domain")
    )
    effect = pm.Deterministic("group_effect", mu - (weights * mu).sum(), dims="unit_group")
    mean = pm.Deterministic(
        "domain_mean", level - (share * level).sum(axis=0), dims=("unit_group", "domain")
    )
    return effect, group_shift(mean, effect, root_coherence)


def _partly_centred(name: str, mean: Any, sd: Any, units: Any, dims: tuple[str, ...]) -> Any:
    """Return effects N(mean, sd^2) of which the data of so many units say something.

    What is sampled is an effect standardised by what prior and data would leave of it, if each
    unit's own value were known and had variance 1 (Gorinova, Moore and Hoffman 2020). It is the
    standardised distance from the mean where sd is small or there are no units, and the effect
    itself where there are many: so there is a funnel at neither end.
    """
    gain = 1 + units * sd * sd  # of precision, by the data
    root = pt.sqrt(gain)
    variate = pm.Normal(name, mean * units * sd / root, root, dims=dims)
    return mean / gain + sd / root * variate


def _declare_indicator_shifts(league: League, inputs: Inputs) -> Any:
    sd = pm.HalfNormal("indicator_shift_sd", league.priors.indicator_shift_scale)
    shift = _partly_centred(
        "indicator_variate", 0.0, sd, inputs["indicator_units"], ("unit_group", "indicator")
    )
    centred = shift - (inputs["indicator_share"] * shift).sum(axis=0)
    return pm.Deterministic("indicator_shift", centred, dims=("unit_group", "indicator"))


def _declare_cut_points(league: League, cells: Cells) -> Any:
    """Increasing cut points, such that the shares of the categories are Dirichlet a priori.

    They are where a unit of unknown openness, whose value is N(0, 1), falls into the categories by
    these shares (Betancourt 2019). Of what lies at or above a category, `category_share` is the
    part in it, a beta variable: the sticks of which a Dirichlet is broken.
    """
    numbers = [len(labels) for labels in cells.labels if labels]
    if not numbers:
        return np.zeros(0)
    concentration = league.priors.category_concentration
    above = np.concatenate([np.arange(n - 1, 0, -1) for n in numbers])
    share = pm.Beta("category_share", concentration, concentration * above, dims="cut")
    # Which parts have to be passed to be above each cut point.
    passed = block_diag(*(np.tri(n - 1) for n in numbers))
    beyond = pt.exp(_select(pt.log1p(-share), passed))
    return pm.Deterministic("cut_point", np.sqrt(2) * pt.erfcinv(2 * beyond), dims="cut")


def _select(values: Any, weights: np.ndarray) -> Any:
    """Sum `values` over the last axis with constant weights.

    In place of indexing, whose compiled form and gradient take many times as long to compile.
    """
    return (values * weights).sum(axis=-1)
