"""What is missing lies off its prediction: the mean of openness moves, its spread does not."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from openness.errors import InvalidInput
from openness.explain.field import absent_cells, open_field
from openness.explain.shift import shift
from openness.fitting.refit import with_slope
from openness.model.conditional import at_units, conditional_on
from openness.model.predict import predict_absent, shift_absent
from openness.model.returns import typical_errors
from openness.model.tree import ascend
from openness.standing import rank, stand

from .conftest import DRAWS


@pytest.fixture(scope="module")
def result(standing):
    return shift(standing, [-1.0, 0.5, 1.0])


def test_one_missing_cell_moves_openness_as_its_value_would(fit) -> None:
    """E[z | y] - E[z] = Cov(z, y) / Var(y) (y - E[y]), at y one sd to the better of E[y]."""
    field = open_field(stand(fit))
    absent = absent_cells(field)
    alone = absent[~absent["unit"].duplicated(keep=False)]
    assert len(alone) > 3
    typical = typical_errors(field.cells, fit.measures)
    asked = (
        field.posterior,
        field.cells,
        field.structure,
        alone["unit"].to_numpy(),
        alone["indicator"].to_numpy(),
        [typical[k] for k in alone["indicator"]],
    )
    units, moved = shift_absent(*asked)
    law = predict_absent(*asked)
    np.testing.assert_array_equal(units, alone["unit"])
    sign = np.array([field.cells.definitions[k].sign for k in alone["indicator"]])
    expected = sign * law.covariance / np.sqrt(law.variance)
    direct = (law.covariance != 0).all(axis=0)
    np.testing.assert_allclose(moved[:, direct], expected[:, direct], atol=1e-9)
    assert direct.any()
    assert (moved[:, ~direct] > 0).all()
    # What is better than predicted speaks for the unit, or says nothing.
    assert (moved > -1e-9).all()
    assert (moved.mean(axis=0) > 0.01).any()


def test_a_cell_beside_a_sampled_level_moves_openness_through_it(fit) -> None:
    """u moves by Cov(u, y) / sd(y), and E[z] by what one more u adds, which is linear."""
    field = open_field(stand(fit))
    cells = field.cells
    given = conditional_on(field.posterior, cells, field.structure)
    level_at = given.evidence.level_at
    absent = absent_cells(field)
    domain = cells.domains.index("rating")
    assert field.structure.sampled == (domain,)
    alone = absent[
        ~absent.assign(d=cells.domain[absent["indicator"]]).duplicated(["unit", "d"], keep=False)
    ]
    alone = alone[
        (cells.domain[alone["indicator"]] == domain) & (level_at[alone["unit"], domain] >= 0)
    ]
    assert len(alone)
    typical = typical_errors(cells, fit.measures)
    levels = fit.posterior["level"].to_numpy().reshape(DRAWS, -1)
    for unit, k in zip(alone["unit"], alone["indicator"], strict=True):
        _, moved = shift_absent(field.posterior, cells, field.structure, [unit], [k], [typical[k]])
        t = levels[:, level_at[unit, domain]].var()
        for s, draw in enumerate(given.each(np.arange(20))):
            p, e = at_units(draw, given.evidence, np.array([unit]))
            more = p.level.copy()
            more[level_at[unit, domain]] += 1
            means = [ascend(p._replace(level=level), e).mean[0] for level in (p.level, more)]
            c = abs(draw.domain_loading[k])
            v = (
                draw.uniqueness_sd[k] ** 2
                + typical[k].error_variance
                + typical[k].common_error_loading ** 2
            )
            expected = (means[1] - means[0]) * c * t / np.sqrt(c**2 * t + v)
            assert moved[s, 0] == pytest.approx(expected, rel=1e-4)


def test_without_a_shift_it_is_the_ranking(fit, result) -> None:
    ranking = rank(stand(fit)).table.reindex(result.parts["bands"].index)
    pd.testing.assert_series_equal(result.parts["bands"][0.0], ranking["band"], check_names=False)
    pd.testing.assert_series_equal(
        result.parts["expected_rank"][0.0], ranking["expected_rank"], check_names=False
    )
    assert list(result.parts["bands"].columns) == [-1.0, 0.0, 0.5, 1.0]


def test_the_units_that_miss_something_are_moved_against_the_others(fit) -> None:
    """Of five units; nobody asked the others for what they lack."""
    cells = fit.measures.cells
    missed = cells["status"] == "not_returned"
    few = cells.loc[missed, "unit"].value_counts().index[:5]
    other = cells.assign(
        status=cells["status"].mask(missed & ~cells["unit"].isin(few), "not_collected")
    )
    result = shift(stand(replace(fit, measures=replace(fit.measures, cells=other))), [-1.0, 1.0])
    assert set(result.table.index) == set(few)
    better = (result.parts["expected_rank"][-1.0] - result.parts["expected_rank"][1.0]).dropna()
    among = better.index.isin(few)
    assert among.any()
    assert (better[among] > 0.5).all()
    assert (better[~among] <= 0).all()
    assert better.sum() == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("status", ["system_change", "under_query", "withdrawn"])
def test_every_value_that_somebody_has_is_moved(fit, result, status: str) -> None:
    cells = fit.measures.cells
    other = cells.assign(status=cells["status"].replace("not_returned", status))
    again = shift(stand(replace(fit, measures=replace(fit.measures, cells=other))), [1.0])
    pd.testing.assert_series_equal(
        again.parts["expected_rank"][1.0], result.parts["expected_rank"][1.0]
    )


def test_what_nobody_asked_for_is_left_alone(fit) -> None:
    cells = fit.measures.cells
    other = cells.assign(status=cells["status"].replace("not_returned", "not_collected"))
    with pytest.raises(InvalidInput, match="nothing to move"):
        shift(stand(replace(fit, measures=replace(fit.measures, cells=other))), [1.0])


def test_what_cannot_be_moved_is_refused(fit) -> None:
    with pytest.raises(InvalidInput, match="from -5 to 5"):
        shift(stand(fit), [float("nan")])
    with pytest.raises(InvalidInput, match="selection model"):
        shift(stand(replace(fit, league=with_slope(fit.league, 0.5))), [1.0])
