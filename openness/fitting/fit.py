"""From a league and its measures to a fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import get_args

import numpy as np
import xarray as xr

from openness.errors import InvalidInput, Problem
from openness.fitting.gate import SCORE, Diagnostics, diagnose
from openness.fitting.provenance import provenance
from openness.fitting.result import Fit
from openness.fitting.sample import CompiledModel, compile_model, sample
from openness.fitting.settings import Settings
from openness.league import League
from openness.measures import Measures, find_nil_returns
from openness.measures.nil import refuse_nil_returns
from openness.model import Method, build_from_cells
from openness.model.cells import Cells, make_cells
from openness.model.conditional import draw_latents
from openness.model.identification import Structure, identify
from openness.model.priors import AUXILIARY


def fit(
    league: League,
    measures: Measures,
    *,
    seed: int,
    method: Method = "collapsed",
    settings: Settings | None = None,
    progress: bool = False,
    report: Callable[[str], None] = lambda _: None,
) -> Fit:
    """Fit the measurement model and look at whether it converged.

    Parameters
    ----------
    league : League
    measures : Measures
    seed : int
        Not negative. The same inputs and seed give the same draws.
    method : {"collapsed", "joint"}
        See `openness.build_model`.
    settings : Settings, optional
        If not given, the defaults, and where they do not pass the gate one more attempt with
        smaller steps and twice the draws. The provenance records both.
    progress : bool
        Whether to show a progress bar.
    report : callable, optional
        Receives a sentence when something takes longer than expected.

    Returns
    -------
    Fit
        Also when the gate is not passed: see `Fit.diagnostics`.

    Raises
    ------
    InvalidInput
        If the seed or a setting is out of range.
    NilReturns
        If observed values look like nil or partial returns and are not confirmed.
    NotIdentified
        If the data hold no information on openness.
    FitFailed
        If sampling was interrupted or could not start.

    Notes
    -----
    Draws are kept in single precision, whose error is far below Monte Carlo error.
    """
    if seed < 0:
        raise InvalidInput([Problem("fit", "seed", str(seed), "a whole number from 0")])
    if method not in get_args(Method):
        allowed = " or ".join(map(repr, get_args(Method)))
        raise InvalidInput([Problem("fit", "method", repr(method), allowed)])
    attempts = [settings] if settings else [Settings(), Settings().finer()]
    refuse_nil_returns(find_nil_returns(measures, league), measures)
    cells = make_cells(league, measures)
    structure = identify(league, cells)
    compiled = compile_model(build_from_cells(league, cells, structure, method=method))
    failed: list[dict[str, object]] = []
    for attempt in attempts:
        result = run_chains(compiled, cells, structure, attempt, seed, method, progress=progress)
        if not result.diagnostics.failures():
            break
        failed.append({"settings": attempt.record(), "failures": result.diagnostics.failures()})
        if attempt is not attempts[-1]:
            report(
                "The first attempt did not pass the gate "
                f"({'; '.join(result.diagnostics.failures(2))}). Trying once more with smaller "
                "steps and twice the draws."
            )
    return Fit(
        league=league,
        measures=measures,
        draws=result.draws,
        diagnostics=result.diagnostics,
        provenance=provenance(league, measures, attempt, seed, method)
        | ({"attempts_that_failed": failed} if failed else {}),
        flags=structure.flags,
    )


@dataclass(frozen=True)
class Attempt:
    """Draws of one run of the sampler, and how they look at the gate."""

    draws: xr.DataTree
    diagnostics: Diagnostics


def run_chains(
    compiled: CompiledModel,
    cells: Cells,
    structure: Structure,
    settings: Settings,
    seed: int,
    method: Method,
    *,
    progress: bool,
    diagnose_scores: bool = True,
) -> Attempt:
    """Sample the parameters, draw the latents and look at whether the chains converged.

    Without `diagnose_scores` only the hyperparameters are looked at. The scores are many, and
    looking at them takes most of the time after sampling.
    """
    sampling_seed, latent_seed = np.random.SeedSequence(seed).spawn(2)
    posterior, statistics = sample(
        compiled, settings, int(sampling_seed.generate_state(1)[0]), progress=progress
    )
    posterior = posterior.drop_vars(AUXILIARY, errors="ignore")
    groups = {
        "posterior": _single_precision(posterior),
        "sample_stats": _single_precision(statistics),
    }
    if method == "collapsed":
        rng = np.random.default_rng(latent_seed)
        groups |= _with_latents(groups["posterior"], cells, structure, rng)
    for dataset in groups.values():
        dataset.attrs.clear()
    return Attempt(
        draws=xr.DataTree.from_dict(groups),
        diagnostics=diagnose(
            groups["posterior"]
            if diagnose_scores
            else groups["posterior"].drop_vars(SCORE, errors="ignore"),
            groups["sample_stats"],
        ),
    )


def _with_latents(
    posterior: xr.Dataset, cells: Cells, structure: Structure, rng: np.random.Generator
) -> dict[str, xr.Dataset]:
    latents = draw_latents(posterior, cells, structure, rng)
    sample_shape = (posterior.sizes["chain"], posterior.sizes["draw"])

    def unflatten(values: np.ndarray) -> np.ndarray:
        return values.reshape(*sample_shape, *values.shape[1:])

    dims = ("chain", "draw", "unit")
    labels = {
        "chain": posterior["chain"],
        "draw": posterior["draw"],
        "unit": list(cells.units),
        "domain": list(cells.domains),
    }
    drawn = xr.Dataset(
        {
            "factor": (dims, unflatten(latents.factor)),
            "domain_level": ((*dims, "domain"), unflatten(latents.domain_level)),
        },
        coords=labels,
    )
    log_likelihood = xr.Dataset(
        {"cells": (dims, unflatten(latents.log_likelihood))},
        coords={name: labels[name] for name in dims},
    )
    groups = {"posterior": xr.merge([posterior, drawn])}
    if not (structure.sampled or cells.exact.any()):
        groups["log_likelihood"] = log_likelihood
    return groups


def _single_precision(dataset: xr.Dataset) -> xr.Dataset:
    return dataset.map(
        lambda values: values.astype(np.float32) if values.dtype.kind == "f" else values
    )
