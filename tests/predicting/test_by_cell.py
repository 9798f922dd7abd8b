"""The likelihood of one cell given the unit's others."""

from dataclasses import replace

import numpy as np
import pytest

from openness.errors import InvalidInput
from openness.model.observed import observed_log_likelihood
from openness.predicting import log_likelihood_by_cell


def test_it_is_what_the_unit_has_less_what_it_has_without_the_cell(varied) -> None:
    cells = varied.cells
    found = log_likelihood_by_cell(varied)
    assert found.sizes["cell"] == cells.present.sum()
    posterior, structure = varied.posterior, varied.structure
    whole = observed_log_likelihood(posterior, cells, structure)
    for i, k in np.argwhere(cells.present)[::7]:
        present = cells.present.copy()
        present[i, k] = False
        rest = observed_log_likelihood(posterior, replace(cells, present=present), structure)
        name = f"{cells.units[i]}: {cells.indicators[k]}"
        np.testing.assert_allclose(
            found.sel(cell=name).to_numpy().ravel(), (whole - rest)[:, i], rtol=1e-4, atol=1e-4
        )
        assert found["unit"].sel(cell=name) == cells.units[i]
        assert found["indicator"].sel(cell=name) == cells.indicators[k]


def test_draws_are_thinned_within_chains(varied) -> None:
    few = log_likelihood_by_cell(varied, draws=10)
    assert few.sizes["chain"] == 2
    assert few["draw"].to_numpy().tolist() == [0, 5, 10, 14, 19]
    with pytest.raises(InvalidInput, match="draws: 0; a whole number, at least 1"):
        log_likelihood_by_cell(varied, draws=0)


def test_a_model_with_its_own_factor_is_refused(varied) -> None:
    own = replace(varied, provenance={**varied.provenance, "method": "own"})
    with pytest.raises(InvalidInput, match="its own factor"):
        log_likelihood_by_cell(own)
