"""Run the chains of a compiled model, and keep with the draws what they rest on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import xarray as xr

from openness.fitting.evidence import constant_data, observed_data
from openness.fitting.gate import SCORE, diagnose
from openness.fitting.provenance import provenance
from openness.fitting.result import Fit
from openness.fitting.sample import CompiledModel, sample
from openness.fitting.settings import Settings
from openness.league import League
from openness.measures import Measures
from openness.model.cells import Cells
from openness.model.conditional import draw_latents
from openness.model.identification import Structure
from openness.model.observed import observed_log_likelihood
from openness.scoring import Scale, draw_score


@dataclass(frozen=True)
class Basis:
    """What a fit rests on.

    Attributes
    ----------
    league : League
    measures : Measures
    cells : Cells
    structure : Structure
    method : str
        Of `openness.build_model`, or "own".
    about_model : dict
        What the provenance says of a model that was given.
    scale : Scale, optional
        Constants of the score from another run; of this one if not given.
    """

    league: League
    measures: Measures
    cells: Cells
    structure: Structure
    method: str = "collapsed"
    about_model: dict[str, Any] = field(default_factory=dict)
    scale: Scale | None = None


def run_chains(
    compiled: CompiledModel,
    basis: Basis,
    settings: Settings,
    seed: int,
    *,
    progress: bool,
    lean: bool = False,
) -> Fit:
    """Sample the parameters, draw the latents and look at whether the chains converged.

    Parameters
    ----------
    compiled : CompiledModel
    basis : Basis
    settings : Settings
    seed : int
    progress : bool
    lean : bool
        For studies: diagnose the hyperparameters alone, and keep no log likelihood and no log
        prior. The scores are many, and looking at them takes most of the time after sampling.
    """
    sampling_seed, latent_seed = np.random.SeedSequence(seed).spawn(2)
    sampled = sample(compiled, settings, int(sampling_seed.generate_state(1)[0]), progress=progress)
    posterior, log_prior, statistics = map(_single_precision, sampled)
    cells, structure = basis.cells, basis.structure
    kept = {}
    if basis.method == "collapsed":
        rng = np.random.default_rng(latent_seed)
        posterior = xr.merge([posterior, _latents(posterior, cells, structure, rng)])
        if basis.league.score.of != "factor":
            posterior, kept["score_scale"] = _with_score(posterior, basis, seed)
    groups = {"posterior": posterior, "sample_stats": statistics}
    if not lean:
        groups["log_prior"] = log_prior
        if basis.method != "own":
            groups["log_likelihood"] = _log_likelihood(posterior, cells, structure)
    for dataset in groups.values():
        dataset.attrs.clear()
    groups |= kept
    groups["constant_data"] = constant_data(cells, structure)
    groups["observed_data"] = observed_data(cells, basis.measures)
    return Fit(
        league=basis.league,
        measures=basis.measures,
        draws=xr.DataTree.from_dict(groups),
        diagnostics=diagnose(
            posterior.drop_vars([SCORE, "score"], errors="ignore") if lean else posterior,
            statistics,
        ),
        provenance=provenance(basis.league, basis.measures, settings, seed, basis.method)
        | basis.about_model,
        flags=structure.flags,
    )


def _latents(
    posterior: xr.Dataset, cells: Cells, structure: Structure, rng: np.random.Generator
) -> xr.Dataset:
    latents = draw_latents(posterior, cells, structure, rng)
    dims = ("chain", "draw", "unit")
    drawn = {
        "factor": (dims, _by_chain(latents.factor, posterior)),
        "domain_level": ((*dims, "domain"), _by_chain(latents.domain_level, posterior)),
    }
    if cells.facets:
        of_facets = _by_chain(latents.facet_level, posterior)
        drawn["facet_level"] = ((*dims, "facet"), of_facets)
    return xr.Dataset(
        drawn,
        coords={
            "chain": posterior["chain"],
            "draw": posterior["draw"],
            "unit": list(cells.units),
            "domain": list(cells.domains),
            **({"facet": list(cells.facets)} if cells.facets else {}),
        },
    )


def _with_score(posterior: xr.Dataset, basis: Basis, seed: int) -> tuple[xr.Dataset, xr.Dataset]:
    """Put the declared score beside the latents, and return its constants as well."""
    declared = basis.league.score
    draws, scale = draw_score(
        declared,
        basis.league,
        basis.measures,
        posterior,
        basis.cells,
        basis.structure,
        seed=seed,
        scale=basis.scale,
    )
    score = _by_chain(draws.astype(np.float32), posterior)
    posterior = posterior.assign(score=(("chain", "draw", "unit"), score))
    return posterior, scale.to_dataset().assign_attrs(score=declared.model_dump_json())


def _log_likelihood(posterior: xr.Dataset, cells: Cells, structure: Structure) -> xr.Dataset:
    by_unit = observed_log_likelihood(posterior, cells, structure).astype(np.float32)
    return xr.Dataset(
        {"observed": (("chain", "draw", "unit"), _by_chain(by_unit, posterior))},
        coords={
            "chain": posterior["chain"],
            "draw": posterior["draw"],
            "unit": list(cells.units),
        },
    )


def _by_chain(values: np.ndarray, posterior: xr.Dataset) -> np.ndarray:
    return values.reshape(posterior.sizes["chain"], posterior.sizes["draw"], *values.shape[1:])


def _single_precision(dataset: xr.Dataset) -> xr.Dataset:
    return dataset.map(
        lambda values: values.astype(np.float32) if values.dtype.kind == "f" else values
    )
