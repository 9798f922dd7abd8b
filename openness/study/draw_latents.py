"""Draw the latents of a simulated league: openness, domain levels and linear predictors."""

from __future__ import annotations

import numpy as np
import pandas as pd

from openness.league import League
from openness.model.tree import draw_facets, draw_levels, linear_predictor, roots
from openness.study.departures import Departures
from openness.study.truth import Truth

NONE = Departures()


def draw_latents(
    league: League,
    groups: pd.Series,
    truth: Truth,
    rng: np.random.Generator,
    departures: Departures = NONE,
) -> tuple[pd.Series, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Draw openness, levels of domains and facets, and linear predictors; see `SimulatedLeague`.

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
    domain_levels, facet_levels, eta : pandas.DataFrame
        Rows `unit`, columns `domain`, `facet` and `indicator`.
    """
    z = departures.draw(len(groups), rng)
    theta = pd.Series(truth.group_effect[groups].to_numpy() + z, groups.index, name="factor")
    u = draw_levels(
        theta.to_numpy(),
        truth.domain_shift[groups.tolist()].to_numpy().T,
        *roots(truth.coherence.to_numpy()),
        lambda shape: departures.draw(shape, rng),
    )
    levels = pd.DataFrame(u, theta.index, truth.coherence.index)
    domain_of = {facet.id: facet.domain for facet in league.facets}
    of = [levels.columns.get_loc(domain_of[facet]) for facet in truth.facet_coherence.index]
    v = draw_facets(
        u,
        np.array(of, dtype=int),
        *roots(truth.facet_coherence.to_numpy()),
        lambda shape: departures.draw(shape, rng),
    )
    facets = pd.DataFrame(v, theta.index, truth.facet_coherence.index)
    eta = _linear_predictors(league, levels, facets, truth, rng, departures)
    return theta, levels, facets, eta


def _linear_predictors(
    league: League,
    levels: pd.DataFrame,
    facets: pd.DataFrame,
    truth: Truth,
    rng: np.random.Generator,
    departures: Departures,
) -> pd.DataFrame:
    """Rows `unit`, columns `indicator`, with c = sign omega sqrt(h), psi = omega sqrt(1 - h)."""
    columns: dict[str, np.ndarray] = {}
    r = departures.specific_correlation
    common = departures.draw(len(levels), rng) if r else 0.0
    met: set[str] = set()
    for indicator in league.scored:
        a, b = roots(truth.communality[indicator.id])
        above = levels[indicator.domain] if indicator.facet is None else facets[indicator.facet]
        x = departures.bent(indicator.domain, above.to_numpy())
        specific = departures.draw(len(levels), rng)
        if indicator.domain not in met:
            specific = np.sqrt(r) * common + np.sqrt(1 - r) * specific
        met.add(indicator.domain)
        omega = indicator.sign * truth.spread[indicator.id]
        columns[indicator.id] = linear_predictor(
            x, truth.intercept[indicator.id], omega * a, omega * b * specific
        )
    return pd.DataFrame(columns, levels.index).rename_axis(columns="indicator")
