"""One compilation for many tables."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from openness.errors import InvalidInput
from openness.fitting import Settings
from openness.fitting.again import ReusableModel, compile_for_refits, refit_with_data
from openness.fitting.fit import fit
from openness.league import League
from openness.measures import Measures, read_measures
from openness.model.cells import make_cells
from openness.study import draw_truth, simulate_league

pytestmark = pytest.mark.sampling

HASTY = Settings(chains=2, draws=200, tune=200, target_accept=0.9, cores=1)
UNITS = {"town": 25, "country": 15}


@pytest.fixture(scope="module")
def league(small_league: League) -> League:
    """The small league with a rating, whose level is sampled."""
    record = small_league.model_dump(exclude_none=True)
    record["domains"] = [*record["domains"], {"id": "visit", "label": "Visit"}]
    rating = {
        "id": "rating",
        "label": "Rating",
        "family": "ordinal",
        "categories": ["poor", "fair", "good"],
        "direction": "higher_is_better",
        "domain": "visit",
    }
    record["indicators"] = [*record["indicators"], rating]
    return League.model_validate(record)


def table(league: League, seed: int, empty_share: float) -> Measures:
    rng = np.random.default_rng(seed)
    truth = draw_truth(league, rng, units_per_group=UNITS)
    simulated = simulate_league(league, UNITS, truth, rng, empty_share=empty_share)
    return read_measures(simulated.measures, simulated.units, league)


@pytest.fixture(scope="module")
def model(league: League) -> ReusableModel:
    return compile_for_refits(league, make_cells(league, table(league, 3, 0.1)))


def test_other_data_give_the_draws_of_a_fresh_compilation(
    model: ReusableModel, league: League
) -> None:
    """Other values, another pattern of gaps, and units without a rating."""
    other = table(league, 4, 0.3)
    fresh = compile_for_refits(league, make_cells(league, other))
    moved = refit_with_data(model, league, other, seed=5, settings=HASTY)
    expected = refit_with_data(fresh, league, other, seed=5, settings=HASTY)
    xr.testing.assert_identical(moved.posterior, expected.posterior)
    rated = (other.observed["indicator"] == "rating").sum()
    assert moved.posterior.sizes["sampled_level"] == rated < 40


def test_a_table_leaves_no_trace_in_the_next(model: ReusableModel, league: League) -> None:
    first, second = table(league, 3, 0.1), table(league, 4, 0.3)
    before = refit_with_data(model, league, first, seed=5, settings=HASTY)
    refit_with_data(model, league, second, seed=5, settings=HASTY)
    again = refit_with_data(model, league, first, seed=5, settings=HASTY)
    xr.testing.assert_identical(before.posterior, again.posterior)


def test_the_posterior_is_that_of_a_fit(model: ReusableModel, league: League) -> None:
    other = table(league, 4, 0.3)
    settings = Settings(chains=4, draws=500, tune=300, target_accept=0.9)
    moved = refit_with_data(model, league, other, seed=5, settings=settings).posterior["factor"]
    usual = fit(league, other, seed=6, settings=settings).posterior["factor"]
    # 2,000 draws of an openness with an effective tenth and a sd of one half: a standard error of
    # 0.04 in each mean, 0.05 in their difference; forty of them within four.
    difference = moved.mean(("chain", "draw")) - usual.mean(("chain", "draw"))
    assert abs(difference).max() < 0.2
    ratio = moved.std(("chain", "draw")) / usual.std(("chain", "draw"))
    assert 0.8 < ratio.min() < ratio.max() < 1.25


def test_another_shape_is_refused_with_what_differs(model: ReusableModel, league: League) -> None:
    record = league.model_dump(exclude_none=True)
    record["priors"]["group_scale"] = 0.7
    narrower = League.model_validate(record)
    with pytest.raises(InvalidInput, match=r"priors: .*group_scale=0\.7"):
        refit_with_data(model, narrower, table(league, 3, 0.1), seed=5, settings=HASTY)


def test_exact_cells_are_refused(model: ReusableModel, league: League) -> None:
    measures = table(league, 3, 0.1)
    cells = measures.cells
    cells.loc[cells["indicator"] == "reported", "note"] = "confirmed: counted twice"
    odd = replace(measures, cells=cells)
    with pytest.raises(InvalidInput, match="T001: reported has an exact likelihood"):
        refit_with_data(model, league, odd, seed=5, settings=HASTY)
