"""What importing and fitting do to a process, and what a process does to a fit."""

import subprocess
import sys
import textwrap

import pytest


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], check=True, capture_output=True, text=True
    )
    return done.stdout


def test_importing_sets_nothing_in_the_process() -> None:
    found = run(
        """
        import os, sys
        before = dict(os.environ), list(sys.path), os.getcwd()
        import openness
        assert (dict(os.environ), list(sys.path), os.getcwd()) == before
        print("pytensor" in sys.modules)
        """
    )
    assert found.strip() == "False"


FIT = """
from tests.fitting.test_process import small
from openness.fitting import Settings
from openness.fitting.fit import fit
import hashlib
league, measures = small()
found = fit(league, measures, seed=1, settings=Settings(chains=2, draws=100, tune=100))
print(hashlib.sha256(found.posterior["factor"].to_numpy().tobytes()).hexdigest())
"""

FAST_MATH = """
import pymc as pm, pytensor
pytensor.config.numba__fastmath = True
from tests.fitting.test_process import small
import openness, nutpie
nutpie.compile_pymc_model(openness.build_model(*small()))
"""


def small():
    import numpy as np

    from openness.measures import read_measures
    from openness.study import draw_truth, simulate_league

    from ..model.leagues import indicators, make_league

    league = make_league(indicators("proportion", "a", 2) + indicators("count", "b", 2))
    rng = np.random.default_rng(1)
    units = {"acute": 12, "ambulance": 12}
    simulated = simulate_league(league, units, draw_truth(league, rng), rng)
    return league, read_measures(simulated.measures, simulated.units, league)


@pytest.mark.long
@pytest.mark.sampling
def test_draws_do_not_depend_on_what_was_compiled_before() -> None:
    """Code with fast-math is in the same cache, and PyTensor in the process, before the fit."""
    alone, after = (run(code).strip() for code in (FIT, FAST_MATH + FIT))
    assert alone == after
    assert len(alone) == 64
