"""Posterior draws that no sampler made: what is exact given the draws is so for any of them."""

from __future__ import annotations

import numpy as np
import xarray as xr
from scipy.special import expit
from scipy.stats import norm

from openness.model.grid import level_positions
from openness.model.priors import coordinates

from .leagues import Example


def made_posterior(example: Example, draws: int, *, seed: int = 1, spread: float = 0.1):
    """Hyperparameters about plausible ones, with `spread` between draws; two chains.

    Sampled levels are those of the simulated truth and the values of exact cells lie where their
    likelihood has them, each with some noise.
    """
    rng = np.random.default_rng(seed)
    cells, structure = example.cells, example.structure
    n_draws, k, g, m = 2 * draws, len(cells.indicators), len(cells.groups), len(cells.domains)

    def about(centre, size):
        return np.asarray(centre) + spread * rng.normal(size=(n_draws, *size))

    h, rho = expit(about(0.4, (k,))), expit(about(0.5, (m,)))
    if structure.coherence == "one":
        rho[:] = 1
    omega = np.array([r.sd for r in cells.reference]) * np.exp(about(0, (k,)))
    sign = np.array([i.sign for i in cells.definitions])
    domain_loading = sign * omega * np.sqrt(h)
    kappa = expit(about(0.3, (len(cells.facets),)))
    on_level = np.ones((n_draws, k))  # of a domain, of what loads by 1 on the level above it
    on_level[:, cells.facet >= 0] = np.sqrt(kappa[:, cells.facet[cells.facet >= 0]])
    residual_facet_loading = domain_loading * np.sqrt(1 - on_level**2)
    domain_loading = domain_loading * on_level
    group_effect, domain_mean = about([0.3, -0.3][:g], (g,)), about(0.2, (g, m))
    intercept = np.array([r.mean for r in cells.reference]) + omega * about(0, (k,))
    expected = intercept[:, None] + domain_loading[:, None] * domain_mean[:, :, cells.domain]
    coords = coordinates(cells, structure)
    values = {
        "loading": (domain_loading * np.sqrt(rho[:, cells.domain]), ("indicator",)),
        "residual_domain_loading": (
            domain_loading * np.sqrt(1 - rho[:, cells.domain]),
            ("indicator",),
        ),
        "uniqueness_sd": (omega * np.sqrt(1 - h), ("indicator",)),
        "communality": (h, ("indicator",)),
        "coherence": (rho[:, list(structure.coherent)], ("coherent_domain",)),
        "group_effect": (group_effect, ("unit_group",)),
        "domain_mean": (domain_mean, ("unit_group", "domain")),
        "expected": (expected, ("unit_group", "indicator")),
    }
    if cells.facets:
        values["residual_facet_loading"] = (residual_facet_loading, ("indicator",))
        values["facet_coherence"] = (kappa, ("facet",))
    cuts = [norm.ppf(np.arange(1, len(labels)) / len(labels)) for labels in cells.labels if labels]
    if cuts:
        values["cut_point"] = (about(np.concatenate(cuts), (sum(map(len, cuts)),)), ("cut",))
    rows, columns = np.nonzero(level_positions(cells, structure) >= 0)
    if len(rows):
        names = list(cells.domains)
        true = example.simulated.domain_levels.loc[list(cells.units), names].to_numpy()
        values["level"] = (about(true[rows, columns], (len(rows),)), ("sampled_level",))
    if cells.exact.any():
        noise = cells.scale[cells.exact] * rng.normal(size=(n_draws, cells.exact.sum()))
        values["cell_value"] = (cells.centre[cells.exact] + noise, ("exact_cell",))
    if cells.collections:
        intercept = about(0.5, (g, len(cells.collections)))
        values["return_intercept"] = (intercept, ("unit_group", "collection"))
    return xr.Dataset(
        {
            name: (("chain", "draw", *dims), value.reshape(2, draws, *value.shape[1:]))
            for name, (value, dims) in values.items()
        },
        coords={name: labels for name, labels in coords.items() if labels},
    )
