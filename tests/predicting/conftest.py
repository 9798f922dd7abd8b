"""Fits of one set of parameters, whose latents are drawn as a fit draws them."""

import pytest

from openness.fitting import Fit

from ..explain.conftest import made_fit
from ..model.leagues import EVERY_FAMILY, make_league, simulate

CORRELATION = 0.5


@pytest.fixture(scope="session")
def example():
    league = make_league(EVERY_FAMILY, error_correlation={"survey": CORRELATION})
    return simulate(league, 16, seed=3, empty_share=0.25)


@pytest.fixture(scope="session")
def fit(example) -> Fit:
    """Every draw has the same parameters, so that what is drawn has one known law."""
    return made_fit(example, draws=4000, spread=0.0)


@pytest.fixture(scope="session")
def varied(example) -> Fit:
    return made_fit(example, draws=40, spread=0.1)
