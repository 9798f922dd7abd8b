"""Draw the latents of a simulated league: openness, domain levels and linear predictors."""

from __future__ import annotations

import numpy as np
import pandas as pd

from openness.league import League
from openness.study.departures import Departures
from openness.study.truth import Truth

NONE = Departures()


def draw_latents(
    league: League,
    groups: pd.Series,
    truth: Truth,
    rng: np.random.Generator,
    departures: Departures = NONE,
) -> tuple[pd.Series, pd.DataFrame, pd.DataFrame]:
    """Draw openness, domain levels and linear predictors; see `SimulatedLeague`.

    Parameters
    ----------
    league : League
    groups : pandas.Series
        The group of each unit, indexed by `unit`.
    truth : Truth
    rng : numpy.random.Generator
    departures : Departures
        From the model.

    Returns
    -------
    factor : pandas.Series
        By unit.
    domain_levels, eta : pandas.DataFrame
        Rows `unit`, columns `domain` and `indicator`.
    """
    z = departures.draw(len(groups), rng)
    theta = pd.Series(truth.group_effect[groups].to_numpy() + z, groups.index, name="factor")
    levels = _domain_levels(theta, groups.tolist(), truth, rng, departures)
    return theta, levels, _linear_predictors(league, levels, truth, rng, departures)


def _domain_levels(
    theta: pd.Series,
    groups: list[str],
    truth: Truth,
    rng: np.random.Generator,
    departures: Departures,
) -> pd.DataFrame:
    """u_im = nu_mg + sqrt(rho_m) theta_i + sqrt(1 - rho_m) d_im, rows `unit`, columns `domain`."""
    rho = truth.coherence.to_numpy()
    nu = truth.domain_shift[groups].to_numpy().T
    d = departures.draw(nu.shape, rng)
    u = nu + np.sqrt(rho) * theta.to_numpy()[:, None] + np.sqrt(1 - rho) * d
    return pd.DataFrame(u, theta.index, truth.coherence.index)


def _linear_predictors(
    league: League,
    levels: pd.DataFrame,
    truth: Truth,
    rng: np.random.Generator,
    departures: Departures,
) -> pd.DataFrame:
    """eta_ik = alpha_k + sign_k omega_k ( sqrt(h_k) u_im + sqrt(1 - h_k) e_ik )."""
    columns: dict[str, np.ndarray] = {}
    r = departures.specific_correlation
    common = departures.draw(len(levels), rng) if r else 0.0
    met: set[str] = set()
    for indicator in league.scored:
        h = truth.communality[indicator.id]
        u = departures.bent(indicator.domain, levels[indicator.domain].to_numpy())
        specific = departures.draw(len(levels), rng)
        if indicator.domain not in met:
            specific = np.sqrt(r) * common + np.sqrt(1 - r) * specific
        met.add(indicator.domain)
        turned = np.sqrt(h) * u + np.sqrt(1 - h) * specific
        omega = indicator.sign * truth.spread[indicator.id]
        columns[indicator.id] = truth.intercept[indicator.id] + omega * turned
    return pd.DataFrame(columns, levels.index).rename_axis(columns="indicator")
