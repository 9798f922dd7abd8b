"""Whether a stated slope of returning takes a type's rate of returns for openness. Asserts nothing.

Two types of the same openness, of which one makes 95% of its returns and the other 60%, for reasons
that have nothing to do with it; within each type returning goes with openness by a slope of 1, and
that slope is stated. Three sources, of which two are returns that may be missing.

Printed: the mean of what is estimated for the difference between the types less what it is, its
95% coverage, and the coverage of the scores by type. One compilation for all leagues.

    python tests/benchmarks/bench_return_rates.py [leagues]
"""

from __future__ import annotations

import sys

import numpy as np
from bench_types import league as league_of_types
from scipy.special import ndtr, ndtri

from openness.fitting import Settings, scores
from openness.fitting.again import compile_for_refits, refit_with_data
from openness.league import League, Selection
from openness.league.definition import Priors
from openness.measures import Measures, read_measures
from openness.model.cells import make_cells
from openness.study import SimulatedLeague, draw_truth, simulate_league

TYPES = {"a": 60, "b": 60}
RATES = {"a": 0.95, "b": 0.60}
SLOPE = 1.0
SETTINGS = Settings(chains=2, draws=400, tune=400, target_accept=0.9, cores=1)


def league() -> League:
    definition = league_of_types(TYPES, Priors())
    return definition.model_copy(update={"selection": Selection(slope=SLOPE)})


def simulate(definition: League, rng: np.random.Generator) -> tuple[SimulatedLeague, Measures]:
    """Simulate types of the same openness, and lose the returns that were not made."""
    truth = draw_truth(
        definition, rng, units_per_group=TYPES, communality=(8, 8), coherence=(8, 8),
        group_sd=0.0, shift_sd=0.0,
    )  # fmt: skip
    simulated = simulate_league(definition, TYPES, truth, rng)
    theta = simulated.factor.to_numpy()
    rate = simulated.units["group"].map(RATES).to_numpy(dtype=float)
    chance = ndtr(ndtri(rate) * np.hypot(1, SLOPE) + SLOPE * theta)
    table = simulated.measures.copy()
    for domain in ("y", "z"):
        missed = simulated.factor.index[rng.random(len(theta)) > chance]
        hit = table["unit"].isin(missed) & table["indicator"].str.startswith(domain)
        table.loc[hit, ["value", "se"]] = np.nan
        table.loc[hit, "status"] = "not_returned"
    return simulated, read_measures(table, simulated.units, definition)


def main() -> None:
    leagues = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    definition = league()
    compiled = None
    error, held, scores_held = [], [], []
    divergences = 0
    for seed in range(leagues):
        simulated, measures = simulate(definition, np.random.default_rng(seed))
        if compiled is None:
            compiled = compile_for_refits(definition, make_cells(definition, measures))
        result = refit_with_data(
            compiled, definition, measures, seed=seed, settings=SETTINGS, lean=True
        )
        divergences += result.diagnostics.divergences
        effects = result.posterior["group_effect"].to_numpy().reshape(-1, 2)
        difference = effects[:, 1] - effects[:, 0]
        lower, upper = np.quantile(difference, [0.025, 0.975])
        error.append(difference.mean())
        held.append(lower <= 0 <= upper)
        values = scores(result).transpose("sample", "unit").to_numpy()
        low, high = np.quantile(values, [0.025, 0.975], axis=0)
        truth = simulated.factor.to_numpy()
        inside = (low <= truth) & (truth <= high)
        group = simulated.units["group"].to_numpy()
        scores_held.append([inside[group == g].mean() for g in TYPES])
    of_a, of_b = np.mean(scores_held, axis=0)
    print(
        f"{leagues} leagues, return rates {RATES}, slope {SLOPE:g} stated and right\n"
        f"  mu_B - mu_A: bias {np.mean(error):+.3f} (se {np.std(error) / leagues**0.5:.3f}), mean "
        f"|error| {np.mean(np.abs(error)):.3f}, coverage {np.mean(held):.2f}\n"
        f"  scores: coverage in A {of_a:.3f}, in B {of_b:.3f}; {divergences} divergences"
    )


if __name__ == "__main__":
    main()
