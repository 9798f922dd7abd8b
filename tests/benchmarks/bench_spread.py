"""Coverage of the between-unit sd where there are few units. Asserts nothing.

Leagues of 13 units and two sources of three shares; the sd of each measure on the logit scale is
drawn as `draw_truth` draws it, from nothing that the fit knows. Printed: how often the truth lies
above the 97.5% point, below the 2.5% point, and between them; then the same for the cut points of a
rating.

    python tests/benchmarks/bench_spread.py [leagues]
"""

from __future__ import annotations

import sys

import numpy as np

from openness.fitting import Settings
from openness.fitting.again import compile_for_refits, refit_with_data
from openness.league import League
from openness.measures import read_measures
from openness.model.cells import make_cells
from openness.study import draw_truth, simulate_league

UNITS = 13
SETTINGS = Settings(chains=2, draws=400, tune=400, target_accept=0.95, cores=1)


def league() -> League:
    measures = [(d, f"{d}{k}", "proportion") for d in ("x", "y") for k in range(3)]
    measures.append(("x", "rating", "ordinal"))
    return League.model_validate(
        {
            "id": "spread",
            "title": "Spread",
            "unit": "unit",
            "unit_plural": "units",
            "groups": [{"id": "all", "label": "All"}],
            "domains": [{"id": d, "label": d} for d in ("x", "y")],
            "indicators": [
                {
                    "id": name,
                    "label": name,
                    "family": family,
                    "direction": "higher_is_better",
                    "domain": d,
                    **({"categories": ["low", "fair", "high"]} if family == "ordinal" else {}),
                }
                for d, name, family in measures
            ],
            "bands": {
                "rule": "shares",
                "levels": [
                    {"id": "upper", "label": "Upper", "share": 0.5},
                    {"id": "lower", "label": "Lower", "share": 0.5},
                ],
            },
        }
    )


def where(draws: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Say of each parameter whether the truth is below (-1), in (0) or above (1) its interval."""
    lower, upper = np.quantile(draws, [0.025, 0.975], axis=0)
    return (truth > upper).astype(int) - (truth < lower)


def main() -> None:
    leagues = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    definition, compiled = league(), None
    found: dict[str, list[np.ndarray]] = {"spread": [], "cut_point": []}
    divergences = 0
    for seed in range(leagues):
        rng = np.random.default_rng(seed)
        truth = draw_truth(definition, rng)
        simulated = simulate_league(definition, {"all": UNITS}, truth, rng)
        measures = read_measures(simulated.measures, simulated.units, definition)
        cells = make_cells(definition, measures)
        if ("low", "fair", "high") not in cells.labels:
            continue  # a category that nobody is in has no cut point
        compiled = compiled or compile_for_refits(definition, cells)
        fit = refit_with_data(
            compiled, definition, measures, seed=seed, settings=SETTINGS, lean=True
        )
        divergences += fit.diagnostics.divergences
        names = fit.posterior["measured"].to_numpy()
        for name, true in (
            ("spread", truth.spread[names].to_numpy()),
            ("cut_point", truth.cuts_of("rating")),
        ):
            draws = fit.posterior[name].to_numpy().reshape(-1, len(true))
            found[name].append(where(draws, true))
    for name, sides in found.items():
        side = np.concatenate(sides)
        print(
            f"{name:10s} {len(sides)} leagues: above {np.mean(side > 0):.3f}, below "
            f"{np.mean(side < 0):.3f}, within {np.mean(side == 0):.3f}; {divergences} divergences"
        )


if __name__ == "__main__":
    main()
