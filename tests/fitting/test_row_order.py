"""The order of rows decides nothing: not a draw, not a byte of a file."""

import json

import numpy as np
import pytest
from xarray.testing import assert_identical

from openness.fitting import Settings, save_fit
from openness.fitting.fit import fit
from openness.measures import read_measures
from openness.predicting import true_values
from openness.publish import write
from openness.standing import bands, grades, missingness, rank, stand, verdict

pytestmark = pytest.mark.sampling

SETTINGS = Settings(chains=2, draws=100, tune=150)
"""Too few to publish from; every draw is compared, not its distribution."""


def fitted(simulation, league, order=None):
    measures, units = simulation.measures, simulation.units
    if order is not None:
        measures = measures.iloc[order.permutation(len(measures))]
        units = units.iloc[order.permutation(len(units))]
    return fit(league, read_measures(measures, units, league), seed=3, settings=SETTINGS)


def test_permuted_rows_give_the_same_draws_tables_and_files(
    small_simulation, small_league, tmp_path
):
    first = fitted(small_simulation, small_league)
    second = fitted(small_simulation, small_league, np.random.default_rng(8))
    assert_identical(first.posterior, second.posterior)
    assert_identical(true_values(first), true_values(second))
    folders = []
    for name, run in (("first", first), ("second", second)):
        folder = save_fit(run, tmp_path / name)
        standing = stand(run, draft=True)
        for verb in (rank, bands, grades, verdict, missingness):
            write(verb(standing), folder)
        folders.append(folder)
    names = sorted(path.name for path in folders[0].iterdir())
    assert names == sorted(path.name for path in folders[1].iterdir())
    differ = [
        name
        for name in names
        if (folders[0] / name).read_bytes() != (folders[1] / name).read_bytes()
    ]
    # The record of a run holds the hashes of the tables as they came, which do differ.
    assert differ == ["provenance.json"]
    records = [json.loads((folder / "provenance.json").read_text()) for folder in folders]
    inputs = [record["provenance"].pop("inputs") for record in records]
    assert inputs[0] != inputs[1]
    assert records[0] == records[1]
