"""From a league and its measures to a fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import get_args

import pymc as pm

from openness.errors import InvalidInput, Problem
from openness.fitting.chains import Basis, run_chains
from openness.fitting.own_model import of_own_model
from openness.fitting.result import Fit, scale_of
from openness.fitting.sample import compile_model
from openness.fitting.settings import Settings
from openness.league import League
from openness.measures import Measures, find_nil_returns
from openness.measures.nil import refuse_nil_returns
from openness.model import Method, build_from_cells
from openness.model.cells import make_cells
from openness.model.identification import identify
from openness.scoring import Scale


def fit(
    league: League,
    measures: Measures,
    *,
    seed: int,
    method: Method = "collapsed",
    model: pm.Model | None = None,
    settings: Settings | None = None,
    reference: Fit | None = None,
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
        See `openness.build_model`. Not looked at where a model is given.
    model : pymc.Model, optional
        A model of your own, or one of `openness.build_model` that you have changed; see Notes.
    settings : Settings, optional
        If not given, the defaults, and where they do not pass the gate one more attempt with
        smaller steps and twice the draws. The provenance records both.
    reference : Fit, optional
        A fit whose constants the score is counted from, such as that of an earlier year; by its own
        if not given. The same score, of the same measures or sources.
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

    A model of your own has the units of the measures as its coord `unit`, in their order, and one
    of two things. With a variable `factor` (unit), that is what is ranked. With the hyperparameters
    of the collapsed model by their names and dims (`loading`, `residual_domain_loading`,
    `uniqueness_sd`, `expected` and so on), the factor is drawn given them and the cells, so that
    they have to mean there what they mean in `openness.build_model`.

    Examples
    --------
    Another prior: sources agree less than the league's prior says.

    >>> import openness, pymc as pm
    >>> league = openness.load_league("learning-from-mistakes-2016")
    >>> simulated = openness.league_of_2016(1)
    >>> measures = openness.read_measures(simulated.measures, simulated.units, league)
    >>> with openness.build_model(league, measures) as model:
    ...     less = pm.logp(pm.Beta.dist(2, 4), model["coherence"]).sum()
    ...     _ = pm.Potential("less agreement", less)
    >>> fit = openness.fit(league, measures, seed=2016, model=model)  # doctest: +SKIP
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
    scale = None if reference is None else _constants(reference, league)
    basis = Basis(league, measures, cells, structure, method, scale=scale)
    if model is None:
        model = build_from_cells(league, cells, structure, method=method)
    else:
        basis = of_own_model(basis, model)
    compiled = compile_model(model)
    failed: list[dict[str, object]] = []
    for attempt in attempts:
        result = run_chains(compiled, basis, attempt, seed, progress=progress)
        if not result.is_draft:
            break
        failed.append({"settings": attempt.record(), "failures": result.diagnostics.failures()})
        if attempt is not attempts[-1]:
            report(
                "The first attempt did not pass the gate "
                f"({'; '.join(result.diagnostics.failures(2))}). Trying once more with smaller "
                "steps and twice the draws."
            )
    if failed:
        record = {**result.provenance, "attempts_that_failed": failed}
        return replace(result, provenance=record)
    return result


def _constants(reference: Fit, league: League) -> Scale:
    """Constants of the score of another fit, or a refusal if it is of another kind."""
    scale, of = scale_of(reference), league.score.of
    if scale is None or reference.league.score.of != of:
        found = f"a fit whose score is of {reference.league.score.of}, for a score of {of}"
        allowed = "a fit with the same score of measures or sources"
        raise InvalidInput([Problem("fit", "reference", found, allowed)])
    return scale
