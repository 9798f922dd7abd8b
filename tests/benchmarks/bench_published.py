"""How far is the model from published fits of classic data? Prints; asserts nothing.

Nine tests of 301 school children (Holzinger and Swineford 1939) against the maximum-likelihood
factor analysis of lavaan, and the five items of LSAT section 7, answered by 1,000 people, against
the logistic two-parameter model. Under the default priors, and under flat ones, with which a
posterior mean should be near a maximum-likelihood estimate.

Our items are probit: their curves cannot be the logistic ones. So the maximum-likelihood fit of the
probit model is found here too, by quadrature, and `link` is how far it is from the published curve.

    python tests/benchmarks/bench_published.py [DATA]
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import expit
from scipy.stats import norm

import openness
from openness.fitting import Fit, Settings
from openness.league import League
from openness.model.conditional import flatten

FLAT = {"communality": (1, 1), "coherence": (1, 1)}
"""Uniform priors on the shares of variance."""

TESTS = {"visual": ["x1", "x2", "x3"], "textual": ["x4", "x5", "x6"], "speed": ["x7", "x8", "x9"]}

LARGER_STEPS = Settings(draws=2000, tune=800, target_accept=0.9)
"""For a thousand sampled levels without a funnel among them."""

ABILITY = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
"""Where the item curves are compared."""

ALL = "all people"

_NODES = np.linspace(-6, 6, 61)
"""Quadrature of the published fit."""

Array = np.ndarray


@dataclass(frozen=True)
class Comparison:
    """One fit beside the published one.

    Attributes
    ----------
    table : pandas.DataFrame
        `published`, `standard_error` of it, `ours` (posterior mean) and `difference` in published
        standard errors; for items also `link`, the difference of the probit fit, in the same unit.
    correlation : pandas.Series
        Of unit scores with the published ones.
    seconds : float
    passed : bool
        Whether the fit passed the gate.
    """

    table: pd.DataFrame
    correlation: pd.Series
    seconds: float
    passed: bool


def holzinger(folder: Path, priors: dict[str, object], settings: Settings) -> Comparison:
    """Loadings of three correlated factors, and the children's factor scores."""
    children = pd.read_csv(folder / "HolzingerSwineford1939.csv", dtype={"id": str})
    indicators = [
        {"id": test, "family": "score", "domain": domain}
        for domain, tests in TESTS.items()
        for test in tests
    ]
    values = children.set_index("id")[[i["id"] for i in indicators]]
    # Answers as they are: a standard error of a hundredth, 1% of the sd of the most uniform test.
    fit, seconds = _fit(values, indicators, list(TESTS), priors, settings, se=0.01)

    published = pd.read_csv(folder / "HS_cfa_stdlv.csv").query("op == '=~'").set_index("rhs")
    draws = fit.posterior
    # The two parts of what a test shares with its domain, whose level has the variance 1.
    loading = np.hypot(draws["loading"], draws["residual_domain_loading"])
    ours = loading.mean(("chain", "draw")).to_series()
    scores = pd.read_csv(folder / "HS_scores_regression.csv", dtype={"id": str}).set_index("id")
    levels = draws["domain_level"].mean(("chain", "draw")).to_pandas()
    return Comparison(
        _compare(published["est"], published["se"], ours),
        levels.corrwith(scores.loc[levels.index]),
        seconds,
        fit.diagnostics.passed,
    )


