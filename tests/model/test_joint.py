"""The joint model: its laws, its observations, and the marginal density of a Gaussian case."""

from __future__ import annotations

from typing import Any

import numpy as np
import pymc as pm
import pytest
from pytensor.compile.mode import Mode
from pytensor.graph.rewriting.db import RewriteDatabaseQuery
from scipy.special import ndtr
from scipy.stats import binom, multivariate_normal, norm, poisson

from openness.model.build import build_collapsed
from openness.model.joint import build_joint, shared_fraction

from .leagues import EVERY_FAMILY, Example, make_league, simulate

MODE = Mode(linker="py", optimizer=RewriteDatabaseQuery(include=[]))


def scores(domain: str, *names: str, **settings: Any) -> list[dict[str, Any]]:
    score = {"family": "score", "domain": domain, "respondent_sd": 2.0, **settings}
    return [score | {"id": name} for name in names]


@pytest.fixture(scope="module")
def example() -> Example:
    return simulate(make_league(error_correlation={"survey": 0.5}), 20, empty_share=0.3)


@pytest.fixture(scope="module")
def model(example: Example) -> pm.Model:
    return build_joint(example.league, example.cells, example.structure)


@pytest.fixture(scope="module")
def at_a_point(example: Example, model: pm.Model) -> dict[str, np.ndarray]:
    """Log-likelihoods of every observation, and what they are conditional on, at one point."""
    rng = np.random.default_rng(2)
    point = {
        name: value + rng.normal(scale=0.1, size=np.shape(value))
        for name, value in model.initial_point().items()
    }
    with model:
        elementwise = model.logp(vars=model.observed_RVs, sum=False)
        wanted = [
            model[name]
            for name in ("expected", "uniqueness_sd", "loading", "residual_domain_loading")
        ]
        values = model.replace_rvs_by_values(
            [*wanted, model["z"], model["level_in_group"], model["variate"],
             model["shared_error"], model["cut_point"]]
        )  # fmt: skip
        outputs = model.compile_fn(
            [*elementwise, *values], inputs=model.value_vars, mode=MODE, point_fn=True
        )(point)
    names = [variable.name for variable in model.observed_RVs]
    names += [
        "expected",
        "uniqueness_sd",
        "loading",
        "residual_domain_loading",
        "z",
        "level_in_group",
    ]
    return dict(zip([*names, "variate", "shared_error", "cut_point"], outputs, strict=True))


def test_every_observation_has_the_law_of_its_family(
    example: Example, at_a_point: dict[str, np.ndarray]
) -> None:
    """Each likelihood term again with SciPy, from the equations and not from the model's graph."""
    cells, at = example.cells, at_a_point
    domain_loading = np.sign(at["loading"]) * np.hypot(at["loading"], at["residual_domain_loading"])
    mean = at["expected"][cells.group] + at["level_in_group"][:, cells.domain] * domain_loading
    _, columns = where = np.nonzero(cells.present & (cells.category < 0))
    psi = at["uniqueness_sd"][columns]
    between = np.array([reference.sd for reference in cells.reference])[columns] ** 2
    weight = between / (between + cells.scale[where] ** 2)
    eta = np.full(cells.present.shape, np.nan)
    eta[where] = mean[where] + psi ** (1 - weight) * (at["variate"] - weight * mean[where])
    predictor = eta + cells.common_error_loading * at["shared_error"][:, :1]
    r = shared_fraction(cells)
    assert set(cells.indicators) == {item["id"] for item in EVERY_FAMILY}
    cuts = {"rating": at["cut_point"][:-1], "yes": at["cut_point"][-1:]}
    for k, indicator in enumerate(cells.definitions):
        i = np.flatnonzero(cells.present[:, k])
        y, n, x = cells.y[i, k], cells.n[i, k], predictor[i, k]
        match indicator.family:
            case "proportion":
                size, successes = np.rint(n / (1 - r[i, k])), np.rint(y / (1 - r[i, k]))
                expected = binom.logpmf(successes, size, 1 / (1 + np.exp(-x)))
            case "count":
                expected = poisson.logpmf(np.rint(y), n * np.exp(x))
            case "score":
                expected = norm.logpdf(y, x, np.sqrt(cells.error_variance[i, k]))
            case _:
                bounds = np.concatenate([[-np.inf], cuts[indicator.id], [np.inf]])
                upper = (bounds[cells.category[i, k] + 1] - mean[i, k]) / at["uniqueness_sd"][k]
                lower = (bounds[cells.category[i, k]] - mean[i, k]) / at["uniqueness_sd"][k]
                expected = np.log(ndtr(upper) - ndtr(lower))
        # SciPy's log-gamma functions leave a few units in the tenth place.
        np.testing.assert_allclose(at[indicator.id], expected, rtol=1e-8, atol=1e-8)


def test_shared_part_of_the_sampling_variance(example: Example) -> None:
    share = shared_fraction(example.cells)
    survey = example.cells.present & (example.cells.domain == 0)
    assert share[survey] == pytest.approx(0.5)
    assert not share[~survey].any()


