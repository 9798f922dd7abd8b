"""Cells and structure come back from a run as they went in."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
import xarray as xr

from openness.errors import InvalidRun
from openness.fitting.evidence import constant_data, observed_data, restore

from ..model.leagues import STRUCTURES, Example, make_league, simulate


@pytest.fixture(scope="module", params=STRUCTURES)
def example(request) -> Example:
    chosen, settings = STRUCTURES[request.param]
    suppress = any("suppressed" in indicator for indicator in chosen)
    return simulate(
        make_league(chosen, **settings), 12, empty_share=0.2, suppress=suppress, keep_back="b"
    )


def same(found: object, expected: object) -> bool:
    if isinstance(expected, np.ndarray):
        assert isinstance(found, np.ndarray)
        return found.dtype == expected.dtype and np.array_equal(found, expected)
    return type(found) is type(expected) and found == expected


def test_cells_and_structure_come_back_exactly(example: Example, tmp_path) -> None:
    kept = constant_data(example.cells, example.structure)
    xr.DataTree.from_dict({"constant_data": kept}).to_netcdf(tmp_path / "x.nc", engine="h5netcdf")
    with xr.open_datatree(tmp_path / "x.nc", engine="h5netcdf") as stored:
        read = stored.load()["constant_data"].to_dataset()
    for found, expected in zip(restore(read), (example.cells, example.structure), strict=True):
        for field in fields(expected):
            name = field.name
            assert same(getattr(found, name), getattr(expected, name)), name


def test_what_a_later_version_needs_is_asked_for(example: Example) -> None:
    kept = constant_data(example.cells, example.structure)
    del kept.attrs["structure.coherence"]
    with pytest.raises(InvalidRun, match="keeps no coherence of its structure"):
        restore(kept)


def test_what_was_observed_is_on_the_scale_of_the_measures(example: Example) -> None:
    seen = observed_data(example.cells, example.measures)
    table = example.measures.observed.set_index(["indicator", "unit"])["value"]
    assert set(seen.data_vars) == set(example.cells.indicators)
    for name in example.cells.indicators:
        column = table.loc[name]
        variable = seen[name].to_series()
        np.testing.assert_array_equal(variable.loc[column.index].to_numpy(), column.to_numpy())
        assert len(variable) == len(column)
