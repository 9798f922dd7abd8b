"""What tests of every room share."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

from openness.fitting import Fit
from openness.league import League
from openness.measures import Measures, read_measures
from openness.study.simulate import SimulatedLeague, simulate_league
from openness.study.truth import draw_truth

# How long an example takes says more of the machine than of the code.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of the real tables, which are not shipped."""
    folder = Path(os.environ.get("OPENNESS_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("real tables are not here: put their folder into OPENNESS_DATA")
    return folder


@pytest.fixture(scope="session")
def small_league() -> League:
    """Two sources, two types: the smallest league with everything that a fit needs."""
    share = {"family": "proportion", "direction": "higher_is_better", "domain": "survey"}
    count = {"family": "count", "direction": "higher_is_better", "domain": "incidents"}
    return League.model_validate(
        {
            "id": "small",
            "title": "A small league",
            "unit": "school",
            "unit_plural": "schools",
            "groups": [{"id": "town", "label": "Town"}, {"id": "country", "label": "Country"}],
            "domains": [
                {"id": "survey", "label": "Survey", "error_correlation": 0.3},
                {"id": "incidents", "label": "Incidents"},
            ],
            "indicators": [
                {"id": "heard", "label": "Heard", **share},
                {"id": "safe", "label": "Safe", **share},
                {"id": "reported", "label": "Reported", **count},
                {"id": "near_misses", "label": "Near misses", **count},
            ],
            "bands": {
                "rule": "shares",
                "levels": [
                    {"id": "upper", "label": "Upper half", "share": 0.5},
                    {"id": "lower", "label": "Lower half", "share": 0.5},
                ],
            },
            "eligibility": {"minimum_domains": 2},
        }
    )


@pytest.fixture(scope="session")
def small_simulation(small_league: League) -> SimulatedLeague:
    """Forty schools with known openness; some cells are empty."""
    units = {"town": 25, "country": 15}
    rng = np.random.default_rng(40)
    truth = draw_truth(small_league, rng, units_per_group=units)
    return simulate_league(small_league, units, truth, rng, empty_share=0.1)


@pytest.fixture(scope="session")
def small_measures(small_simulation: SimulatedLeague) -> Measures:
    return read_measures(small_simulation.measures, small_simulation.units, small_simulation.league)


@pytest.fixture(scope="session")
def small_fit(small_league: League, small_measures: Measures) -> Fit:
    """One fit with the default settings, shared by every test that needs a fit."""
    from openness.fitting.fit import fit

    return fit(small_league, small_measures, seed=1)
