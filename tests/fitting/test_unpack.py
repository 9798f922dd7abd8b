"""From unconstrained draws to variables and their log prior, beside PyMC at one point at a time."""

from __future__ import annotations

import numpy as np
import pytest
from pymc.blocking import DictToArrayBijection

from openness.fitting.gate import LATENT
from openness.fitting.unpack import make_log_prior, make_unpack
from openness.model.build import build_collapsed
from openness.model.joint import build_joint

from ..model.leagues import STRUCTURES, make_league, simulate
from ..model.test_build import MODE


@pytest.mark.parametrize("build", [build_collapsed, build_joint])
@pytest.mark.parametrize("name", ["every family", "an estimated selection"])
def test_the_log_prior_is_that_of_pymc(name, build) -> None:
    chosen, settings = STRUCTURES[name]
    example = simulate(make_league(chosen, **settings), 12, keep_back="b")
    model = build(example.league, example.cells, example.structure)
    start = DictToArrayBijection.map(model.initial_point())
    rng = np.random.default_rng(3)
    points = start.data + 0.3 * rng.normal(size=(1, 3, len(start.data)))
    data = {variable.name: variable.get_value() for variable in model.data_vars}
    found = make_log_prior(model)(points, data)
    parameters = [variable for variable in model.free_RVs if variable.name not in LATENT]
    assert set(found.data_vars) == {variable.name for variable in parameters}
    assert {"communality", "group_raw"} <= set(found.data_vars)
    density = model.compile_logp(vars=parameters, jacobian=False, sum=False, mode=MODE)
    for draw in range(3):
        point = DictToArrayBijection.rmap(start._replace(data=points[0, draw]))
        for variable, expected in zip(parameters, density(point), strict=True):
            np.testing.assert_allclose(
                found[variable.name][0, draw], expected.sum(), rtol=1e-9, err_msg=variable.name
            )


def test_every_free_variable_is_unpacked() -> None:
    chosen, settings = STRUCTURES["every family"]
    example = simulate(make_league(chosen, **settings), 12)
    model = build_collapsed(example.league, example.cells, example.structure)
    start = DictToArrayBijection.map(model.initial_point())
    data = {variable.name: variable.get_value() for variable in model.data_vars}
    found = make_unpack(model)(start.data[None, None], data)
    named = {variable.name for variable in (*model.free_RVs, *model.deterministics)}
    assert set(found.data_vars) == named
