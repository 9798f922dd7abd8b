"""What was observed of a unit, by quadrature on dense grids and by simulation of every latent."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit, gammaln, log_ndtr, logsumexp, ndtr
from scipy.stats import multivariate_normal

from openness.model.conditional import coherence_by_domain
from openness.model.observed import observed_log_likelihood, parameters_by_draw

from .leagues import STRUCTURES, Example, indicators, make_league, simulate
from .posteriors import made_posterior

GRID = np.linspace(-7, 7, 281)  # sds; the trapezoid rule is exact to 1e-10 for what is this smooth
LOG_STEP = np.log(GRID[1] - GRID[0]) - 0.5 * np.log(2 * np.pi) - 0.5 * GRID**2
U = np.linspace(-9, 9, 721)
LOG_STEP_OF_U = np.log(U[1] - U[0]) - 0.5 * np.log(2 * np.pi)

# Eleven nodes about the mode are good to this much of a log-likelihood: a hundredth of what would
# be seen in the weights of a comparison.
QUADRATURE = 2e-3

OTHERS = {
    "a rating and a score in each of two domains": (
        indicators("ordinal", "a", 2)
        + indicators("score", "a", 1)
        + indicators("binary", "b", 1)
        + indicators("proportion", "b", 2, likelihood="exact"),
        {"error_correlation": {"a": 0.4}},
    ),
    "ratings and returns": (
        indicators("ordinal", "a", 2) + indicators("score", "b", 2) + indicators("count", "c", 2),
        {"selection": {"slope": 0.7}},
    ),
}


@pytest.fixture(scope="module", params=[*STRUCTURES, *OTHERS])
def example(request) -> Example:
    chosen, settings = (STRUCTURES | OTHERS)[request.param]
    suppress = any("suppressed" in indicator for indicator in chosen)
    league = make_league(chosen, **settings)
    simulated = simulate(league, 9, empty_share=0.2, seed=4, suppress=suppress, keep_back="b")
    # Every third cell was suppressed, however large: make them small, as suppressed cells are.
    for i, k in np.argwhere(simulated.cells.suppressed):
        rate = np.exp(simulated.cells.reference[k].mean)
        simulated.cells.n[i, k] = np.rint(simulated.cells.definitions[k].suppressed[1] / rate)
    return simulated


def with_the_rest(posterior, example: Example):
    """What `made_posterior` leaves out: one coherence for two domains, and returns."""
    rng = np.random.default_rng(7)
    shape = (posterior.sizes["chain"], posterior.sizes["draw"])
    more = {}
    if example.structure.coherence == "common":
        more["agreement"] = (("chain", "draw"), rng.beta(4, 4, shape))
    n = len(example.cells.collections)
    if n:
        n_groups = len(example.cells.groups)
        dims = ("chain", "draw", "unit_group", "collection")
        more["return_intercept"] = (dims, rng.normal(0, 1, (*shape, n_groups, n)))
    if n and example.cells.selection.estimate:
        more["return_slope"] = (("chain", "draw", "collection"), rng.normal(0, 1, (*shape, n)))
        more["return_factor"] = (("chain", "draw"), rng.gamma(2, 0.5, shape))
    return posterior.assign(more)


def log_probability(cells, i: int, k: int, eta: np.ndarray) -> np.ndarray:
    """Of one exact or suppressed number given eta, any shape."""
    y = cells.y[i, k : k + 1]
    indicator = cells.definitions[k]
    if cells.suppressed[i, k]:
        y = np.arange(indicator.suppressed[0], indicator.suppressed[1] + 1.0)
    n = cells.n[i, k]
    at = eta[..., None]
    if indicator.family == "count":
        terms = y * (np.log(n) + at) - n * np.exp(at) - gammaln(y + 1)
    else:
        y = y[y <= n]
        choose = gammaln(n + 1) - gammaln(y + 1) - gammaln(n - y + 1)
        terms = choose + y * np.log(expit(at)) + (n - y) * np.log(expit(-at))
    return logsumexp(terms, axis=-1)


def of_level(p, s: int, cells, i: int, columns, u: np.ndarray, f: float | None) -> np.ndarray:
    """Log density of cells given the level above them, shape of u; f is integrated out if None."""
    g = cells.group[i]
    total = np.zeros_like(u)
    gaussian = [k for k in columns if cells.category[i, k] < 0 and not cells.exact[i, k]]
    if gaussian:
        t = cells.common_error_loading[i, gaussian]
        own = p.uniqueness_sd[s, gaussian] ** 2 + cells.error_variance[i, gaussian]
        shared = 0.0 if f is not None else np.outer(t, t)
        law = multivariate_normal(np.zeros(len(gaussian)), np.diag(own) + shared)
        centre = (
            p.expected[s, g, gaussian]
            + t * (f or 0.0)
            + u[..., None] * p.domain_loading[s, gaussian]
        )
        total += law.logpdf(cells.value[i, gaussian] - centre).reshape(u.shape)
    for k in set(columns.tolist()) - set(gaussian):
        centre = p.expected[s, g, k] + u * p.domain_loading[s, k]
        psi = p.uniqueness_sd[s, k]
        if cells.exact[i, k]:
            eta = centre[..., None] + psi * GRID
            total += logsumexp(log_probability(cells, i, k, eta) + LOG_STEP, axis=-1)
        else:
            start = sum(max(len(labels) - 1, 0) for labels in cells.labels[:k])
            cuts = p.cut_point[s, start : start + len(cells.labels[k]) - 1]
            ends = np.concatenate([[-np.inf], cuts, [np.inf]])
            low, high = ends[cells.category[i, k]], ends[cells.category[i, k] + 1]
            with np.errstate(divide="ignore"):
                total += np.log(ndtr((high - centre) / psi) - ndtr((low - centre) / psi))
    return total


V = np.linspace(-9, 9, 181)
LOG_STEP_OF_V = np.log(V[1] - V[0]) - 0.5 * np.log(2 * np.pi)
COARSE = np.linspace(-6, 6, 33)  # a third of an sd, for what is integrated out one in another
LOG_COARSE = np.log(COARSE[1] - COARSE[0]) - 0.5 * np.log(2 * np.pi) - 0.5 * COARSE**2


def of_domain(p, s: int, cells, i: int, m: int, u: np.ndarray) -> np.ndarray:
    """Log density of the cells of a domain given its level, shape of u.

    With facets: given f, those of each given v, on a grid; then over v given u, and over f.
    """
    has = cells.present[i] & (cells.domain == m)
    if not (has & (cells.facet >= 0)).any():
        return of_level(p, s, cells, i, np.flatnonzero(has), u, None)
    terms = []
    for f in COARSE if cells.common_error_loading[i, has].any() else [0.0]:
        columns = np.flatnonzero(has & (cells.facet < 0))
        given = of_level(p, s, cells, i, columns, u, f)
        for facet in np.unique(cells.facet[has & (cells.facet >= 0)]):
            columns = np.flatnonzero(has & (cells.facet == facet))
            kappa = p.facet_coherence[s, facet]
            at_v = of_level(p, s, cells, i, columns, V, f) - 0.5 * np.log(1 - kappa)
            law = -0.5 * (V - np.sqrt(kappa) * u[..., None]) ** 2 / (1 - kappa) + LOG_STEP_OF_V
            given = given + logsumexp(law + at_v, axis=-1)
        terms.append(given)
    if len(terms) == 1:
        return terms[0]
    return logsumexp(np.array(terms) + LOG_COARSE.reshape(-1, *[1] * u.ndim), axis=0)


def of_returns(p, s: int, cells, i: int, z: np.ndarray) -> np.ndarray:
    """Log probability of what a unit returned given z, with what else makes it return on a grid."""
    theta = p.group_effect[s, cells.group[i]] + z
    terms = np.zeros((len(z), len(GRID)))
    for c in np.flatnonzero(cells.returned[i]):
        at = p.return_intercept[s, cells.group[i], c] + p.return_slope[s, c] * theta
        terms += log_ndtr(cells.returned[i, c] * (at[:, None] + p.return_factor[s, c] * GRID))
    return logsumexp(terms + LOG_STEP, axis=1)


def by_brute_force(p, s: int, cells, i: int) -> float:
    z = GRID
    total = LOG_STEP + of_returns(p, s, cells, i, z)
    for m in range(len(cells.domains)):
        rho = p.coherence[s, m]
        if rho == 1:
            total = total + of_domain(p, s, cells, i, m, z)
        else:
            law = -0.5 * (U - np.sqrt(rho) * z[:, None]) ** 2 / (1 - rho) + LOG_STEP_OF_U
            given = of_domain(p, s, cells, i, m, U) - 0.5 * np.log(1 - rho)
            total = total + logsumexp(law + given, axis=1)
    return float(logsumexp(total))


def test_it_is_what_dense_grids_give(example: Example) -> None:
    cells = example.cells
    posterior = with_the_rest(made_posterior(example, 1, spread=0.15), example)
    found = observed_log_likelihood(posterior, cells, example.structure)
    p = parameters_by_draw(posterior, cells, example.structure)
    expected = [[by_brute_force(p, s, cells, i) for i in range(len(cells.units))] for s in range(2)]
    np.testing.assert_allclose(found, expected, atol=QUADRATURE)
    gaussian = not (cells.exact.any() or example.structure.sampled or cells.collections)
    if gaussian:
        np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-8)


def test_leaving_out_the_only_cells_of_a_domain_leaves_the_rest(example: Example) -> None:
    """The probability of a cell given the others sums over its categories to one."""
    cells = example.cells
    ordered = np.argwhere(cells.category >= 0)
    if not len(ordered):
        pytest.skip("no categories here")
    posterior = with_the_rest(made_posterior(example, 1), example)
    i, k = ordered[0]
    rest = observed_log_likelihood(posterior, cells, example.structure, without=k)[:, i]
    total = np.zeros(2)
    for category in range(len(cells.labels[k])):
        cells.category[i, k] = category
        whole = observed_log_likelihood(posterior, cells, example.structure)[:, i]
        total += np.exp(whole - rest)
    np.testing.assert_allclose(total, 1, atol=QUADRATURE)


def test_it_is_the_mean_over_latents_that_are_simulated() -> None:
    """The joint model, with every latent drawn from its prior: no integral is done anywhere."""
    chosen, settings = STRUCTURES["every family"]
    example = simulate(make_league(chosen, **settings), 6, seed=2)
    cells = example.cells
    posterior = made_posterior(example, 1, spread=0.2)
    p = parameters_by_draw(posterior, cells, example.structure)
    found = observed_log_likelihood(posterior, cells, example.structure)[0]
    rng = np.random.default_rng(5)
    n = 400_000
    z = rng.normal(size=n)
    rho = coherence_by_domain(posterior, cells, example.structure)[0]
    for i in range(len(cells.units)):
        log_p = np.zeros(n)
        for m in range(len(cells.domains)):
            u = np.sqrt(rho[m]) * z + np.sqrt(1 - rho[m]) * rng.normal(size=n)
            f = rng.normal(size=n)
            for k in np.flatnonzero(cells.present[i] & (cells.domain == m)):
                mean = p.expected[0, cells.group[i], k] + p.domain_loading[0, k] * u
                eta = mean + p.uniqueness_sd[0, k] * rng.normal(size=n)
                if cells.exact[i, k]:
                    log_p += log_probability(cells, i, k, eta)
                elif cells.category[i, k] >= 0:
                    start = sum(max(len(labels) - 1, 0) for labels in cells.labels[:k])
                    cuts = p.cut_point[0, start : start + len(cells.labels[k]) - 1]
                    with np.errstate(divide="ignore"):
                        log_p += np.log(np.searchsorted(cuts, eta) == cells.category[i, k])
                else:
                    # What is specific to the cell is integrated out, or nobody would come near.
                    sd = np.hypot(p.uniqueness_sd[0, k], np.sqrt(cells.error_variance[i, k]))
                    off = (cells.value[i, k] - mean - cells.common_error_loading[i, k] * f) / sd
                    log_p += -0.5 * off**2 - np.log(sd) - 0.5 * np.log(2 * np.pi)
        weight = np.exp(log_p - log_p.max())
        estimate = np.log(weight.mean()) + log_p.max()
        standard_error = weight.std() / weight.mean() / np.sqrt(n)
        assert standard_error < 0.15
        assert abs(found[i] - estimate) < 4 * standard_error, cells.units[i]
