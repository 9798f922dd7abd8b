"""Do the collapsed and the joint model give the same scores? A long run; prints, asserts nothing.

A simulated league of 60 trusts, every family in it, three cells in ten empty. Both models are
sampled until every score has R-hat <= 1.01 and 2,000 effective draws, bulk and tail. What then
differs between them is Monte Carlo error and the moment-matched cells.
"""

from __future__ import annotations

import time
from dataclasses import replace

import arviz as az
import numpy as np
import xarray as xr

from openness.fitting.sample import compile_model, sample
from openness.fitting.settings import Settings
from openness.league import load_league
from openness.measures import read_measures
from openness.model.build import build_collapsed
from openness.model.cells import Cells, make_cells
from openness.model.conditional import draw_latents
from openness.model.identification import Structure, identify
from openness.model.joint import build_joint
from openness.study import simulate_league, truth_of_2016

UNITS = {"acute": 30, "acute_specialist": 6, "mental_health": 14, "community": 5, "ambulance": 5}
MAX_RHAT, MIN_ESS = 1.01, 2000
MAX_DIFFERENCE = 0.1
SD_RATIOS = (0.93, 1.07)
SETTINGS = Settings(chains=4, draws=4000, tune=1500, target_accept=0.95)
ATTEMPTS = 3


def collapsed_scores(posterior: xr.Dataset, cells: Cells, structure: Structure) -> xr.DataArray:
    latents = draw_latents(posterior, cells, structure, np.random.default_rng(1))
    shape = (posterior.sizes["chain"], posterior.sizes["draw"], len(cells.units))
    return xr.DataArray(
        latents.factor.reshape(shape).astype(float),
        dims=("chain", "draw", "unit"),
        coords={"unit": list(cells.units)},
        name="factor",
    )


def sample_to_target(method: str, cells: Cells, structure: Structure) -> xr.DataArray:
    """Scores of one model; sampled again with twice the draws until they are precise enough."""
    league = load_league("learning-from-mistakes-2016")
    build = {"collapsed": build_collapsed, "joint": build_joint}[method]
    start = time.perf_counter()
    compiled = compile_model(build(league, cells, structure))
    compiled_in = time.perf_counter() - start
    settings = SETTINGS
    for attempt in range(ATTEMPTS):
        start = time.perf_counter()
        posterior, _, statistics = sample(compiled, settings, seed=attempt)
        seconds = time.perf_counter() - start
        scores = (
            posterior["factor"]
            if method == "joint"
            else collapsed_scores(posterior, cells, structure)
        )
        rhat = float(az.rhat(scores).max())
        ess = min(float(az.ess(scores, method=kind).min()) for kind in ("bulk", "tail"))
        print(
            f"{method:>9}: {settings.chains} x {settings.draws:,} draws in {seconds:.1f} s "
            f"(compiled in {compiled_in:.1f} s); scores: R-hat at most {rhat:.4f}, "
            f"effective draws at least {ess:,.0f}; {int(statistics['diverging'].sum())} divergences"
        )
        if rhat <= MAX_RHAT and ess >= MIN_ESS:
            return scores
        settings = replace(settings, draws=2 * settings.draws)
    print(f"{method:>9}: did not reach R-hat {MAX_RHAT} and {MIN_ESS:,} effective draws")
    raise SystemExit(1)


def main() -> None:
    rng = np.random.default_rng(60)
    simulated = simulate_league(
        load_league("learning-from-mistakes-2016"), UNITS, truth_of_2016(), rng, empty_share=0.3
    )
    measures = read_measures(simulated.measures, simulated.units, simulated.league)
    cells = make_cells(simulated.league, measures)
    structure = identify(simulated.league, cells)
    print(
        f"{len(cells.units)} units, {len(cells.indicators)} indicators, "
        f"{1 - cells.present.mean():.0%} of the cells empty"
    )
    collapsed = sample_to_target("collapsed", cells, structure)
    joint = sample_to_target("joint", cells, structure)

    over = ("chain", "draw")
    difference = abs(collapsed.mean(over) - joint.mean(over)) / joint.std(over)
    ratio = collapsed.std(over) / joint.std(over)
    low, high = float(ratio.min()), float(ratio.max())
    for text, passed in (
        (
            f"largest |difference of means| / sd: {float(difference.max()):.3f} "
            f"(target: at most {MAX_DIFFERENCE})",
            float(difference.max()) <= MAX_DIFFERENCE,
        ),
        (
            f"sd collapsed / sd joint: {low:.3f} to {high:.3f} "
            f"(target: within {SD_RATIOS[0]} to {SD_RATIOS[1]})",
            SD_RATIOS[0] <= low and high <= SD_RATIOS[1],
        ),
    ):
        print(f"{text}: {'pass' if passed else 'FAIL'}")


if __name__ == "__main__":
    main()