def lsat7(folder: Path, priors: dict[str, object], settings: Settings) -> Comparison:
    """Curves of five items, whose slopes differ by the link, and the people's abilities."""
    patterns = pd.read_csv(folder / "LSAT7_patterns.csv")
    items = pd.read_csv(folder / "LSAT7_2PL_recomputed.csv").set_index("item")
    answers = patterns[items.index].to_numpy()
    slope, intercept = items["a"].to_numpy(), items["d"].to_numpy()
    count = patterns["freq"].to_numpy()
    covariance = _covariance(slope, intercept, answers, count)
    probit_slope, probit_intercept = _fit_probit(slope, intercept, answers, count)

    ids = [name.lower().replace(".", "_") for name in items.index]
    people = np.repeat(np.arange(len(patterns)), patterns["freq"])
    names = pd.Index([f"person_{i:04}" for i in range(len(people))], name="id")
    indicators = [{"id": name, "family": "binary", "domain": "test"} for name in ids]
    values = pd.DataFrame(answers[people], names, ids)
    fit, seconds = _fit(values, indicators, ["test"], priors, settings)

    draws = fit.posterior
    share = flatten(draws["communality"])
    cut = flatten(draws["cut_point"])
    rows = {}
    for k, name in enumerate(ids):
        p = expit(slope[k] * ABILITY + intercept[k])
        # dP/da = p (1 - p) theta, dP/dd = p (1 - p)
        gradient = (p * (1 - p))[:, None] * np.column_stack([ABILITY, np.ones_like(ABILITY)])
        own = covariance[np.ix_([k, k + len(ids)], [k, k + len(ids)])]
        error = np.sqrt(np.einsum("tp,pq,tq->t", gradient, own, gradient))
        root = np.sqrt(share[:, [k]])
        curve = norm.cdf((root * ABILITY - cut[:, [k]]) / np.sqrt(1 - share[:, [k]])).mean(axis=0)
        probit = norm.cdf(probit_slope[k] * ABILITY + probit_intercept[k])
        for t, ability in enumerate(ABILITY):
            rows[(name, f"ability {ability:+.0f}")] = (p[t], error[t], curve[t], probit[t])
        marginal = _average(expit(slope[k] * _NODES + intercept[k]))
        # Of a share of 1,000 people.
        se = np.sqrt(marginal * (1 - marginal) / len(people))
        probit_marginal = _average(norm.cdf(probit_slope[k] * _NODES + probit_intercept[k]))
        # Openness and what is specific to an item have together the variance 1.
        rows[(name, ALL)] = (marginal, se, norm.cdf(-cut[:, k]).mean(), probit_marginal)
    columns = ["published", "standard_error", "ours", "probit"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    table.index = pd.MultiIndex.from_tuples(table.index)
    compared = _compare(table["published"], table["standard_error"], table["ours"])
    compared["link"] = (table["probit"] - table["published"]) / table["standard_error"]
    abilities = draws["factor"].mean(("chain", "draw")).to_series()[names]
    published = _abilities(slope, intercept, answers)[people]
    return Comparison(
        compared,
        pd.Series({"ability": np.corrcoef(abilities, published)[0, 1]}),
        seconds,
        fit.diagnostics.passed,
    )


def _fit(
    values: pd.DataFrame,
    indicators: list[dict[str, str]],
    domains: list[str],
    priors: dict[str, object],
    settings: Settings,
    se: float | None = None,
) -> tuple[Fit, float]:
    """Fit a league whose units are all of one type and have every measure."""
    league = League.model_validate(
        {
            "id": "published",
            "title": "A published fit",
            "unit": "person",
            "unit_plural": "people",
            "groups": [{"id": "all", "label": "All"}],
            "domains": [{"id": domain, "label": domain} for domain in domains],
            "indicators": [
                {"label": i["id"], "direction": "higher_is_better", **i} for i in indicators
            ],
            "priors": priors,
            "bands": {
                "rule": "shares",
                "levels": [
                    {"id": "upper", "label": "Upper half", "share": 0.5},
                    {"id": "lower", "label": "Lower half", "share": 0.5},
                ],
            },
        }
    )
    units = pd.DataFrame({"unit": values.index, "name": values.index, "group": "all"})
    cells = values.rename_axis("unit").reset_index().melt(id_vars="unit", var_name="indicator")
    cells = cells.assign(se=se, status="observed")
    measures = openness.read_measures(cells, units, league)
    start = time.perf_counter()
    fit = openness.fit(league, measures, seed=1939, settings=settings)
    return fit, time.perf_counter() - start


def _compare(published: pd.Series, error: pd.Series, ours: pd.Series) -> pd.DataFrame:
    table = pd.DataFrame({"published": published, "standard_error": error, "ours": ours})
    table["difference"] = (table["ours"] - table["published"]) / table["standard_error"]
    return table.loc[published.index]


def _average(curve: Array) -> Array:
    """Mean over a standard normal population of what is known at the nodes, in the last axis."""
    weight = norm.pdf(_NODES)
    return curve @ (weight / weight.sum())


def _fit_probit(
    slope: Array, intercept: Array, answers: Array, count: Array
) -> tuple[Array, Array]:
    """Maximum likelihood of the items as probit curves, from the logistic ones."""
    n = len(slope)

    def discrepancy(at: Array) -> float:
        p = norm.cdf(at[:n, None] * _NODES + at[n:, None])
        likelihood = np.exp(answers @ np.log(p) + (1 - answers) @ np.log1p(-p))
        return float(-count @ np.log(_average(likelihood)))

    # A logistic curve is nearly a probit curve of 1/1.7 of its slope.
    end = minimize(discrepancy, np.concatenate([slope, intercept]) / 1.7)
    return end.x[:n], end.x[n:]


def _likelihood(slope: Array, intercept: Array, answers: Array) -> Array:
    """Probability of each pattern at each node, (patterns, nodes)."""
    p = expit(slope[:, None] * _NODES + intercept[:, None])
    return np.exp(answers @ np.log(p) + (1 - answers) @ np.log1p(-p))


def _abilities(slope: Array, intercept: Array, answers: Array) -> Array:
    """Posterior mean ability of each pattern."""
    likelihood = _likelihood(slope, intercept, answers)
    return _average(likelihood * _NODES) / _average(likelihood)


def _covariance(slope: Array, intercept: Array, answers: Array, count: Array) -> Array:
    """Inverse observed information of slopes and intercepts at the published estimates."""
    n = len(slope)

    def score(at: Array) -> Array:
        p = expit(at[:n, None] * _NODES + at[n:, None])
        likelihood = _likelihood(at[:n], at[n:], answers)
        rest = answers[:, :, None] - p
        by_intercept = _average(likelihood[:, None, :] * rest)
        by_slope = _average(likelihood[:, None, :] * rest * _NODES)
        whole = np.concatenate([by_slope, by_intercept], axis=1)
        return count @ (whole / _average(likelihood)[:, None])

    at, step = np.concatenate([slope, intercept]), 1e-5
    units = np.eye(2 * n) * step
    hessian = np.array([(score(at + e) - score(at - e)) / (2 * step) for e in units])
    return np.linalg.inv(-(hessian + hessian.T) / 2)


def _show(title: str, comparison: Comparison) -> None:
    gate = "passed" if comparison.passed else "NOT PASSED"
    print(f"\n{title}: {comparison.seconds:.0f} s, gate {gate}")
    print(comparison.table.round(3).to_string())
    print(f"largest difference: {comparison.table['difference'].abs().max():.2f} standard errors")
    for name, value in comparison.correlation.items():
        print(f"correlation of unit scores, {name}: {value:.5f}")


def main() -> None:
    default = Path(__file__).parents[3] / "shared" / "data"
    data = Path(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("OPENNESS_DATA", default))
    if not data.is_dir():
        print("real tables are not here: give their folder, or put it into OPENNESS_DATA")
        return
    folder = data / "published"
    settings = Settings()
    for name, priors in (("default priors", {}), ("flat priors", FLAT)):
        _show(f"Holzinger, {name}", holzinger(folder / "factor-holzinger-1939", priors, settings))
        _show(f"LSAT 7, {name}", lsat7(folder / "irt-lsat7", priors, LARGER_STEPS))


if __name__ == "__main__":
    main()
