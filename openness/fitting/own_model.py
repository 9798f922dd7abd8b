"""A model that the user has built or changed: what it must have to make a league of it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import pymc as pm

from openness.errors import InvalidInput, Problem
from openness.fitting.chains import Basis
from openness.fitting.gate import SCORE
from openness.model.exact import exact_labels
from openness.model.grid import level_positions
from openness.model.ordered import sampled_labels
from openness.model.priors import coordinates

_BY_INDICATOR = ("loading", "residual_domain_loading", "uniqueness_sd")


def of_own_model(basis: Basis, model: pm.Model) -> Basis:
    """Say how a fit of this model is made, or refuse it.

    Parameters
    ----------
    basis : Basis
    model : pymc.Model

    Returns
    -------
    Basis
        With the method "own" if the model has a factor of its own, and "collapsed" if the factor is
        drawn given its hyperparameters.

    Raises
    ------
    InvalidInput
        If it is neither, or its labels are not those of the measures.
    """
    dims = {name: tuple(given) for name, given in model.named_vars_to_dims.items()}
    own = dims.get(SCORE) == ("unit",)
    needed = {} if own else _needed(basis)
    if missing := [name for name, given in needed.items() if dims.get(name, ()) != given
                   or name not in model.named_vars]:  # fmt: skip
        raise InvalidInput([_neither(missing, needed)])
    wanted = {"unit": list(basis.cells.units)} if own else _labels(basis)
    problems = [
        Problem(
            "fit",
            f"model, coord {name}",
            _first_difference(model.coords.get(name), labels),
            "the labels of the cells, in their order",
            "Build the model from these measures, with `openness.build_model(league, measures)`",
        )
        for name, labels in wanted.items()
        if labels and list(model.coords.get(name) or ()) != labels
    ]
    if problems:
        raise InvalidInput(problems)
    text = model.str_repr(formatting="plain")
    about: dict[str, Any] = {
        "variables": sorted(variable.name for variable in model.free_RVs),
        "potentials": sorted(potential.name for potential in model.potentials),
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
    }
    method = "own" if own else "collapsed"
    return replace(basis, method=method, about_model={"model": about})


def _needed(basis: Basis) -> dict[str, tuple[str, ...]]:
    """Hyperparameters from which the latents are drawn, with their dims."""
    cells, structure = basis.cells, basis.structure
    needed: dict[str, tuple[str, ...]] = dict.fromkeys(_BY_INDICATOR, ("indicator",))
    needed["expected"] = ("unit_group", "indicator")
    if structure.coherence == "common":
        needed["agreement"] = ()
    elif structure.coherent:
        needed["coherence"] = ("coherent_domain",)
    if cells.facets:
        needed["facet_coherence"] = ("facet",)
        needed["residual_facet_loading"] = ("indicator",)
    if structure.lone_ordered:
        needed["communality"] = ("indicator",)
    if structure.has_groups:
        needed["group_effect"] = ("unit_group",)
    if structure.has_shifts:
        needed["domain_mean"] = ("unit_group", "domain")
    if any(cells.labels):
        needed["cut_point"] = ("cut",)
    if structure.sampled:
        needed["level"] = ("sampled_level",)
    if cells.exact.any():
        needed["cell_value"] = ("exact_cell",)
    if cells.collections:
        needed["return_intercept"] = ("unit_group", "collection")
    return needed


def _labels(basis: Basis) -> dict[str, list[str]]:
    level_at = level_positions(basis.cells, basis.structure)
    return coordinates(basis.cells, basis.structure) | {
        "exact_cell": exact_labels(basis.cells),
        "sampled_level": sampled_labels(basis.cells, level_at),
    }


def _neither(missing: list[str], needed: dict[str, tuple[str, ...]]) -> Problem:
    named = "; ".join(f"{name} ({', '.join(needed[name])})" for name in missing)
    return Problem(
        "fit",
        "model",
        f"no variable {SCORE} with dim unit, and without {named}",
        f"a model with {SCORE} (unit), or with all hyperparameters of the collapsed model",
        f'Add `pm.Deterministic("{SCORE}", ..., dims="unit")` for what is to be ranked',
    )


def _first_difference(came: Any, labels: list[str]) -> str:
    if came is None:
        return "none"
    given = list(came)
    if len(given) != len(labels):
        return f"{len(given):,} labels for {len(labels):,}"
    return next(f"{a!r} for {b!r}" for a, b in zip(given, labels, strict=True) if a != b)
