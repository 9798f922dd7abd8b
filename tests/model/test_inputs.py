"""A model whose evidence is data has the density that compiling the evidence in would give."""

from typing import Any

import numpy as np
import pytest
from pymc.blocking import DictToArrayBijection, RaveledVars
from pytensor.compile.mode import Mode
from pytensor.graph.rewriting.db import RewriteDatabaseQuery

from openness.model.build import build_collapsed
from openness.model.grid import level_positions
from openness.model.inputs import model_inputs
from openness.model.shape import shape_of

from .leagues import STRUCTURES, Example, make_league, simulate

MODE = Mode(linker="py", optimizer=RewriteDatabaseQuery(include=[]))
LAST_DIGITS = 1e-9  # sums in another order


def density(model: Any, seed: int) -> tuple[float, np.ndarray]:
    function = model.logp_dlogp_function(ravel_inputs=True, mode=MODE)
    start = DictToArrayBijection.map(model.initial_point())
    beside = start.data + np.random.default_rng(seed).normal(scale=0.1, size=len(start.data))
    value, gradient = function(RaveledVars(beside, start.point_map_info))
    return float(value), gradient


def put_in(model: Any, example: Example) -> None:
    level_at = level_positions(example.cells, example.structure, everywhere=True)
    arrays = model_inputs(example.league, example.cells, level_at)
    for variable in model.data_vars:
        variable.set_value(arrays[variable.name].astype(variable.dtype))


def has_exact_cells(indicators: tuple[dict[str, Any], ...]) -> bool:
    return any(i.get("likelihood") == "exact" or "suppressed" in i for i in indicators)


WITHOUT_EXACT_CELLS = [
    name for name, (chosen, _) in STRUCTURES.items() if not has_exact_cells(chosen)
]


@pytest.fixture(scope="module", params=WITHOUT_EXACT_CELLS)
def pair(request: pytest.FixtureRequest) -> tuple[Example, Example]:
    """Two tables of one shape, with other values and other gaps."""
    chosen, settings = STRUCTURES[request.param]
    league = make_league(chosen, **settings)
    first, second = (
        simulate(league, 40, empty_share=share, seed=seed, keep_back="b")
        for share, seed in ((0.25, 7), (0.35, 8))
    )
    assert shape_of(league, first.cells) == shape_of(league, second.cells)
    assert not np.array_equal(first.cells.present, second.cells.present)
    return first, second


def test_exchanged_data_give_the_density_of_the_other_table(pair: tuple[Example, Example]) -> None:
    first, second = pair
    moved = build_collapsed(first.league, first.cells, first.structure, exchangeable=True)
    before, _ = density(moved, 6)
    put_in(moved, second)
    fresh = build_collapsed(second.league, second.cells, second.structure, exchangeable=True)
    value, gradient = density(moved, 6)
    other, expected = density(fresh, 6)
    assert value == other
    np.testing.assert_array_equal(gradient, expected)
    assert value != pytest.approx(before, abs=1e-3)


def test_data_or_constants_are_one_density(pair: tuple[Example, Example]) -> None:
    """Where no level is sampled at a unit of which nothing is known, the models are the same."""
    _, example = pair
    if example.structure.sampled:
        pytest.skip("one model has more levels than the other")
    arguments = (example.league, example.cells, example.structure)
    value, gradient = density(build_collapsed(*arguments, exchangeable=True), 7)
    other, expected = density(build_collapsed(*arguments), 7)
    assert value == pytest.approx(other, rel=LAST_DIGITS)
    np.testing.assert_allclose(gradient, expected, rtol=LAST_DIGITS, atol=LAST_DIGITS)


def test_a_level_of_which_nothing_is_known_adds_its_own_density() -> None:
    """Given openness it is normal, and integrated over it leaves the other model's density."""
    chosen, settings = STRUCTURES["two domains, one of ratings"]
    example = simulate(make_league(chosen, **settings), 12, empty_share=0.4, seed=2, keep_back="b")
    tight = level_positions(example.cells, example.structure)
    idle = np.flatnonzero(tight[:, list(example.structure.sampled)].ravel() < 0)
    assert idle.size
    arguments = (example.league, example.cells, example.structure)
    everywhere = build_collapsed(*arguments, exchangeable=True)
    point = everywhere.initial_point()
    rng = np.random.default_rng(3)
    point["level"] = rng.normal(size=point["level"].shape)
    fewer = {**point, "level": np.delete(point["level"], idle)}
    target = float(build_collapsed(*arguments).compile_logp(mode=MODE)(fewer))
    logp = everywhere.compile_logp(mode=MODE)
    # Gaussian in the idle levels, so that they can be integrated out exactly. Each is declared with
    # a density for a start, of which the constant stays.
    constant = 0.5 * np.log(2 * np.pi) * len(idle)
    hessian, gradient, at_zero = _quadratic_form(logp, point, idle)
    log_integral = at_zero + 0.5 * gradient @ np.linalg.solve(hessian, gradient)
    log_integral += 0.5 * (len(idle) * np.log(2 * np.pi) - np.linalg.slogdet(hessian)[1])
    assert log_integral + constant == pytest.approx(target, rel=1e-7)


def _quadratic_form(
    logp: Any, point: dict[str, np.ndarray], idle: np.ndarray
) -> tuple[np.ndarray, np.ndarray, float]:
    """Exact for a quadratic: second differences with steps of 1 about 0."""

    def at(moves: dict[int, float]) -> float:
        level = point["level"].copy()
        level[idle] = 0
        for position, move in moves.items():
            level[idle[position]] = move
        return float(logp({**point, "level": level}))

    n, zero = len(idle), at({})
    up, down = ([at({j: step}) for j in range(n)] for step in (1.0, -1.0))
    gradient = (np.array(up) - down) / 2
    hessian = np.empty((n, n))
    for j in range(n):
        hessian[j, j] = -(up[j] - 2 * zero + down[j])
        for i in range(j):
            both = at({i: 1.0, j: 1.0})
            hessian[i, j] = hessian[j, i] = -(both - up[i] - up[j] + zero)
    return hessian, gradient, zero
