"""Where a fit puts its units: the short way from a fit to what is published.

Each function stands for a few lines of `openness.fitting` and `openness.ranking`, which do the work
and can be used with anybody's draws.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from openness.errors import InvalidInput
from openness.fitting import Fit, published_score, reliability, require_gate, scores
from openness.measures import completeness, missing_cells
from openness.measures.lookup import unknown_units
from openness.model.cells import make_cells
from openness.model.columns import coherence_by_domain
from openness.model.identification import identify
from openness.model.latents import draw_latents
from openness.ranking import (
    Posterior,
    Superiority,
    expected_rank,
    missingness_table,
    prob_better,
    rank_draws,
    ranking_table,
)
from openness.ranking.scope import Scope

_NEARLY_ONE = 0.999


def rank(
    fit: Fit, *, prob: float | None = None, scope: Scope | None = None, draft: bool = False
) -> pd.DataFrame:
    """Rank the units of a fit.

    Parameters
    ----------
    fit : Fit
    prob : float, optional
        Probability of the equal-tailed intervals; the league's if not given.
    scope : {"all", "within_group"}, optional
        Rank all units together or within each group; the league's if not given.
    draft : bool
        Allow a fit that did not pass the gate. `table.attrs["draft"]` then says so.

    Returns
    -------
    pandas.DataFrame
        See `openness.ranking.ranking_table`.

    Raises
    ------
    GateFailed
        If the fit did not pass the gate and no draft was asked for.
    """
    require_gate(fit, draft=draft)
    table = ranking_table(
        scores(fit).to_numpy(),
        completeness(fit.measures, fit.league),
        fit.measures.units,
        fit.league,
        reliability(fit).to_numpy(),
        prob=prob,
        scope=scope,
    )
    table.attrs["draft"] = fit.is_draft
    return table


def probability_of_superiority(fit: Fit, a: str, b: str, *, draft: bool = False) -> Superiority:
    """Probability that unit `a` is ahead of unit `b`.

    Parameters
    ----------
    fit : Fit
    a, b : str
        Codes of two units.
    draft : bool
        Allow a fit that did not pass the gate.

    Returns
    -------
    Superiority
        `probability` and its `monte_carlo_error`.

    Raises
    ------
    InvalidInput
        If a unit is not in the fit.
    GateFailed
        If the fit did not pass the gate and no draft was asked for.
    """
    require_gate(fit, draft=draft)
    draws = scores(fit)
    known = draws["unit"].to_numpy().tolist()
    if problems := unknown_units((a, b), known, "probability_of_superiority"):
        raise InvalidInput(problems)
    return prob_better(Posterior.from_draws(draws.to_numpy(), known), a, b)


def coherence_sensitivity(
    fit: Fit, ratios: tuple[float, ...] = (0.5, 1.0, 2.0), *, draft: bool = False
) -> pd.DataFrame | None:
    """Expected ranks if one of two sources of evidence said more of openness than the other.

    With two domains the data settle the product of the two coherences and nothing of their ratio;
    the model sets it to 1. Here it is moved, with the product as it was and no coherence above 1.
    The likelihood stays the same.

    Parameters
    ----------
    fit : Fit
    ratios : tuple of float
        Coherence of the first domain over that of the second.
    draft : bool
        Allow a fit that did not pass the gate.

    Returns
    -------
    pandas.DataFrame or None
        Expected rank among all units by unit, a column for each ratio. None if the league does not
        have two domains that share one coherence.
    """
    require_gate(fit, draft=draft)
    cells = make_cells(fit.league, fit.measures)
    structure = identify(fit.league, cells)
    if structure.coherence != "common" or fit.provenance["method"] != "collapsed":
        return None
    posterior = fit.posterior
    common = coherence_by_domain(posterior, cells, structure)[:, 0]
    columns = {}
    for ratio in ratios:
        latents = draw_latents(
            posterior,
            cells,
            structure,
            np.random.default_rng(fit.provenance["seed"]),
            coherence=_divide(common, ratio),
        )
        openness = posterior["openness"].copy(
            data=latents.openness.reshape(posterior["openness"].shape)
        )
        draws = published_score(posterior.assign(openness=openness), fit.league, fit.measures)
        columns[ratio] = expected_rank(rank_draws(draws.to_numpy()))
    moved = pd.DataFrame(columns, index=pd.Index(cells.units, name="unit"))
    moved.attrs["domains"] = cells.domains
    return moved.rename_axis(columns="ratio")


def missingness(
    fit: Fit, *, prob: float | None = None, scope: Scope | None = None, draft: bool = False
) -> pd.DataFrame:
    """Say how much is missing at which scores and in which groups.

    Parameters
    ----------
    fit : Fit
    prob : float, optional
        Probability of the equal-tailed intervals; the league's if not given.
    scope : {"all", "within_group"}, optional
        Whether the fifths are of all units or of each group; the league's if not given.
    draft : bool
        Allow a fit that did not pass the gate. `table.attrs["draft"]` then says so.

    Returns
    -------
    pandas.DataFrame
        See `openness.ranking.missingness_table`. A cell is missing if it is of a scored indicator,
        applies to its unit and is not observed; the reasons are the statuses that occur.

    Raises
    ------
    GateFailed
        If the fit did not pass the gate and no draft was asked for.
    """
    require_gate(fit, draft=draft)
    table = missingness_table(
        scores(fit).to_numpy(),
        missing_cells(fit.measures, fit.league),
        fit.measures.units,
        fit.league,
        np.random.default_rng(fit.provenance["seed"]),
        prob=prob,
        scope=scope,
    )
    table.attrs["draft"] = fit.is_draft
    return table


def furthest_moves(moved: pd.DataFrame) -> tuple[float, float, str]:
    """Return how far the median unit moves over the ratios, how far the furthest, and which.

    Parameters
    ----------
    moved : pandas.DataFrame
        From `coherence_sensitivity`, with a column for the ratio 1.
    """
    places = moved.sub(moved[1.0], axis=0).abs().max(axis=1)
    return float(places.median()), float(places.max()), str(places.idxmax())


def _divide(common: np.ndarray, ratio: float) -> np.ndarray:
    """Coherences (S, 2) with the product `common`^2 and a ratio as near as 1 allows."""
    larger = np.minimum(_NEARLY_ONE, common * np.sqrt(max(ratio, 1 / ratio)))
    smaller = np.minimum(_NEARLY_ONE, common**2 / larger)
    pair = (larger, smaller) if ratio >= 1 else (smaller, larger)
    return np.column_stack(pair)
