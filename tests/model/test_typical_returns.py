"""What a return would be like that has not come: its sampling error, and a nil."""

import numpy as np
import pytest

from openness.model.returns import SamplingError, nil_return, typical_errors

from .leagues import EVERY_FAMILY, make_league, simulate


@pytest.fixture(scope="module")
def example():
    league = make_league(EVERY_FAMILY, error_correlation={"survey": 0.4})
    return simulate(league, 40, seed=3, empty_share=0.2)


def test_the_error_of_a_typical_return_is_between_those_that_came(example):
    cells = example.cells
    for k, error in enumerate(typical_errors(cells, example.measures)):
        if cells.labels[k]:
            assert error == SamplingError(0, 0)
            continue
        variance = error.error_variance + error.common_error_loading**2
        assert variance > 0
        rows = cells.present[:, k]
        if cells.definitions[k].likelihood == "matched":
            came = (cells.error_variance + cells.common_error_loading**2)[rows, k]
            assert variance == pytest.approx(np.median(came))
            assert np.sign(error.common_error_loading) == cells.definitions[k].sign * (
                cells.common_error_loading[:, k].any()
            )


def test_a_nil_is_far_below_what_came(example):
    cells, measures = example.cells, example.measures
    typical = typical_errors(cells, measures)
    for k, indicator in enumerate(cells.definitions):
        nil = nil_return(cells, measures, 0, k, typical[k])
        if indicator.family not in ("proportion", "count"):
            assert nil is None
            continue
        value, error = nil
        assert value < cells.centre[cells.present[:, k], k].min()
        assert error.error_variance > typical[k].error_variance
