"""A model of the user's own keeps the gate, storage and ranking, or is refused in words."""

from __future__ import annotations

import numpy as np
import pymc as pm
import pytest

import openness
from openness.errors import InvalidInput
from openness.fitting import Settings
from openness.fitting.chains import Basis
from openness.fitting.own_model import of_own_model
from openness.model import build_from_cells

from ..model.leagues import STRUCTURES, make_league, simulate

HASTY = Settings(chains=2, draws=200, tune=200, target_accept=0.9)


@pytest.fixture(scope="module", params=STRUCTURES)
def basis(request) -> Basis:
    chosen, settings = STRUCTURES[request.param]
    suppress = any("suppressed" in indicator for indicator in chosen)
    example = simulate(make_league(chosen, **settings), 12, suppress=suppress, keep_back="b")
    return Basis(example.league, example.measures, example.cells, example.structure)


def test_models_that_openness_builds_are_taken(basis: Basis) -> None:
    for method, expected in (("collapsed", "collapsed"), ("joint", "own")):
        model = build_from_cells(basis.league, basis.cells, basis.structure, method=method)
        taken = of_own_model(basis, model)
        assert taken.method == expected
        # In a facet of two, one communality stands for both.
        free = {"communality", "free_communality"}
        assert free & set(taken.about_model["model"]["variables"])


def test_a_model_of_something_else_is_refused_with_what_it_lacks(basis: Basis) -> None:
    with pm.Model() as model:
        pm.Normal("loading", 0, 1, shape=len(basis.cells.indicators))
    with pytest.raises(InvalidInput) as error:
        of_own_model(basis, model)
    words = str(error.value)
    assert "no variable factor with dim unit" in words
    assert "expected (unit_group, indicator)" in words
    assert 'pm.Deterministic("factor", ..., dims="unit")' in words


def test_units_in_another_order_are_refused(basis: Basis) -> None:
    with pm.Model(coords={"unit": basis.cells.units[::-1]}) as model:
        pm.Normal("factor", 0, 1, dims="unit")
    with pytest.raises(InvalidInput, match="coord unit: 'T012' for 'T001'"):
        of_own_model(basis, model)


def test_other_priors_have_another_digest(basis: Basis) -> None:
    def digest(shift: float) -> str:
        model = build_from_cells(basis.league, basis.cells, basis.structure, method="collapsed")
        with model:
            pm.Normal("more", shift, 1)
        return of_own_model(basis, model).about_model["model"]["sha256"]

    assert digest(0.0) == digest(0.0) != digest(1.0)


@pytest.mark.sampling
def test_a_changed_prior_keeps_the_gate_storage_and_ranking(
    small_league, small_measures, small_fit, tmp_path
) -> None:
    with openness.build_model(small_league, small_measures) as model:
        # Both sources are all but the same thing.
        pm.Potential("nearly one", pm.logp(pm.Beta.dist(60, 2), model["agreement"]))
    changed = openness.fit(small_league, small_measures, seed=1, model=model, settings=HASTY)
    assert float(changed.posterior["agreement"].mean()) > 0.9
    assert float(small_fit.posterior["agreement"].mean()) < 0.8
    assert changed.provenance["method"] == "collapsed"
    assert changed.provenance["model"]["potentials"] == ["nearly one"]
    assert "factor[T001]" in changed.diagnostics.table.index
    loaded = openness.load_fit(openness.save_fit(changed, tmp_path / "run"))
    assert "a model of your own" in str(loaded)
    assert loaded.draws["log_likelihood"]["observed"].sizes["unit"] == 40
    assert len(openness.rank(openness.stand(loaded, draft=True)).table) == 40


@pytest.mark.sampling
def test_a_model_with_its_own_factor_is_ranked_by_it(
    small_league, small_measures, tmp_path
) -> None:
    """The share of one question, on a logit scale, with its binomial error."""
    table = small_measures.cells.query("indicator == 'heard' and status == 'observed'")
    units = small_measures.units.index.tolist()
    rows = [units.index(unit) for unit in table["unit"]]
    n = table["denominator"].to_numpy(dtype=int)
    with pm.Model(coords={"unit": units}) as model:
        centre = pm.Normal("centre", 0, 2)
        spread = pm.HalfNormal("spread", 1)
        z = pm.Normal("z", 0, 1, dims="unit")
        pm.Deterministic("factor", z + 0.0, dims="unit")
        y = np.rint(table["value"].to_numpy() * n).astype(int)
        pm.Binomial("heard", n=n, logit_p=centre + spread * z[rows], observed=y)
    fit = openness.fit(small_league, small_measures, seed=1, model=model, settings=HASTY)
    assert fit.provenance["method"] == "own"
    assert "log_likelihood" not in fit.draws.children
    score = fit.posterior["factor"].mean(("chain", "draw")).to_series()
    observed = table.set_index("unit")["value"]
    assert np.corrcoef(score[observed.index], observed)[0, 1] > 0.9
    loaded = openness.load_fit(openness.save_fit(fit, tmp_path / "run"))
    assert len(openness.rank(openness.stand(loaded, draft=True)).table) == 40
    with pytest.raises(InvalidInput, match="its own factor"):
        openness.log_likelihood_by_cell(loaded)
