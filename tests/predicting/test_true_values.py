"""True values, beside the dense normal law of everything about a unit."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr
from scipy.stats import kstest

from openness.errors import InvalidInput
from openness.model.observed import parameters_by_draw
from openness.model.streams import normals
from openness.model.true_values import cut_points
from openness.predicting import true_values

from ..explain.conftest import made_fit
from ..model.leagues import EVERY_FAMILY, indicators, make_league, simulate

SURVEY = ["up", "down", "mean"]
WITHIN = 5
"""Monte Carlo standard errors, over a hundred figures."""


def dense_law(fit, i: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance of the survey's true values at a unit given all its survey cells.

    Levels of the other domains do not come in: the tests take a unit with survey cells alone.
    """
    cells = fit.cells
    p = parameters_by_draw(fit.posterior.isel(chain=[0], draw=[0]), cells, fit.structure)
    k = [cells.indicators.index(name) for name in SURVEY]
    c, psi = p.domain_loading[0, k], p.uniqueness_sd[0, k]
    prior = np.outer(c, c) + np.diag(psi**2)  # the level has variance 1
    t = cells.common_error_loading[i, k]
    error = np.diag(cells.error_variance[i, k]) + np.outer(t, t)
    has = cells.present[i, k]
    gain = prior[:, has] @ np.linalg.inv((prior + error)[np.ix_(has, has)])
    centre = p.expected[0, cells.group[i], k]
    mean = centre + gain @ (cells.value[i, k] - centre)[has]
    return mean, prior - gain @ prior[has]


@pytest.fixture(scope="module")
def survey_only():
    """The example, in which some units have nothing but the survey."""
    from dataclasses import replace

    league = make_league(EVERY_FAMILY, error_correlation={"survey": 0.6})
    full = simulate(league, 16, seed=3, empty_share=0.2)
    cells = full.cells
    for i in range(6):
        out = cells.domain != cells.domains.index("survey")
        cells.present[i, out], cells.exact[i, out], cells.category[i, out] = False, False, -1
    return made_fit(replace(full, cells=cells), draws=20_000, spread=0.0)


def test_they_are_drawn_jointly_with_the_error_that_respondents_share(survey_only) -> None:
    """Without that error the standard deviations and correlations would be others."""
    fit = survey_only
    drawn = true_values(fit, SURVEY).stack(sample=("chain", "draw"))
    n = drawn.sizes["sample"]
    shares = 0
    for i in range(6):
        mean, covariance = dense_law(fit, i)
        found = drawn.isel(unit=i).transpose("sample", "indicator").to_numpy().astype(float)
        sd = np.sqrt(np.diag(covariance))
        assert np.abs((found.mean(0) - mean) / sd).max() < WITHIN / np.sqrt(n)
        np.testing.assert_allclose(found.std(0), sd, rtol=WITHIN / np.sqrt(2 * n))
        expected = covariance / np.outer(sd, sd)
        np.testing.assert_allclose(np.corrcoef(found.T), expected, atol=WITHIN / np.sqrt(n))
        shares += (fit.cells.common_error_loading[i] != 0).sum() > 1
    assert shares >= 3


FACETS = (
    indicators("proportion", "a", 3, facet="f")
    + indicators("score", "a", 2, facet="g")
    + indicators("score", "a", 2)
    + indicators("count", "b", 2)
)


