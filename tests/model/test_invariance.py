"""What must not matter does not: order, units of measurement, signs, and empty columns.

No sampling. The same parameters, by their labels, are put into the model of the original table and
of the changed one; the log density and the law of openness given the cells are compared. Where the
changed data are on another scale, the density changes by a constant that is known, because the
priors follow the data.

Not exact, and not here: an ordinal indicator with its categories and its direction both turned (the
prior of cut points starts at the lowest; a binary indicator has only one, and is here), and the
joint model of shares with shared errors turned (it rounds answers to whole ones).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pandas as pd
import pymc as pm
import pytest
from pymc.blocking import DictToArrayBijection

from openness.fitting.unpack import make_unpack
from openness.league import League
from openness.measures import Measures, read_measures
from openness.model.build import build_collapsed
from openness.model.cells import Cells, make_cells
from openness.model.conditional import conditional_on
from openness.model.identification import Structure, identify
from openness.model.tree import ascend

from .leagues import EVERY_FAMILY, make_league, simulate
from .test_build import MODE

ROUNDING = 1e-9
"""Relative: sums of some hundred terms in another order, and quadrature from rounded figures."""

TABLE = make_league(error_correlation={"survey": 0.5}, priors={"indicator_shift_scale": 0.3})
RETURNS = make_league(
    (
        *(item for item in EVERY_FAMILY if item["domain"] != "rating"),
        {"id": "late", "family": "count", "domain": "third"},
    ),
    selection={"estimate": True},
)
TWO_DOMAINS = make_league(tuple(item for item in EVERY_FAMILY if item["domain"] != "counts"))


@dataclass(frozen=True)
class Table:
    league: League
    measures: pd.DataFrame
    units: pd.DataFrame

    def read(self) -> Measures:
        return read_measures(self.measures, self.units, self.league)


@dataclass(frozen=True)
class Seen:
    """One table as the model sees it."""

    cells: Cells
    structure: Structure
    model: pm.Model


def see(table: Table) -> Seen:
    cells = make_cells(table.league, table.read())
    structure = identify(table.league, cells)
    return Seen(cells, structure, build_collapsed(table.league, cells, structure))


Point = dict[tuple[str, ...], float]
"""Unconstrained parameters by name and labels."""


def keys_of(seen: Seen) -> dict[str, list[tuple[str, ...]]]:
    """The labels of every unconstrained parameter, in the order of its array."""
    model = seen.model
    keys = {}
    for variable in model.free_RVs:
        dims = model.named_vars_to_dims.get(variable.name, ())
        labels = list(
            pd.MultiIndex.from_product([model.coords[d] for d in dims]) if len(dims) > 1
            else [(label,) for label in model.coords[dims[0]]] if dims else [()]
        )  # fmt: skip
        keys[model.rvs_to_values[variable].name] = [
            (variable.name, *map(str, label)) for label in labels
        ]
    return keys


def point_near_start(seen: Seen) -> Point:
    rng = np.random.default_rng(6)
    start = seen.model.initial_point()
    return {
        key: value + rng.normal(scale=0.1)
        for name, keys in keys_of(seen).items()
        for key, value in zip(keys, np.ravel(start[name]), strict=True)
    }


@dataclass(frozen=True)
class Law:
    """Log density at a point, and the mean and variance of each unit's openness given it."""

    density: float
    mean: pd.Series
    variance: pd.Series


def law_at(seen: Seen, point: Point) -> Law:
    start = seen.model.initial_point()
    arrays = {
        name: np.array([point[key] for key in keys]).reshape(start[name].shape)
        for name, keys in keys_of(seen).items()
    }
    raveled = DictToArrayBijection.map(arrays)
    density, _ = seen.model.logp_dlogp_function(ravel_inputs=True, mode=MODE)(raveled)
    data = {variable.name: variable.get_value() for variable in seen.model.data_vars}
    posterior = make_unpack(seen.model)(raveled.data[None, None], data)
    cells = seen.cells
    given = conditional_on(posterior, cells, seen.structure)
    up = ascend(given.parameters(0), given.evidence)
    units = list(cells.units)
    return Law(float(density), pd.Series(up.mean, units), pd.Series(up.variance, units))


@dataclass(frozen=True)
class Original:
    """A table before it is changed, and the law at a point."""

    table: Table
    seen: Seen
    point: Point
    law: Law


@pytest.fixture(
    scope="module",
    params=[TABLE, RETURNS, TWO_DOMAINS],
    ids=["every family", "returns", "two domains"],
)
def original(request: pytest.FixtureRequest) -> Original:
    made = simulate(request.param, 24, empty_share=0.2, seed=4).simulated
    table = Table(request.param, made.measures, made.units)
    seen = see(table)
    assert bool(seen.cells.collections) == (request.param is RETURNS)
    assert (seen.structure.coherence == "common") == (request.param is TWO_DOMAINS)
    point = point_near_start(seen)
    return Original(table, seen, point, law_at(seen, point))


def assert_same(
    original: Original,
    changed: Seen,
    moved: Mapping[tuple[str, ...], float] | None = None,
    *,
    rise: float = 0.0,
) -> None:
    """Hold the law of openness against the original's, and the density but for a stated rise.

    `moved` are the parameters of the changed table that differ from those of the original one.
    """
    before, after = original.law, law_at(changed, original.point | dict(moved or {}))
    units = before.mean.index
    np.testing.assert_allclose(after.mean[units], before.mean, rtol=ROUNDING, atol=ROUNDING)
    np.testing.assert_allclose(after.variance[units], before.variance, rtol=ROUNDING)
    assert after.density - rise == pytest.approx(before.density, rel=ROUNDING)