def test_prior_predictive_has_every_indicator_on_its_own_scale(
    example: Example, model: pm.Model
) -> None:
    drawn = pm.sample_prior_predictive(
        draws=20, model=model, random_seed=3, compile_kwargs={"mode": MODE}
    )["prior_predictive"]
    cells = example.cells
    assert set(drawn.data_vars) == set(cells.indicators)
    for k, indicator in enumerate(cells.definitions):
        values = drawn[indicator.id]
        units = [cells.units[i] for i in np.flatnonzero(cells.present[:, k])]
        assert values.sizes == {"chain": 1, "draw": 20, f"unit_{indicator.id}": len(units)}
        assert values[f"unit_{indicator.id}"].to_numpy().tolist() == units
        assert values.std() > 0
        if indicator.labels:
            assert set(np.unique(values)) <= set(range(len(cells.labels[k])))
        elif indicator.family == "proportion":
            size = np.rint(cells.n[:, k] / (1 - shared_fraction(cells)[:, k]))
            assert np.all((values >= 0) & (values <= size[cells.present[:, k]]))


IN_FACETS = [
    *scores("survey", "a", "b", "c", facet="f"),
    *scores("survey", "d", "e", facet="g", direction="lower_is_better"),
    *scores("survey", "m"),
    *scores("board", "x", "y", facet="h"),
    *scores("board", "v"),
]


@pytest.fixture(scope="module", params=["sources", "facets"])
def gaussian(request: pytest.FixtureRequest) -> Example:
    """Scores only, in two domains, one of them with shared errors: all is Gaussian."""
    if request.param == "facets":
        return simulate(
            make_league(IN_FACETS, error_correlation={"survey": 0.6}), 5, empty_share=0.2
        )
    indicators = scores("survey", "a", "b", "c") + scores(
        "board", "d", "e", direction="lower_is_better"
    )
    league = make_league(indicators, error_correlation={"survey": 0.4})
    return simulate(league, 5, empty_share=0.3)


def test_marginal_of_the_joint_model_is_the_collapsed_model(gaussian: Example) -> None:
    """Where everything is Gaussian, integrating the joint density gives the collapsed one.

    At given hyperparameters the log joint density is a quadratic in the latents x, so its marginal
    is exact: value at the mode, minus half the log determinant of the precision over 2 pi. Gradient
    and precision come from the model's own log density. The two may not differ, but for rounding,
    at any of several points.
    """
    cells, structure = gaussian.cells, gaussian.structure
    joint = build_joint(gaussian.league, cells, structure)
    collapsed = build_collapsed(gaussian.league, cells, structure)
    latents = ["z", "level_in_group", "variate", "shared_error"]
    latents += ["facet_level_in_group"] * bool(cells.facets)
    log_joint = joint.compile_logp(mode=MODE)
    gradient = joint.compile_dlogp([joint[name] for name in latents], mode=MODE)
    log_collapsed = collapsed.compile_logp(mode=MODE)
    rng = np.random.default_rng(8)
    for _ in range(3):
        shared_point = {
            name: value + rng.normal(scale=0.3, size=np.shape(value))
            for name, value in collapsed.initial_point().items()
        }
        start = {name: np.zeros_like(joint.initial_point()[name]) for name in latents}
        sizes = [start[name].size for name in latents]

        def at(
            x: np.ndarray, start: dict = start, sizes: list = sizes, p: dict = shared_point
        ) -> dict:
            parts = np.split(x, np.cumsum(sizes)[:-1])
            return p | {
                name: part.reshape(start[name].shape)
                for name, part in zip(latents, parts, strict=True)
            }

        zero = np.zeros(sum(sizes))
        slope = gradient(at(zero))
        precision = -np.array([gradient(at(unit)) - slope for unit in np.eye(len(zero))])
        mode = np.linalg.solve(precision, slope)
        assert np.abs(gradient(at(mode))).max() < 1e-6 * np.abs(slope).max()
        log_det = np.linalg.slogdet(precision / (2 * np.pi))[1]
        marginal = float(log_joint(at(mode))) - 0.5 * log_det
        # Both log densities are some 1e2, sums of terms up to 1e5 before they cancel.
        assert marginal == pytest.approx(float(log_collapsed(shared_point)), abs=1e-6)


def test_collapsed_density_is_the_dense_normal(gaussian: Example) -> None:
    """And once more by hand: the cells of a unit are jointly normal with the model's covariance."""
    cells, structure = gaussian.cells, gaussian.structure
    collapsed = build_collapsed(gaussian.league, cells, structure)
    names = ["expected", "loading", "residual_domain_loading", "uniqueness_sd"]
    names += ["residual_facet_loading"] * bool(cells.facets)
    with collapsed:
        at = collapsed.replace_rvs_by_values([collapsed[name] for name in names])
        function = collapsed.compile_fn(
            [collapsed.logp(vars=collapsed["cells"]), *at], inputs=collapsed.value_vars, mode=MODE
        )
    came, expected, lam, gam, psi, *of_facet = function(collapsed.initial_point())
    phi = of_facet[0] if of_facet else np.zeros_like(psi)
    assert np.array_equal(phi != 0, cells.facet >= 0)
    same = cells.domain[:, None] == cells.domain
    same_facet = cells.facet[:, None] == cells.facet
    by_hand = 0.0
    for i, present in enumerate(cells.present):
        t = cells.common_error_loading[i]
        covariance = np.outer(lam, lam) + same * (np.outer(gam, gam) + np.outer(t, t))
        covariance += same_facet * np.outer(phi, phi)
        covariance += np.diag(psi**2 + cells.error_variance[i])
        if present.any():
            by_hand += multivariate_normal.logpdf(
                cells.value[i, present],
                expected[cells.group[i], present],
                covariance[np.ix_(present, present)],
            )
    assert came == pytest.approx(by_hand, rel=1e-10)
