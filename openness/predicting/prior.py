"""Tables of measures that the model expects before it has seen a value."""

from __future__ import annotations

import numpy as np
import pymc as pm
import xarray as xr
from pytensor.compile.mode import Mode

from openness.errors import InvalidInput, Problem
from openness.fitting.evidence import observed_data
from openness.fitting.gate import LATENT
from openness.league import League
from openness.measures import Measures
from openness.model import build_from_cells
from openness.model.cells import Cells, make_cells
from openness.model.identification import identify
from openness.model.observed import parameters_by_draw
from openness.model.observed_kernel import Parameters
from openness.predicting.replicate import Table, replicate

Array = np.ndarray


def prior_predictive(
    league: League,
    measures: Measures,
    *,
    seed: int,
    draws: int = 500,
    model: pm.Model | None = None,
) -> xr.DataTree:
    """Simulate the table of measures that the priors expect, on the scale of the measures.

    Every table has the units, denominators and gaps of the measures; parameters, latents and
    answers are drawn. Which units made their returns is taken as it is.

    Parameters
    ----------
    league : League
    measures : Measures
    seed : int
        The same seed gives the same tables.
    draws : int
    model : pymc.Model, optional
        A collapsed model whose priors you have changed; that of the league if not given. A
        `pymc.Potential` does not take part: what is drawn from are the priors of the variables.

    Returns
    -------
    xarray.DataTree
        Groups `prior` (the parameters, `factor` and `domain_level`), `prior_predictive` and
        `observed_data`, with a variable for each indicator: a share, a count, a score, or the
        position of a category from 0.

    Raises
    ------
    InvalidInput
        If fewer than one draw is asked for.
    NotIdentified
        If the data hold no information on openness.

    Notes
    -----
    The centres and widths of some priors are taken from the measures (see the explanation of the
    model), so that these tables have about the right level.

    Examples
    --------
    >>> import openness
    >>> league = openness.load_league("learning-from-mistakes-2016")
    >>> simulated = openness.league_of_2016(1)
    >>> measures = openness.read_measures(simulated.measures, simulated.units, league)
    >>> prior = openness.prior_predictive(league, measures, seed=1, draws=100)  # doctest: +SKIP
    >>> prior["prior_predictive"]["treated_fairly"].std("unit_treated_fairly")  # doctest: +SKIP
    """
    if draws < 1:
        found = Problem("prior_predictive", "draws", str(draws), "a whole number, at least 1")
        raise InvalidInput([found])
    cells = make_cells(league, measures)
    structure = identify(league, cells)
    if model is None:
        model = build_from_cells(league, cells, structure, method="collapsed")
    of_model, of_latents, of_answers = (
        int(part.generate_state(1)[0]) for part in np.random.SeedSequence(seed).spawn(3)
    )
    prior = _draw_parameters(model, draws, of_model)
    parameters = parameters_by_draw(prior, cells, structure)
    z, level, eta = _draw_units(parameters, cells, np.random.default_rng(of_latents))
    factor = z + parameters.group_effect[:, cells.group]
    mean = prior["domain_mean"].to_numpy()[0] if "domain_mean" in prior else None
    level += (parameters.group_effect[..., None] if mean is None else mean)[:, cells.group]
    prior = prior.assign(
        factor=(("chain", "draw", "unit"), factor[None]),
        domain_level=(("chain", "draw", "unit", "domain"), level[None]),
    ).assign_coords(unit=list(cells.units), domain=list(cells.domains))
    table = Table(league, measures, cells)
    return xr.DataTree.from_dict(
        {
            "prior": prior,
            "prior_predictive": replicate(table, eta, parameters, (1, draws), of_answers),
            "observed_data": observed_data(cells, measures),
        }
    )


def _draw_parameters(model: pm.Model, draws: int, seed: int) -> xr.Dataset:
    names = [
        variable.name
        for variable in (*model.free_RVs, *model.deterministics)
        if variable.name not in LATENT
    ]
    # Nothing is compiled: a few hundred draws of a few dozen numbers take less time than that.
    plain = Mode(linker="py", optimizer="fast_compile")
    drawn = pm.draw([model[name] for name in names], draws, random_seed=seed, mode=plain)
    dims = {
        name: model.named_vars_to_dims.get(name)
        or [f"{name}_dim_{axis}" for axis in range(values.ndim - 1)]
        for name, values in zip(names, drawn, strict=True)
    }
    labels = {
        dim: list(model.coords[dim] or ())
        for given in dims.values()
        for dim in given
        if dim in model.coords
    }
    return xr.Dataset(
        {
            name: (("chain", "draw", *dims[name]), values[None])
            for name, values in zip(names, drawn, strict=True)
        },
        coords={"chain": [0], "draw": np.arange(draws), **labels},
    )


def _draw_units(
    p: Parameters, cells: Cells, rng: np.random.Generator
) -> tuple[Array, Array, Array]:
    """Draw z (S, N), levels less their group mean (S, N, M) and true values (S, N, K)."""
    n_draws, n = len(p.coherence), len(cells.units)
    z = rng.standard_normal((n_draws, n))
    rho = p.coherence[:, None, :]
    own = rng.standard_normal((n_draws, n, len(cells.domains)))
    level = np.sqrt(rho) * z[..., None] + np.sqrt(1 - rho) * own
    specific = rng.standard_normal((n_draws, n, len(cells.indicators)))
    eta = (
        p.expected[:, cells.group]
        + p.domain_loading[:, None, :] * level[:, :, cells.domain]
        + p.uniqueness_sd[:, None, :] * specific
    )
    return z, level, eta