def test_order_of_units(original: Original) -> None:
    table = original.table
    order = np.random.default_rng(1).permutation(len(table.units))
    units = table.units.iloc[order]
    cells = table.measures.sample(frac=1, random_state=np.random.default_rng(2))
    changed = see(Table(table.league, cells, units))
    assert changed.cells.units == original.seen.cells.units  # they are read in one order
    assert_same(original, changed)


@pytest.mark.parametrize("what", ["indicators", "domains", "groups"])
def test_order_of_what_the_league_declares(original: Original, what: str) -> None:
    table = original.table
    turned = table.league.model_copy(update={what: getattr(table.league, what)[::-1]})
    changed = see(Table(turned, table.measures, table.units))
    assert getattr(changed.cells, what) != getattr(original.seen.cells, what)
    assert_same(original, changed)


@pytest.mark.parametrize("domain", ["survey", "another"])
@pytest.mark.parametrize("family", ["proportion", "ordinal"])
def test_an_indicator_that_nobody_collected(original: Original, family: str, domain: str) -> None:
    """Cell by cell the same input, so with the same seed the same draws."""
    table = original.table
    settings = table.league.model_dump(exclude_none=True)
    if domain not in {known["id"] for known in settings["domains"]}:
        settings["domains"] = [{"id": domain, "label": domain}, *settings["domains"]]
    extra: dict[str, Any] = {"id": "extra", "label": "Extra", "family": family, "domain": domain}
    if family == "ordinal":
        extra["categories"] = ["low", "high"]
    settings["indicators"] = [
        {**extra, "direction": "higher_is_better"}, *settings["indicators"]
    ]  # fmt: skip
    empty = pd.DataFrame(
        {"unit": table.units["unit"], "indicator": "extra", "status": "not_collected"}
    )
    measures = pd.concat([empty, table.measures])
    changed = see(Table(League.model_validate(settings), measures, table.units))
    for part in fields(Cells):
        before, after = (getattr(seen.cells, part.name) for seen in (original.seen, changed))
        if isinstance(before, np.ndarray):
            np.testing.assert_array_equal(before, after, strict=True)
        else:
            assert before == after
    assert law_at(changed, original.point).density == original.law.density


def _indicators(league: League, *families: str) -> list[str]:
    return [i.id for i in league.scored if i.family in families]


def _changed(league: League, ids: list[str], **changes: Any) -> League:
    def change(indicator: Any) -> Any:
        if indicator.id not in ids:
            return indicator
        new = {k: v(getattr(indicator, k)) if callable(v) else v for k, v in changes.items()}
        return indicator.model_copy(update=new)

    return league.model_copy(update={"indicators": tuple(map(change, league.indicators))})


@pytest.mark.parametrize("factor", [10.0, 0.01])
def test_units_of_a_score(original: Original, factor: float) -> None:
    """Priors of intercept and spread follow the data, so the density changes by the Jacobian.

    Of n cells, and of one intercept; the spread is sampled as its logarithm, which moves.
    """
    table = original.table
    ids = _indicators(table.league, "score")
    rows = table.measures["indicator"].isin(ids)
    measures = table.measures.copy()
    for column in ("value", "se"):
        numbers = pd.to_numeric(measures.loc[rows, column])
        measures[column] = measures[column].mask(rows, numbers * factor)
    league = _changed(
        table.league, ids, respondent_sd=lambda sd: None if sd is None else sd * factor
    )
    point, cells = original.point, original.seen.cells
    moved = {("intercept", k): factor * point["intercept", k] for k in ids}
    moved |= {("spread", k): np.log(factor) + point["spread", k] for k in ids}
    columns = [cells.indicators.index(k) for k in ids]
    n = int(cells.present[:, columns].sum()) + len(ids)
    assert n > len(ids) > 0
    changed = see(Table(league, measures, table.units))
    assert_same(original, changed, moved, rise=-n * np.log(factor))


def _turned(direction: str) -> str:
    return "lower_is_better" if direction == "higher_is_better" else "higher_is_better"


@pytest.mark.parametrize("family", ["score", "proportion", "binary"])
def test_sign_and_direction_together(original: Original, family: str) -> None:
    """x to -x, p to 1 - p, yes to no; both likelihoods and priors are symmetrical."""
    table = original.table
    ids = _indicators(table.league, family)
    if not ids:
        pytest.skip(f"no {family} indicator in this league")
    rows = table.measures["indicator"].isin(ids)
    numbers = pd.to_numeric(table.measures.loc[rows, "value"])
    value = -numbers if family == "score" else 1 - numbers
    measures = table.measures.assign(value=table.measures["value"].mask(rows, value))
    league = _changed(table.league, ids, direction=_turned)
    moved = {
        key: -number
        for key, number in original.point.items()
        if (key[0] in ("intercept",) and key[1] in ids)
        or (key[0] == "category_share" and key[1].split(": ")[0] in ids)
        or (key[0] == "cell_value" and key[1].split(": ")[1] in ids)
    }
    assert moved
    assert_same(original, see(Table(league, measures, table.units)), moved)
