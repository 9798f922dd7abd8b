"""How sure a ranking is of pairs of units of different types, and how often it is right.

Leagues of three sources of two scores. The truth is drawn from the prior, or fixed: types equal,
and types one within-type sd apart, with nothing that a type differs by in one source alone. One
compilation for all tables of one design. Asserts nothing.

Printed for each: over all pairs of units of different types, the mean probability stated for the
likelier order and the share of pairs in that order; the same for pairs stated at 90% or more; the
same within types; coverage of the 95% intervals of the differences between types; and divergences.

    python tests/benchmarks/bench_types.py [leagues] [group_scale]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from openness.fitting import Settings, scores
from openness.fitting.again import compile_for_refits, refit_with_data
from openness.league import League
from openness.league.definition import Priors
from openness.measures import read_measures
from openness.model.cells import make_cells
from openness.study import SimulatedLeague, draw_truth, simulate_league

DESIGNS = {"2 types": {"a": 20, "b": 20}, "5 types": dict.fromkeys("abcde", 8)}
TRUTHS = ("from the prior", "types equal", "one sd apart")
SETTINGS = Settings(chains=2, draws=400, tune=400, target_accept=0.95, cores=1)
SURE = 0.9


def league(types: Mapping[str, int], priors: Priors) -> League:
    return League.model_validate(
        {
            "id": "types",
            "title": "Types",
            "unit": "unit",
            "unit_plural": "units",
            "groups": [{"id": g, "label": g} for g in types],
            "domains": [{"id": d, "label": d} for d in ("x", "y", "z")],
            "indicators": [
                {
                    "id": f"{d}{k}",
                    "label": f"{d}{k}",
                    "family": "score",
                    "direction": "higher_is_better",
                    "domain": d,
                }
                for d in ("x", "y", "z")
                for k in range(2)
            ],
            "bands": {
                "rule": "shares",
                "levels": [
                    {"id": "upper", "label": "Upper", "share": 0.5},
                    {"id": "lower", "label": "Lower", "share": 0.5},
                ],
            },
            "priors": priors.model_dump(),
        }
    )


def simulate(
    definition: League, types: Mapping[str, int], kind: str, rng: np.random.Generator
) -> SimulatedLeague:
    """Simulate a league whose type effects are of one kind of truth."""
    truth = draw_truth(definition, rng, units_per_group=types)
    if kind != "from the prior":
        apart = 0.0 if kind == "types equal" else 1.0
        effect = apart * (np.arange(len(types)) % 2)
        weights = np.array(list(types.values()))
        truth = replace(
            truth,
            group_effect=truth.group_effect * 0 + effect - np.average(effect, weights=weights),
            domain_shift=truth.domain_shift * 0,
        )
    return simulate_league(definition, types, truth, rng)


@dataclass(frozen=True)
class Checked:
    """Of one fit: stated and achieved by pair, across types and within; types; divergences."""

    across: np.ndarray
    within: np.ndarray
    held: np.ndarray
    divergences: int


def check(values: np.ndarray, effects: np.ndarray, simulated: SimulatedLeague) -> Checked:
    """Compare pair probabilities (of draws by unit) and type differences with the truth."""
    truth = simulated.factor.to_numpy()
    group = simulated.units["group"].to_numpy()
    i, j = np.triu_indices(len(truth), 1)
    stated = np.array([(values[:, a] > values[:, b]).mean() for a, b in zip(i, j, strict=True)])
    right = np.where(truth[i] > truth[j], stated > 0.5, stated < 0.5)
    pairs = np.column_stack([np.maximum(stated, 1 - stated), right])
    other = group[i] != group[j]
    mu = simulated.truth.group_effect.to_numpy()
    a, b = np.triu_indices(len(mu), 1)
    lower, upper = np.quantile(effects[:, a] - effects[:, b], [0.025, 0.975], axis=0)
    held = (lower <= mu[a] - mu[b]) & (mu[a] - mu[b] <= upper)
    return Checked(pairs[other], pairs[~other], held, 0)


def study(
    types: Mapping[str, int], priors: Priors, leagues: int
) -> Iterator[tuple[str, list[Checked]]]:
    """Yield each truth with what was found in so many leagues."""
    definition = league(types, priors)
    compiled = None
    for kind in TRUTHS:
        found = []
        for seed in range(leagues):
            rng = np.random.default_rng([seed, TRUTHS.index(kind)])
            simulated = simulate(definition, types, kind, rng)
            measures = read_measures(simulated.measures, simulated.units, definition)
            if compiled is None:
                compiled = compile_for_refits(definition, make_cells(definition, measures))
            result = refit_with_data(
                compiled, definition, measures, seed=seed, settings=SETTINGS, lean=True
            )
            values = scores(result).transpose("sample", "unit").to_numpy()
            effects = result.posterior["group_effect"].to_numpy().reshape(-1, len(types))
            checked = check(values, effects, simulated)
            found.append(replace(checked, divergences=result.diagnostics.divergences))
        yield kind, found


def describe(pairs: np.ndarray) -> str:
    sure = pairs[pairs[:, 0] >= SURE]
    every, certain = pairs.mean(axis=0), sure.mean(axis=0) if len(sure) else [np.nan, np.nan]
    share = len(sure) / len(pairs)
    return (
        f"{every[0]:.3f} stated {every[1]:.3f} right; "
        f"{share:4.0%} at {SURE:.0%}+: {certain[0]:.3f} {certain[1]:.3f}"
    )


def main() -> None:
    leagues = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    scale = float(sys.argv[2]) if len(sys.argv) > 2 else Priors().group_scale
    priors = Priors(group_scale=scale)
    for design, types in DESIGNS.items():
        print(f"{design}, group_scale {scale:g}, {leagues} leagues of each truth")
        start = time.perf_counter()
        for kind, found in study(types, priors, leagues):
            across = np.concatenate([one.across for one in found])
            within = np.concatenate([one.within for one in found])
            held = np.concatenate([one.held for one in found]).mean()
            divergent = sum(one.divergences for one in found)
            print(
                f"  {kind:15s} across {describe(across)}\n{'':18s}within {describe(within)}\n"
                f"{'':18s}differences held {held:.2f}; {divergent} divergences",
                flush=True,
            )
        print(f"  {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