def dense_law_of_all(fit, i: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance of all true values of a unit given all its cells, every latent out."""
    cells = fit.cells
    p = parameters_by_draw(fit.posterior.isel(chain=[0], draw=[0]), cells, fit.structure)
    c, kappa, rho = p.domain_loading[0], p.facet_coherence[0], p.coherence[0]
    on_source = np.where(cells.facet >= 0, np.sqrt(np.append(kappa, 1)[cells.facet]), 1.0) * c
    same, facet = np.equal.outer(cells.domain, cells.domain), cells.facet
    rest = np.sqrt(np.maximum(c**2 - on_source**2, 0))
    rest = rest * np.sign(c) * np.equal.outer(facet, facet) * rest[:, None] * np.sign(c)[:, None]
    root = np.sqrt(rho[cells.domain])
    prior = np.where(same, 1.0, np.outer(root, root)) * np.outer(on_source, on_source)
    prior += rest + np.diag(p.uniqueness_sd[0] ** 2)
    t = cells.common_error_loading[i]
    error = np.diag(cells.error_variance[i]) + np.outer(t, t)
    has = cells.present[i]
    gain = prior[:, has] @ np.linalg.inv((prior + error)[np.ix_(has, has)])
    centre = p.expected[0, cells.group[i]]
    return centre + gain @ (cells.value[i] - centre)[has], prior - gain @ prior[has]


def test_with_facets_they_are_drawn_jointly_with_every_latent() -> None:
    """Openness, sources, facets and what respondents share: the dense law of a unit, two groups."""
    league = make_league(FACETS, error_correlation={"a": 0.6})
    fit = made_fit(simulate(league, 6, seed=5, empty_share=0.3), draws=20_000, spread=0.0)
    assert fit.cells.facets == ("f", "g")
    drawn = true_values(fit).stack(sample=("chain", "draw"))
    n = drawn.sizes["sample"]
    for i in range(6):
        mean, covariance = dense_law_of_all(fit, i)
        found = drawn.isel(unit=i).transpose("sample", "indicator").to_numpy().astype(float)
        sd = np.sqrt(np.diag(covariance))
        assert np.abs((found.mean(0) - mean) / sd).max() < WITHIN / np.sqrt(n)
        np.testing.assert_allclose(found.std(0), sd, rtol=WITHIN / np.sqrt(2 * n))
        expected = covariance / np.outer(sd, sd)
        np.testing.assert_allclose(np.corrcoef(found.T), expected, atol=WITHIN / np.sqrt(n))


def test_a_category_confines_its_latent_value(fit) -> None:
    """Given the level, it is a normal cut off at both ends: the shares below are uniform."""
    cells = fit.cells
    k = cells.indicators.index("rating")
    p = parameters_by_draw(fit.posterior, cells, fit.structure)
    drawn = true_values(fit, ["rating"]).to_numpy().reshape(len(p.expected), -1)
    ends = cut_points(p, cells, k)
    rows = np.flatnonzero(cells.category[:, k] >= 0)
    m = cells.domain[k]
    of_group = fit.posterior["domain_mean"].to_numpy()[:, :, cells.group, m]
    level = (fit.posterior["domain_level"].to_numpy()[..., m] - of_group).reshape(drawn.shape)
    assert len(rows) > 5
    for i in rows:
        centre = p.expected[:, cells.group[i], k] + p.domain_loading[:, k] * level[:, i]
        below, above = ends[:, cells.category[i, k]], ends[:, cells.category[i, k] + 1]
        assert ((drawn[:, i] > below - 1e-6) & (drawn[:, i] < above + 1e-6)).all()
        a, x, b = (
            ndtr((at - centre) / p.uniqueness_sd[:, k]) for at in (below, drawn[:, i], above)
        )
        # 4,000 draws: the 1e-4 point of the Kolmogorov statistic, over 16 units.
        assert kstest((x - a) / (b - a), "uniform").pvalue > 1e-5


def test_an_exact_cell_keeps_the_value_that_was_sampled(fit) -> None:
    cells = fit.cells
    drawn = true_values(fit, ["exact_events"])
    k = cells.indicators.index("exact_events")
    found = 0
    for position, (i, column) in enumerate(np.argwhere(cells.exact)):  # units slowest
        if column == k:
            kept = fit.posterior["cell_value"].isel(exact_cell=position)
            np.testing.assert_allclose(drawn[:, :, i, 0], kept, rtol=1e-5)
            found += 1
    assert found > 5


def test_they_do_not_depend_on_what_else_is_asked_for(varied) -> None:
    everything = true_values(varied)
    few = true_values(varied, ["events", "up"], draws=20)
    assert few.sizes["draw"] == 10
    np.testing.assert_array_equal(
        few, everything.sel(indicator=["events", "up"], draw=few["draw"].to_numpy())
    )


def test_streams_belong_to_units_and_not_to_rows() -> None:
    first, second = normals(1, ["A", "B"], "up", 5), normals(1, ["B", "C", "A"], "up", 5)
    np.testing.assert_array_equal(first, second[:, [2, 0]])
    assert not np.allclose(first, normals(1, ["A", "B"], "down", 5))
    assert not np.allclose(first, normals(2, ["A", "B"], "up", 5))


def test_a_measure_that_is_not_in_the_model_is_refused(varied) -> None:
    with pytest.raises(InvalidInput, match="'upp'; one of up, down"):
        true_values(varied, ["upp"])


def test_a_fit_of_another_model_is_refused(varied) -> None:
    from dataclasses import replace

    joint = replace(varied, provenance={**varied.provenance, "method": "joint"})
    with pytest.raises(InvalidInput, match="method: 'joint'"):
        true_values(joint)
