"""What a statistician changes stands in one place, or in the fast one and the textbook one."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pymc as pm
import pytest
from scipy.stats import kurtosis

import openness
from openness.model import joint, priors
from openness.model.build import build_collapsed
from openness.model.joint import build_joint
from openness.model.signature import Evidence, Parameters, gufunc_signature

from .leagues import make_league, simulate
from .test_build import MODE

PACKAGE = Path(openness.__file__).parent


@pytest.fixture(scope="module")
def example():
    return simulate(make_league(), 24, seed=4)


def trees() -> Iterator[tuple[str, ast.AST]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield str(path.relative_to(PACKAGE)), ast.parse(path.read_text(encoding="utf-8"))


def reads(node: ast.AST, name: str) -> bool:
    """Whether a value of this name is read somewhere below the node."""
    return any(
        (isinstance(part, ast.Attribute) and part.attr == name)
        or (isinstance(part, ast.Name) and part.id == name)
        for part in ast.walk(node)
    )


def test_the_equation_of_a_source_is_in_the_tree_and_in_the_textbook() -> None:
    """Where the sd of a source, b = sqrt(1 - rho), is computed with, and not only handed over.

    `priors` makes it, and of it a loading that is published.
    """
    places = {
        name
        for name, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.BinOp | ast.Subscript) and reads(node, "root_rest")
    }
    assert places == {"model/joint.py", "model/priors.py", "model/tree.py"}


def test_levels_are_drawn_by_one_function() -> None:
    callers = {
        name
        for name, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and reads(node.func, "draw_levels")
    }
    places = {"guards/pairs.py", "model/build.py", "model/joint_normal.py", "study/draw_latents.py"}
    assert callers == places


def test_nothing_is_called_with_more_than_eight_arguments_by_position() -> None:
    """Structures are spread, and their fields are in `signature` alone. Kernels are left out."""
    files = ("likelihood", "observed_kernel", "selection", "selection_kernel")
    kernels = {f"model/{name}.py" for name in files}
    found = [
        f"{name}:{node.lineno}"
        for name, tree in trees()
        if name.startswith("model/") and name not in kernels
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and len(node.args) > 8
    ]
    assert found == []


def test_sources_with_heavy_tails_are_one_function_of_the_textbook(
    example, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Student-t source effects: what a level differs by from the factor gets its tails."""

    def heavy(name, mean, sd, **dims):
        return pm.StudentT(name, nu=5, mu=mean, sigma=sd * np.sqrt(3 / 5), **dims)

    def standardised() -> np.ndarray:
        model = build_joint(example.league, example.cells, example.structure)
        names = ["z", "level_in_group", "coherence"]
        with model:
            values = pm.draw([model[name] for name in names], draws=400, random_seed=3, mode=MODE)
        z, u, rho = values
        rho = rho[:, None, :]
        return ((u - np.sqrt(rho) * z[:, :, None]) / np.sqrt(1 - rho)).ravel()

    usual = standardised()
    monkeypatch.setattr(joint, "source_level", heavy)
    tailed = standardised()
    # A t of 5 degrees of freedom has excess kurtosis 6; some 29,000 draws of a normal 0 within .15.
    assert abs(usual.std() - 1) < 0.03
    assert abs(tailed.std() - 1) < 0.05
    assert abs(kurtosis(usual)) < 0.15
    assert kurtosis(tailed) > 1.5


def test_a_covariate_is_a_term_of_the_mean_of_a_unit(
    example, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Put into `factor_mean` and nowhere else, it is in the density, with its derivative.

    That the density is right for any means of the units is in `test_tree`.
    """
    x = np.linspace(-1, 1, len(example.cells.units))
    declare = priors.declare_parameters

    def with_covariate(*arguments):
        hyper = declare(*arguments)
        beta = pm.Normal("beta", 0, 1)
        return replace(hyper, factor_mean=hyper.factor_mean + x * beta)

    monkeypatch.setattr("openness.model.build.declare_parameters", with_covariate)
    model = build_collapsed(example.league, example.cells, example.structure)
    point = model.initial_point()
    logp, gradient = model.compile_logp(mode=MODE), model.compile_dlogp(mode=MODE)
    order = [variable.name for variable in model.value_vars]
    at = order.index("beta")
    step = 1e-4
    above, below = ({**point, "beta": np.array(beta)} for beta in (step, -step))
    slope = (logp(above) - logp(below)) / (2 * step)
    sizes = [np.size(point[name]) for name in order]
    came = gradient({**point, "beta": np.array(0.0)})[sum(sizes[:at])]
    assert came == pytest.approx(slope, rel=1e-5)
    assert abs(came) > 0.1


def test_the_signature_has_every_field_but_the_cells_once() -> None:
    inputs, output = gufunc_signature().split("->")
    assert output == "(unit,indicator)"
    assert inputs.count("(") == len(Parameters._fields) + len(Evidence._fields) - 1
