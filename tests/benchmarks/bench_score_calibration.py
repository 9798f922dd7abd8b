"""Do scores of all three kinds hold what they promise? Prints; asserts nothing.

Simulation-based calibration (Talts et al. 2018): leagues are drawn from the prior, and the rank of
the true score among draws from its posterior is uniform if those are right. The true score is that
of the true latents with the constants of the fit, so that both are the same function. Looked at are
the score of every unit, and its difference from the score of one unit of another type.

* `matched`: three types; a survey whose respondents err together (r = .6), two of its four
  questions in a facet; a board with a rating and a score; two counts, one of which a type does not
  have; one cell in seven is empty. One compilation for all leagues.
* `exact`: the same, with a withheld count (below 5), and a question with its exact likelihood. One
  compilation for each league.
* `copies`: a survey of five questions and a near-copy of the first, not in a facet. Coverage of the
  95% intervals of the score of measures, and in how many leagues a guard stops the factor.

Ranks of a league go together. The chi-square of ten bins is divided by its design effect over
leagues (Rao and Scott 1981, first order). Its 95% point is 16.9; of 60 leagues with uniform ranks
4% pass it without a design effect, and 13% with one of 2.3. Intercepts and spreads are drawn as
`draw_truth` draws them, which is narrower than their weak priors.

    python tests/benchmarks/bench_score_calibration.py matched 100
    python tests/benchmarks/bench_score_calibration.py exact 6
    python tests/benchmarks/bench_score_calibration.py copies 20
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import chi2

from openness.fitting import Fit, Settings, scores, with_score
from openness.fitting.again import ReusableModel, compile_for_refits, refit_with_data
from openness.fitting.fit import fit
from openness.fitting.result import scale_of
from openness.guards import findings
from openness.league import Bands, League, Score
from openness.measures import Measures, read_measures
from openness.model.cells import make_cells
from openness.study import SimulatedLeague, Sizes, draw_truth, simulate_league
from openness.study.definition import Condition
from openness.study.simulate import empty_cells
from openness.study.true_score import true_score
from openness.study.worlds import league_of, simulate_world, truth_of

UNITS = {"a": 14, "b": 14, "c": 14}
LIMIT = 5
EVENTS = Sizes(400, 0.5)
"""Exposure with a dozen events in the median unit: some are below 5."""
SETTINGS = Settings(chains=2, draws=400, tune=400, target_accept=0.95, cores=1)
KEPT = 100
"""Draws among which the truth is ranked, evenly spaced: neighbours go together."""
BINS = 10
KINDS = {
    "measures": Score(of="measures", weights="equal_measures"),
    "sources": Score(of="sources", weights="equal_sources"),
    "factor": Score(),
}
BANDS = {
    "rule": "shares",
    "levels": [
        {"id": "upper", "label": "Upper", "share": 0.5},
        {"id": "lower", "label": "Lower", "share": 0.5},
    ],
}


def league(*, exact: bool) -> League:
    withheld = {"suppressed": [0, LIMIT - 1]} if exact else {}
    asked = {"likelihood": "exact"} if exact else {}
    measures: list[dict[str, Any]] = [
        {"id": "heard", "domain": "survey", "family": "proportion", "facet": "voice"},
        {"id": "listened", "domain": "survey", "family": "proportion", "facet": "voice"},
        {"id": "fair", "domain": "survey", "family": "proportion"},
        {"id": "bullied", "domain": "survey", "family": "proportion", "lower": True, **asked},
        {
            "id": "rating",
            "domain": "board",
            "family": "ordinal",
            "categories": ["low", "fair", "high"],
        },
        {"id": "led", "domain": "board", "family": "score"},
        {"id": "near_misses", "domain": "incidents", "family": "count", **withheld},
        {"id": "reports", "domain": "incidents", "family": "count", "groups": ["a", "b"]},
    ]
    return League.model_validate(
        {
            "id": "calibration",
            "title": "Calibration",
            "unit": "unit",
            "unit_plural": "units",
            "groups": [{"id": g, "label": g} for g in UNITS],
            "domains": [
                {"id": "survey", "label": "Survey", "error_correlation": 0.6},
                {"id": "board", "label": "Board"},
                {"id": "incidents", "label": "Incidents"},
            ],
            "facets": [{"id": "voice", "label": "Voice", "domain": "survey"}],
            "indicators": [
                {
                    "label": m["id"],
                    "direction": "lower_is_better" if m.pop("lower", False) else "higher_is_better",
                    **m,
                }
                for m in measures
            ],
            "bands": BANDS,
            "priors": {"category_concentration": 4.0},  # as `draw_truth` draws shares of categories
        }
    )


def simulate(definition: League, rng: np.random.Generator) -> SimulatedLeague:
    """Draw a league from the prior: the two questions of the facet share one communality."""
    drawn = draw_truth(definition, rng, units_per_group=UNITS)
    h = drawn.communality.copy()
    h["listened"] = h["heard"]
    made = simulate_league(
        definition,
        UNITS,
        replace(drawn, communality=h),
        rng,
        exposure=EVENTS,
        empty_share=1 / 7,
    )
    if definition.indicator("near_misses").suppressed is None:
        return made
    table = made.measures
    few = (table["indicator"] == "near_misses") & (table["status"] == "observed")
    few &= pd.to_numeric(table["value"], errors="coerce") < LIMIT
    known = table["denominator"].where(few)
    table = empty_cells(table, few.to_numpy(), "suppressed")
    return replace(made, measures=table.assign(denominator=table["denominator"].fillna(known)))


@dataclass
class Refits:
    """Fits tables of one shape by one compilation; those of another shape are passed over.

    What is passed over is a matter of the data alone, so that the rest stays calibrated. The
    guards look at fits that are not lean.
    """

    lean: bool = True
    model: ReusableModel | None = None

    def __call__(self, definition: League, measures: Measures, seed: int) -> Fit | None:
        cells = make_cells(definition, measures)
        if not all(len(labels) in (0, 3) for labels in cells.labels):
            return None
        self.model = self.model or compile_for_refits(definition, cells)
        return refit_with_data(
            self.model, definition, measures, seed=seed, settings=SETTINGS, lean=self.lean
        )


def fit_anew(definition: League, measures: Measures, seed: int) -> Fit:
    return fit(definition, measures, seed=seed, settings=SETTINGS)


def ranks_of_truth(
    result: Fit, simulated: SimulatedLeague, rng: np.random.Generator
) -> dict[tuple[str, str], np.ndarray]:
    """Rank of the truth among draws, from 0 to `KEPT`, by kind of score and by what is ranked."""
    group = simulated.units["group"].to_numpy()
    partner = np.array([rng.choice(np.flatnonzero(group != own)) for own in group])
    found = {}
    for kind, score in KINDS.items():
        scored = with_score(result, score)
        truth = true_score(simulated, scored.league, scale=scale_of(scored))
        drawn = scores(scored).transpose("sample", "unit").sel(unit=truth.index.tolist())
        draws = drawn.to_numpy()[np.linspace(0, drawn.sizes["sample"] - 1, KEPT).astype(int)]
        true = truth.to_numpy()
        found[kind, "unit"] = (draws < true).sum(axis=0)
        apart = draws - draws[:, partner] < true - true[partner]
        found[kind, "difference"] = apart.sum(axis=0)
    return found


def calibrate(
    definition: League, leagues: int, fitted: Callable[[League, Measures, int], Fit | None]
) -> None:
    ranks: defaultdict[tuple[str, str], list[np.ndarray]] = defaultdict(list)
    divergences, passed_over, start = 0, 0, time.perf_counter()
    for number, sequence in enumerate(np.random.SeedSequence(2016).spawn(leagues)):
        rng = np.random.default_rng(sequence)
        simulated = simulate(definition, rng)
        measures = read_measures(simulated.measures, simulated.units, definition)
        result = fitted(definition, measures, number)
        if result is None:
            passed_over += 1
            continue
        divergences += result.diagnostics.divergences
        for key, found in ranks_of_truth(result, simulated, rng).items():
            ranks[key].append(found)
        if (number + 1) % 20 == 0:
            report(ranks)
    report(ranks)
    print(
        f"{leagues - passed_over} leagues, {passed_over} passed over, {divergences} divergences, "
        f"{time.perf_counter() - start:.0f} s"
    )


def report(ranks: dict[tuple[str, str], list[np.ndarray]]) -> None:
    print(f"ranks of the truth among {KEPT} draws, in {BINS} bins, % of them:")
    for (kind, of), by_league in ranks.items():
        counts = in_bins(by_league)
        statistic, effect = chi_square(counts)
        shares = " ".join(f"{100 * share:5.1f}" for share in counts.sum(axis=0) / counts.sum())
        print(
            f"  {kind:8s} {of:10s} {shares}   chi-square {statistic:5.1f}, p "
            f"{chi2.sf(statistic, BINS - 1):.3f}, design effect {effect:.2f}",
            flush=True,
        )


def in_bins(ranks: list[np.ndarray]) -> np.ndarray:
    """Count ranks (leagues, bins). There are KEPT + 1 of them: each is spread over its place."""
    at = [np.linspace(r / (KEPT + 1), (r + 1) / (KEPT + 1), 21)[1:-1:2].ravel() for r in ranks]
    edges = np.linspace(0, 1, BINS + 1)
    return np.array([np.histogram(places, edges)[0] / 10 for places in at])


def chi_square(counts: np.ndarray) -> tuple[float, float]:
    """Rao and Scott's corrected chi-square of uniform bins, and the design effect.

    `counts` are (leagues, bins). The design effect is the mean over bins of the variance over
    leagues by that of independent ranks, and not below 1.
    """
    leagues, bins = counts.shape
    size = counts.sum(axis=1).mean()
    expected = size / bins
    raw = ((counts.sum(axis=0) - leagues * expected) ** 2 / (leagues * expected)).sum()
    of_independent = expected * (1 - 1 / bins)
    effect = max(1.0, float((counts - expected).var(axis=0, ddof=1).mean() / of_independent))
    return float(raw / effect), effect


COPIES = Condition.model_validate(
    {
        "id": "copies",
        "label": "Near-copies",
        "types": {"all": {"units": 100}},
        "domains": {
            "survey": {
                "family": "score",
                "indicators": 6,
                "communality": 0.6,
                "relative_se": 0.2,
                "copies": {"coherence": 0.6, "communality": 0.98, "in_facet": False},
            }
        },
        "score": {"of": "measures", "weights": "equal_measures"},
    }
)


def copies(leagues: int) -> Iterator[str]:
    """Fit leagues with a near-copy that nobody declares."""
    bands = Bands.model_validate(BANDS)
    made = league_of(COPIES, bands, 0.95, as_made=True)
    definition, refit = league_of(COPIES, bands, 0.95), Refits(lean=False)
    held: defaultdict[str, list[float]] = defaultdict(list)
    said: list[dict[str, str]] = []
    for number, sequence in enumerate(np.random.SeedSequence(2017).spawn(leagues)):
        rng = np.random.default_rng(sequence)
        simulated = simulate_world(COPIES, made, truth_of(COPIES, made), rng)
        measures = read_measures(simulated.measures, simulated.units, definition)
        result = refit(definition, measures, number)
        assert result is not None
        for kind in ("measures", "factor"):
            scored = with_score(result, KINDS[kind])
            truth = true_score(simulated, scored.league, scale=scale_of(scored))
            draws = scores(scored).transpose("sample", "unit").sel(unit=truth.index.tolist())
            lower, upper = np.quantile(draws.to_numpy(), [0.025, 0.975], axis=0)
            held[kind].append(float(((lower <= truth) & (truth <= upper)).mean()))
        # the gravest first: that is what is kept
        said.append({found.name: found.severity for found in reversed(findings(scored))})
    for kind, shares in held.items():
        error = np.std(shares, ddof=1) / np.sqrt(leagues)
        yield f"{kind}: 95% intervals hold {np.mean(shares):.3f} (error {error:.3f})"
    for name, severity in (("takeover", "stops"), ("takeover", "warns"), ("copies", "warns")):
        number = sum(of_league.get(name) == severity for of_league in said)
        yield f"factor: the guard {name!r} {severity}, at the gravest, in {number} of {leagues}"
    silent = sum(not {"stops", "warns"} & set(of_league.values()) for of_league in said)
    yield f"factor: no guard says more than a note in {silent} of {leagues}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("layout", choices=("matched", "exact", "copies"))
    parser.add_argument("leagues", type=int)
    asked = parser.parse_args()
    if asked.layout == "copies":
        for line in copies(asked.leagues):
            print(line)
    elif asked.layout == "matched":
        calibrate(league(exact=False), asked.leagues, Refits())
    else:
        calibrate(league(exact=True), asked.leagues, fit_anew)


if __name__ == "__main__":
    main()
