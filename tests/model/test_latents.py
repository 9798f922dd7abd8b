"""Draws of the latents, where no sampler is needed to know what they must be."""

import numpy as np
import xarray as xr

from openness.league import League
from openness.measures import read_measures
from openness.model.cells import make_cells
from openness.model.conditional import draw_latents
from openness.model.identification import identify
from openness.study.simulate import simulate_league
from openness.study.truth import draw_truth

N_DRAWS = 4000


def rated_league():
    rating = {
        "family": "ordinal",
        "direction": "higher_is_better",
        "domain": "inspection",
        "categories": ["poor", "fair", "good"],
    }
    return League.model_validate(
        {
            "id": "rated",
            "title": "Rated",
            "unit": "home",
            "unit_plural": "homes",
            "groups": [{"id": "all", "label": "All"}],
            "domains": [{"id": "inspection", "label": "Inspection"}],
            "indicators": [
                {"id": name, "label": name, **rating} for name in ("safe", "caring", "well_led")
            ],
            "bands": {
                "rule": "shares",
                "levels": [
                    {"id": "a", "label": "A", "share": 0.5},
                    {"id": "b", "label": "B", "share": 0.5},
                ],
            },
        }
    )


def test_a_unit_without_a_measure_has_its_prior_where_levels_are_openness():
    league = rated_league()
    rng = np.random.default_rng(11)
    truth = draw_truth(league, rng, units_per_group={"all": 12})
    simulated = simulate_league(league, {"all": 12}, truth, rng)
    lost = simulated.units["unit"].iloc[0]
    measures = simulated.measures[simulated.measures["unit"] != lost]
    cells = make_cells(league, read_measures(measures, simulated.units, league))
    structure = identify(league, cells)
    assert structure.coherence == "one"
    k = len(cells.indicators)
    fixed = {
        "loading": np.full(k, 0.7),
        "residual_domain_loading": np.zeros(k),
        "uniqueness_sd": np.full(k, 0.7),
        "expected": np.zeros((1, k)),
        "level": rng.normal(size=11),
    }
    posterior = xr.Dataset(
        {
            name: (
                ("chain", "draw", *(f"{name}_{d}" for d in range(value.ndim))),
                value[None, None],
            )
            for name, value in fixed.items()
        }
    ).isel(draw=np.zeros(N_DRAWS, dtype=int))
    openness = draw_latents(posterior, cells, structure, np.random.default_rng(12)).factor
    # The mean of 4,000 standard normal draws has an sd of 0.016, their sd one of 0.011.
    assert abs(openness[:, 0].mean()) < 0.08
    assert abs(openness[:, 0].std() - 1) < 0.06
    np.testing.assert_allclose(openness[:, 1:].std(axis=0), 0, atol=1e-3)  # float32
