"""The collapsed and the joint model, sampled: the same scores.

What may differ is Monte Carlo error and what a moment-matched cell leaves of a binomial or Poisson
law. The long form, with tighter Monte Carlo error, is `tests/benchmarks/bench_joint_agreement.py`.
"""

from __future__ import annotations

from dataclasses import replace

import arviz as az
import numpy as np
import pytest
import xarray as xr

from openness.fitting.sample import compile_model, sample
from openness.fitting.settings import Settings
from openness.model.build import build_collapsed
from openness.model.conditional import draw_latents
from openness.model.joint import build_joint

from .leagues import EVERY_FAMILY, make_league, simulate

SETTINGS = Settings(chains=4, draws=1000, tune=500, target_accept=0.9)
MATCHING = 0.1
"""Posterior sds that a mean may move by, and the share that an sd may, because of matched cells."""
ERRORS = 4
"""Monte Carlo standard errors besides: one score in 16,000 is further off by chance."""


def standard_errors(scores: xr.DataArray) -> tuple[xr.DataArray, xr.DataArray]:
    """Of the posterior mean, in posterior sds, and of the log of the posterior sd."""
    error_of_mean = az.mcse(scores, method="mean") / scores.std(("chain", "draw"))
    error_of_sd = az.mcse(scores, method="sd") / scores.std(("chain", "draw"))
    return error_of_mean, error_of_sd


@pytest.mark.sampling
def test_both_models_give_the_same_scores() -> None:
    left_out = {"reported", "graded"}
    indicators = [item for item in EVERY_FAMILY if item["id"] not in left_out]
    league = make_league(indicators, groups=("acute",), error_correlation={"survey": 0.5})
    example = simulate(league, 30, empty_share=0.3, seed=9)
    cells, structure = example.cells, example.structure
    assert {i.family for i in cells.definitions} == {i.family for i in league.indicators}

    posterior, *_ = sample(compile_model(build_collapsed(league, cells, structure)), SETTINGS, 1)
    drawn = draw_latents(posterior, cells, structure, np.random.default_rng(1)).factor
    shape = (posterior.sizes["chain"], posterior.sizes["draw"], len(cells.units))
    collapsed = xr.DataArray(drawn.reshape(shape).astype(float), dims=("chain", "draw", "unit"))
    longer = replace(SETTINGS, draws=2 * SETTINGS.draws)
    posterior, *_ = sample(compile_model(build_joint(league, cells, structure)), longer, 2)
    joint = posterior["factor"].drop_vars("unit")

    over = ("chain", "draw")
    for scores in (collapsed, joint):
        assert float(az.rhat(scores).max()) < 1.02
    errors = [standard_errors(scores) for scores in (collapsed, joint)]
    mean_error, sd_error = (np.hypot(first, second) for first, second in zip(*errors, strict=True))
    difference = abs(collapsed.mean(over) - joint.mean(over)) / joint.std(over)
    assert float((difference - ERRORS * mean_error).max()) < MATCHING
    log_ratio = abs(np.log(collapsed.std(over) / joint.std(over)))
    assert float((log_ratio - ERRORS * sd_error).max()) < MATCHING
    # The scores say something: two models that both returned the prior would agree as well.
    assert float(joint.mean(over).std("unit")) > 0.5
