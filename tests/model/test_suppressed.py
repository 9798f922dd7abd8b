"""What a suppressed count says, where everything else is known: it is calibrated, and it helps."""

import numpy as np
import pandas as pd
import pytensor.tensor as pt
import pytest
from pytensor import function

from openness.measures import read_measures
from openness.model.cells import make_cells
from openness.model.exact import count_log_likelihood

from .leagues import make_league
from .test_build import MODE

N = 4000
LIMIT = 5
RATE, SPREAD, LOADING = np.log(0.03), 0.6, 0.5
ETA = np.linspace(RATE - 6 * SPREAD, RATE + 6 * SPREAD, 201)
WITHIN = 4
"""Standard errors of a mean over the units with a suppressed count."""


@pytest.fixture(scope="module", params=["count", "proportion"])
def suppressed(request):
    """Openness of the units whose number of events was withheld, and its law given that."""
    rng = np.random.default_rng(11)
    z = rng.normal(size=N)
    eta = RATE + LOADING * z + np.sqrt(SPREAD**2 - LOADING**2) * rng.normal(size=N)
    size = np.rint(200 * np.exp(rng.normal(0, 0.5, N)))
    if request.param == "count":
        events = rng.poisson(size * np.exp(eta))
    else:
        events = rng.binomial(size.astype(int), 1 / (1 + np.exp(-eta)))
    small = events < LIMIT
    units = [f"U{i:05d}" for i in range(N)]  # in the order of their codes
    value = np.where(small, np.nan, events if request.param == "count" else events / size)
    table = pd.DataFrame(
        {
            "unit": units,
            "indicator": "hurt",
            "value": value,
            "denominator": size,
            "status": np.where(small, "suppressed", "observed"),
        }
    )
    hurt = {
        "id": "hurt", "family": request.param, "domain": "a", "suppressed": [0, LIMIT - 1],
    }  # fmt: skip
    other = {"id": "mean", "family": "score", "domain": "b", "respondent_sd": 1.0}
    league = make_league([hurt, other], groups=["acute"])
    cells = make_cells(
        league,
        read_measures(
            table, pd.DataFrame({"unit": units, "name": units, "group": "acute"}), league
        ),
    )
    rows, columns = np.nonzero(cells.suppressed)
    np.testing.assert_array_equal(rows, np.flatnonzero(small))
    eta = pt.vector("eta")
    likelihood = function([eta], count_log_likelihood(cells, (rows, columns), eta), mode=MODE)
    log_density = np.column_stack([likelihood(np.full(len(rows), at)) for at in ETA])
    log_density -= 0.5 * ((ETA - RATE) / SPREAD) ** 2
    weight = np.exp(log_density - log_density.max(axis=1, keepdims=True))
    weight /= weight.sum(axis=1, keepdims=True)
    # Given eta, z is normal about LOADING / SPREAD^2 (eta - RATE).
    slope = LOADING / SPREAD**2
    given = slope * (ETA - RATE)
    mean = weight @ given
    variance = 1 - slope * LOADING + weight @ given**2 - mean**2
    return z[small], mean, np.sqrt(variance)


def test_a_suppressed_number_is_read_without_bias_and_with_the_right_width(suppressed) -> None:
    z, mean, sd = suppressed
    error = z - mean
    standard_error = error.std() / np.sqrt(len(z))
    assert abs(error.mean()) < WITHIN * standard_error
    # The variance of squared standardised errors is 2 if they are normal.
    assert abs(((error / sd) ** 2).mean() - 1) < WITHIN * np.sqrt(2 / len(z))


def test_a_suppressed_number_recovers_the_truth_better_than_leaving_it_out(suppressed) -> None:
    """Left out, the law of z is its prior: mean 0, sd 1."""
    z, mean, _ = suppressed
    assert len(z) > N / 5
    gain = z**2 - (z - mean) ** 2
    assert gain.mean() > WITHIN * gain.std() / np.sqrt(len(z))
    assert ((z - mean) ** 2).mean() < 0.8 * (z**2).mean()
    assert z.mean() < -0.3
