"""The ranking of a fit, and what its missing cells have to do with it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from openness.fitting import Fit, reliability, require_gate, scores
from openness.measures import completeness, missing_cells
from openness.measures.strata import Scope
from openness.standing.missingness_table import missingness_table
from openness.standing.table import ranking_table


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
        See `openness.standing.ranking_table`.

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
        See `openness.standing.missingness_table`. A cell is missing if it is of a scored indicator,
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
