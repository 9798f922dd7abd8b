"""How long the collapsed and the joint model take to a fit that passes the gate. Asserts nothing.

The simulated league of 2016, 230 trusts. Each model is sampled with the same settings, then with
finer ones, until every hyperparameter and every score passes the gate; the joint model has
`--minutes` for it. Compilation is timed apart: it depends on what the cache holds.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pymc as pm
import xarray as xr

from openness.fitting.gate import Diagnostics, diagnose
from openness.fitting.sample import CompiledModel, compile_model
from openness.fitting.settings import Settings
from openness.measures import read_measures
from openness.model.build import build_collapsed
from openness.model.cells import Cells, make_cells
from openness.model.conditional import draw_latents
from openness.model.identification import Structure, identify
from openness.model.joint import build_joint
from openness.model.priors import AUXILIARY
from openness.study import league_of_2016

SEED = 1


@dataclass(frozen=True)
class Run:
    compiled_in: float
    seconds: float
    """All attempts, scores included."""
    last: float
    """The last attempt alone."""
    diagnostics: Diagnostics | None
    """None if no attempt ended in time."""

    @property
    def passed(self) -> bool:
        return self.diagnostics is not None and self.diagnostics.passed

    @property
    def ess(self) -> float:
        assert self.diagnostics is not None
        return float(self.diagnostics.table[["ess_bulk", "ess_tail"]].to_numpy().min())


def sample_within(
    compiled: CompiledModel, settings: Settings, deadline: float
) -> tuple[xr.Dataset, xr.Dataset] | None:
    """Posterior and statistics, or None if time ran out."""
    import nutpie

    sampler = nutpie.sample(
        compiled.density, draws=settings.draws, tune=settings.tune, chains=settings.chains,
        cores=min(os.cpu_count() or 1, settings.chains), seed=SEED,
        adaptation=settings.adaptation, target_accept=settings.target_accept,
        save_warmup=False, store_unconstrained=True, progress_bar=False, blocking=False,
    )  # fmt: skip
    while not _is_finished(sampler):
        if time.perf_counter() > deadline:
            sampler.cancel()
            return None
        time.sleep(0.1)
    trace = sampler.wait()
    statistics = trace["sample_stats"].to_dataset()
    drawn = statistics["unconstrained_draw"].to_numpy()
    kept = [name for name in ("diverging", "energy", "depth", "n_steps") if name in statistics]
    return compiled.unpack(drawn, compiled.data), statistics[kept]


def _is_finished(sampler: Any) -> bool:
    try:
        return bool(sampler.is_finished)
    except TimeoutError:  # nutpie was too busy to say
        return False


def run(
    name: str, model: pm.Model, scores: Callable[[xr.Dataset], xr.DataArray], seconds: float
) -> Run:
    start = time.perf_counter()
    compiled = compile_model(model)
    compiled_in = time.perf_counter() - start
    settings = Settings()
    start = time.perf_counter()
    diagnostics, last = None, 0.0
    while True:
        attempt = time.perf_counter()
        drawn = sample_within(compiled, settings, start + seconds)
        if drawn is None:
            print(f"{name:>9}: out of time with {settings.record()}")
            break
        posterior, statistics = drawn
        posterior["factor"] = scores(posterior)
        last = time.perf_counter() - attempt
        diagnostics = diagnose(posterior.drop_vars(AUXILIARY, errors="ignore"), statistics)
        print(f"{name:>9}: {last:.1f} s with {settings.record()}: {diagnostics.summary()}")
        if diagnostics.passed:
            break
        settings = settings.finer()
    return Run(compiled_in, time.perf_counter() - start, last, diagnostics)


def report(name: str, result: Run) -> None:
    outcome = "passes the gate" if result.passed else "did not pass the gate"
    print(
        f"{name:>9}: {outcome} after {result.seconds:.1f} s of sampling, "
        f"{result.compiled_in:.1f} s of compilation before"
    )
    if result.diagnostics is not None:
        print(
            f"{'':>9}  smallest effective draws a second {result.ess / result.last:.2f}, "
            f"at R-hat {result.diagnostics.table['rhat'].max():.4f}"
        )


def drawn_scores(cells: Cells, structure: Structure) -> Callable[[xr.Dataset], xr.DataArray]:
    def draw(posterior: xr.Dataset) -> xr.DataArray:
        latents = draw_latents(posterior, cells, structure, np.random.default_rng(SEED))
        shape = (posterior.sizes["chain"], posterior.sizes["draw"], len(cells.units))
        return xr.DataArray(latents.factor.reshape(shape), dims=("chain", "draw", "unit"))

    return draw


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30, help="limit for the joint model")
    minutes = parser.parse_args().minutes

    simulated = league_of_2016(seed=7)
    league = simulated.league
    cells = make_cells(league, read_measures(simulated.measures, simulated.units, league))
    structure = identify(league, cells)
    collapsed = run(
        "collapsed",
        build_collapsed(league, cells, structure),
        drawn_scores(cells, structure),
        float("inf"),
    )
    joint = run(
        "joint",
        build_joint(league, cells, structure),
        lambda posterior: posterior["factor"],
        60 * minutes,
    )
    report("collapsed", collapsed)
    report("joint", joint)
    if joint.passed:
        sampling = joint.seconds / collapsed.seconds
        print(f"time to the gate, sampling: joint / collapsed = {sampling:.1f}")
        whole = (joint.seconds + joint.compiled_in) / (collapsed.seconds + collapsed.compiled_in)
        print(f"time to the gate, compilation included: joint / collapsed = {whole:.1f}")
    else:
        print(f"time to the gate: the joint model did not pass within {minutes:g} minutes")
    if joint.diagnostics is not None:
        ratio = (collapsed.ess / collapsed.last) / (joint.ess / joint.last)
        print(f"smallest effective draws a second: collapsed / joint = {ratio:.1f}")


if __name__ == "__main__":
    main()
