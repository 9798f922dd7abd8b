"""Two families that the package does not have, each written in one place and taken all the way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pytensor.tensor as pt
import pytest
from pymc.blocking import DictToArrayBijection, RaveledVars
from pytensor.compile.mode import Mode
from pytensor.graph.rewriting.db import RewriteDatabaseQuery
from scipy.special import expit
from scipy.stats import nbinom

from openness.errors import InvalidLeague, InvalidMeasures
from openness.families import FAMILIES, Declared, Family, Sampling, Setting, ValueRule, register
from openness.families.counted import Counted
from openness.families.matching import Column, LogLikelihood, Reference, like
from openness.families.score import Score
from openness.league import League, load_league
from openness.measures import Measures, read_measures
from openness.model import build_model
from openness.model.cells import make_cells
from openness.model.observed import evidence_of
from openness.naive.tabulated import sampling_errors
from openness.study.simulate import SimulatedLeague, simulate_league
from openness.study.truth import draw_truth

Array = np.ndarray
MODE = Mode(linker="py", optimizer=RewriteDatabaseQuery(include=[]))
SHAPE = 5.0


class NegativeBinomial(Counted):
    """Events that vary more than Poisson: variance m + m^2 / SHAPE about the mean m = n e^eta."""

    name, plural, figure = "negative_binomial", "overdispersed counts", "rate"
    settings: ClassVar[frozenset[Setting]] = frozenset({"likelihood"})
    typical = (-3.0, 0.3, 0.5)
    rules = (ValueRule(lambda x: (x < 0) | (x % 1 != 0), "events are whole, and 0 or more"),)

    def effective(
        self, declared: Declared, value: Array, denominator: Array
    ) -> tuple[Array, Array]:
        return value, denominator

    def likelihood(self, y: Array, n: Array) -> LogLikelihood:
        def share(eta: Array) -> Array:
            return expit(eta + np.log(like(eta, n) / SHAPE))

        def log_density(eta: Array) -> Array:
            total = np.log(SHAPE + like(eta, n) * np.exp(eta))
            return like(eta, y) * eta - (like(eta, y) + SHAPE) * total

        return LogLikelihood(
            log_density,
            lambda eta: like(eta, y) - (like(eta, y) + SHAPE) * share(eta),
            lambda eta: -(like(eta, y) + SHAPE) * share(eta) * (1 - share(eta)),
        )

    def log_density(self, eta: Any, y: Array, n: Array) -> Any:
        return y * eta - (y + SHAPE) * pt.log(SHAPE + n * pt.exp(eta))

    def plug_in(self, y: Array, n: Array) -> tuple[Array, Array]:
        return np.log((y + 0.5) / n), 1 / (y + 0.5) + 1 / SHAPE

    def natural(self, eta: float) -> float:
        return float(np.exp(eta))

    def standard_error(self, declared: Declared, figure: Array, n: Array, se: Array) -> Array:
        m = figure * n + 0.5
        return np.sqrt(m + m**2 / SHAPE) / n

    def draw(self, declared: Declared, eta: Array, by: Sampling) -> dict[str, Array]:
        m = by.size * np.exp(eta)
        y = by.rng.negative_binomial(SHAPE, SHAPE / (SHAPE + m)).astype(float)
        return {"value": y, "denominator": by.size}

    def declare(self, name: str, eta: Any, y: Array, n: Array, own: Array, dims: str) -> None:
        import pymc as pm

        mu = n * pm.math.exp(eta)
        pm.NegativeBinomial(name, mu=mu, alpha=SHAPE, observed=y.astype(int), dims=dims)


class LogNormal(Score):
    """A positive quantity with a standard error: normal on the log scale, by the delta method."""

    name, plural = "log_normal", "quantities"
    settings: ClassVar[frozenset[Setting]] = frozenset()
    typical = (1.0, 0.3, 0.4)
    rules = (ValueRule(lambda x: x <= 0, "a quantity is above 0"),)

    def column(self, declared: Declared, value: Array, denominator: Array, se: Array) -> Column:
        return super().column(declared, np.log(value), denominator, se / value)

    def natural(self, eta: float) -> float:
        return float(np.exp(eta))

    def draw(self, declared: Declared, eta: Array, by: Sampling) -> dict[str, Array]:
        assert by.se is not None
        value = np.exp(eta + by.se * by.error)
        return {"value": value, "se": by.se * value}


@pytest.fixture(scope="module", params=[NegativeBinomial, LogNormal], autouse=True)
def added(request: pytest.FixtureRequest) -> Iterator[Family]:
    register(request.param)
    yield FAMILIES[request.param.name]
    del FAMILIES._known[request.param.name]


def definition(family: str, **settings: Any) -> dict[str, Any]:
    return {
        "id": "new",
        "title": "New",
        "unit": "unit",
        "unit_plural": "units",
        "groups": [{"id": "a", "label": "A"}],
        "domains": [{"id": "first", "label": "First"}, {"id": "second", "label": "Second"}],
        "indicators": [
            {
                "id": f"x{k}",
                "label": f"X{k}",
                "family": family if k < 2 else "proportion",
                "direction": "higher_is_better",
                "domain": "first" if k < 2 else "second",
                **(settings if k < 2 else {}),
            }
            for k in range(4)
        ],
        "bands": {
            "rule": "shares",
            "levels": [{"id": i, "label": i, "share": 0.5} for i in ("top", "bottom")],
        },
    }


@pytest.fixture(scope="module")
def simulated(added: Family) -> SimulatedLeague:
    rng = np.random.default_rng(3)
    league = League.model_validate(definition(added.name))
    return simulate_league(league, {"a": 40}, draw_truth(league, rng), rng, empty_share=0.1)


def read(simulated: SimulatedLeague, league: League) -> Measures:
    return read_measures(simulated.measures, simulated.units, league)


def test_its_cells_are_near_the_truth(simulated: SimulatedLeague, added: Family) -> None:
    """About nine in ten of the values lie within two of their standard errors."""
    cells = make_cells(simulated.league, read(simulated, simulated.league))
    own = cells.present[:, :2]
    assert own.sum() > 60
    assert np.all(cells.error_variance[:, :2][own] > 0)
    eta = simulated.eta.to_numpy()[:, :2]
    z = (cells.value[:, :2] - eta)[own] / np.sqrt(cells.error_variance[:, :2][own])
    assert np.mean(np.abs(z) < 2) > 0.85
    assert np.std(z) > 0.5


@pytest.mark.parametrize("method", ["collapsed", "joint"])
@pytest.mark.parametrize("likelihood", ["matched", "exact"])
def test_a_model_of_it_has_a_finite_density_and_gradient(
    simulated: SimulatedLeague, added: Family, method: Any, likelihood: str
) -> None:
    if likelihood == "exact" and "likelihood" not in added.settings:
        pytest.skip(f"{added.plural} are Gaussian on their link scale")
    league = League.model_validate(definition(added.name, likelihood=likelihood))
    model = build_model(league, read(simulated, league), method=method)
    assert ("cell_value" in model.named_vars) == (likelihood == "exact" and method == "collapsed")
    start = DictToArrayBijection.map(model.initial_point())
    function = model.logp_dlogp_function(ravel_inputs=True, mode=MODE)
    log_density, gradient = function(start)
    assert np.isfinite(log_density)
    assert np.isfinite(gradient).all()
    beside = start.data + np.random.default_rng(6).normal(scale=0.1, size=len(start.data))
    _, gradient = function(RaveledVars(beside, start.point_map_info))
    assert np.isfinite(gradient).all()
    assert np.all(gradient != 0)


def test_an_exact_cell_of_it_counts_as_its_match_where_a_unit_is_judged(
    simulated: SimulatedLeague, added: Family
) -> None:
    """The compiled likelihood of what a unit returned has closed forms of shipped families only."""
    if "likelihood" not in added.settings:
        pytest.skip(f"{added.plural} are Gaussian on their link scale")
    matched, exact = (
        make_cells(league, read(simulated, league))
        for league in (
            League.model_validate(definition(added.name, likelihood=likelihood))
            for likelihood in ("matched", "exact")
        )
    )
    assert exact.exact[:, :2].any()
    np.testing.assert_array_equal(evidence_of(exact).kind, evidence_of(matched).kind)
    np.testing.assert_allclose(evidence_of(exact).value, matched.value, rtol=1e-12)
    np.testing.assert_allclose(
        evidence_of(exact).error_variance, matched.error_variance, rtol=1e-12
    )


def test_the_figures_of_the_other_methods_have_its_errors(simulated: SimulatedLeague) -> None:
    errors = sampling_errors(read(simulated, simulated.league), simulated.league)
    observed = simulated.measures.query("status == 'observed'")
    assert errors.notna().to_numpy().sum() == len(observed)


def test_its_rules_are_asked_at_the_door(simulated: SimulatedLeague, added: Family) -> None:
    table = simulated.measures.copy()
    row = table.index[(table["indicator"] == "x0") & (table["status"] == "observed")][0]
    table.loc[row, "value"] = -1.5
    with pytest.raises(InvalidMeasures) as caught:
        read_measures(table, simulated.units, simulated.league)
    assert [problem.allowed for problem in caught.value.problems] == [added.rules[0].allowed]


def test_a_definition_may_name_it_and_is_told_of_it(tmp_path: Any, added: Family) -> None:
    path = tmp_path / "new.toml"
    levels = '[[bands.levels]]\nid = "all"\nlabel = "All"\nshare = 1.0\n'
    path.write_text(
        'id = "x"\ntitle = "X"\nunit = "u"\nunit_plural = "us"\n'
        '[[groups]]\nid = "a"\nlabel = "A"\n[[domains]]\nid = "d"\nlabel = "D"\n'
        '[[indicators]]\nid = "i"\nlabel = "I"\ndomain = "d"\ndirection = "higher_is_better"\n'
        f'family = "{added.name[:-1]}"\n[bands]\nrule = "shares"\n{levels}'
    )
    with pytest.raises(InvalidLeague, match=f"Did you mean '{added.name}'"):
        load_league(path)


def test_the_negative_binomial_is_that_of_scipy() -> None:
    """Log density but for a constant; its derivatives by central differences."""
    family = NegativeBinomial()
    y, n = np.array([0.0, 3.0, 40.0]), np.array([100.0, 80.0, 500.0])
    likelihood, eta, h = family.likelihood(y, n), np.array([-4.0, -3.0, -2.5]), 1e-5
    at = [nbinom(SHAPE, SHAPE / (SHAPE + n * np.exp(e))).logpmf(y) for e in (eta, eta + 1)]
    change = likelihood.log_density(eta + 1) - likelihood.log_density(eta)
    np.testing.assert_allclose(change, at[1] - at[0], rtol=1e-9)
    np.testing.assert_allclose(family.log_density(eta, y, n).eval(), likelihood.log_density(eta))
    slope = (likelihood.log_density(eta + h) - likelihood.log_density(eta - h)) / (2 * h)
    bend = (likelihood.gradient(eta + h) - likelihood.gradient(eta - h)) / (2 * h)
    np.testing.assert_allclose(likelihood.gradient(eta), slope, rtol=1e-6)
    np.testing.assert_allclose(likelihood.curvature(eta), bend, rtol=1e-6)
    value, variance = family.match(y, n, Reference(-3.0, 0.5))
    assert np.isfinite(value).all()
    # m events have 1/m of a Poisson, and 1/SHAPE more.
    assert variance[2] == pytest.approx(1 / 40 + 1 / SHAPE, rel=0.2)


def test_columns_of_a_measures_file(simulated: SimulatedLeague, added: Family) -> None:
    own = simulated.measures.query("indicator == 'x0' and status == 'observed'")
    full = [name for name in ("denominator", "se") if pd.notna(own[name]).all()]
    assert full == (["denominator"] if added.figure == "rate" else ["se"])
