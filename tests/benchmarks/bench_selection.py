"""What a selection model mends and what it breaks. Asserts nothing.

A simulated league of four sources, each of which is one return, and 230 units.

1. Openness decides: P(returned) = Phi(a + b theta) with b = 1 for two of the returns, so that three
   in ten are missing. Fitted with slope 0, with the right slope, and with the slope estimated.
2. Something else decides: the same shares are missing, by P(returned) = Phi(a + c f) with f
   independent of openness, so that missing returns cluster. The right slope is 0.
3. The same, but that something shows in the measures of one source: f is what domain d shares that
   is not openness. The right slope is 0.

Printed for each: the root mean squared error of the scores of units that miss a return, the mean
error of theirs less that of the others, how often their 95% intervals hold the truth, the
correlation of all scores with openness and with f, and the slopes.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.special import ndtr

from openness.fitting import Fit, Settings, scores
from openness.fitting.fit import fit
from openness.league import League, Selection
from openness.measures import read_measures
from openness.study import SimulatedLeague, draw_truth, simulate_league

UNITS = 230
SLOPE = 1.0
CLUSTERING = 2.0
ASKED = ("b", "c")
SETTINGS = Settings(chains=2, draws=800, tune=500, target_accept=0.9)


def league() -> League:
    domains = ("a", "b", "c", "d")
    return League.model_validate(
        {
            "id": "selection",
            "title": "Selection",
            "unit": "unit",
            "unit_plural": "units",
            "groups": [{"id": "all", "label": "All"}],
            "domains": [{"id": d, "label": d} for d in domains],
            "indicators": [
                {
                    "id": f"{d}{k}",
                    "label": f"{d}{k}",
                    "family": "score",
                    "direction": "higher_is_better",
                    "domain": d,
                }
                for d in domains
                for k in range(2)
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


def lose(simulated: SimulatedLeague, missed: pd.DataFrame) -> SimulatedLeague:
    """Return the league without the returns that are `missed` (unit by domain)."""
    table = simulated.measures.copy()
    domain = table["indicator"].str[0]
    hit = missed.to_numpy()[
        missed.index.get_indexer(table["unit"]), missed.columns.get_indexer(domain)
    ]
    table.loc[hit, ["value", "se"]] = np.nan
    table.loc[hit, "status"] = "not_returned"
    return replace(simulated, measures=table)


def describe(label: str, result: Fit, truth: pd.Series, missed: pd.Series, f: pd.Series) -> None:
    values = scores(result).transpose("unit", "sample").to_numpy()
    error = values.mean(axis=1) - truth.to_numpy()
    lower, upper = np.quantile(values, [0.025, 0.975], axis=1)
    held = (lower <= truth) & (truth <= upper)
    gone = missed.to_numpy()
    slopes = f"{result.league.selection.slope:g}, stated"
    if "return_slope" in result.posterior:
        means = result.posterior["return_slope"].mean(("chain", "draw")).to_numpy()
        slopes = ", ".join(f"{mean:.2f}" for mean in means)
    with_truth = np.corrcoef(values.mean(axis=1), truth)[0, 1]
    with_f = np.corrcoef(values.mean(axis=1), f)[0, 1]
    print(
        f"  {label:16s} rmse {np.sqrt((error[gone] ** 2).mean()):.2f}  "
        f"bias {error[gone].mean() - error[~gone].mean():+.2f}  "
        f"95% hold {held[gone].mean():.2f}  r(openness) {with_truth:.2f}  r(f) {with_f:+.2f}  "
        f"slopes {slopes}\n{'':18s} {result.diagnostics.summary()}",
        flush=True,
    )


def main() -> None:
    rng = np.random.default_rng(8)
    definition = league()
    truth = draw_truth(
        definition, rng, units_per_group={"all": UNITS}, communality=(8, 8), coherence=(8, 8)
    )
    simulated = simulate_league(definition, {"all": UNITS}, truth, rng)
    noise = pd.Series(rng.normal(size=UNITS), simulated.factor.index)
    rho = float(truth.coherence["d"])
    own = (simulated.domain_levels["d"] - np.sqrt(rho) * simulated.factor) / np.sqrt(1 - rho)
    for title, f, index in (
        ("Openness decides who returns", noise, 0.75 + SLOPE * simulated.factor),
        ("Something else decides", noise, 1.15 + CLUSTERING * noise),
        ("Something else decides, and shows in one source", own, 1.15 + CLUSTERING * own),
    ):
        chance = ndtr(index.to_numpy())
        missed = pd.DataFrame(False, simulated.factor.index, ["a", "b", "c", "d"])
        for domain in ASKED:
            missed[domain] = rng.random(UNITS) > chance
        lost = lose(simulated, missed)
        measures = read_measures(lost.measures, lost.units, definition)
        print(f"{title}: {missed[list(ASKED)].to_numpy().mean():.0%} of two returns missing")
        for label, selection in (
            ("slope 0", Selection()),
            (f"slope {SLOPE:g}", Selection(slope=SLOPE)),
            ("slope estimated", Selection(estimate=True)),
        ):
            start = time.perf_counter()
            asked = definition.model_copy(update={"selection": selection})
            result = fit(asked, measures, seed=1, settings=SETTINGS)
            describe(label, result, simulated.factor, missed.any(axis=1), f)
            print(f"{'':18s} {time.perf_counter() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
