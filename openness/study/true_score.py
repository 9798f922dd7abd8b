"""The declared score of a simulated league, of the latents that it was made from."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import norm

from openness.league import League
from openness.measures import read_measures
from openness.model.cells import Cells, make_cells
from openness.scoring import Parts, Scale, category_values, parts_of
from openness.study.simulate import SimulatedLeague

Array = np.ndarray


def true_score(
    simulated: SimulatedLeague, league: League | None = None, *, scale: Scale | None = None
) -> pd.Series:
    """Return the score that a league declares, of the true latents of its units.

    With w the weights at unit i and s the direction of a measure, that is

        sum_k w_ik s_k (eta_ik - c_k) / d_k    or    sum_m w_im (u_im - c_m) / d_m,

    for a score of measures or of sources, and theta for one of the factor.

    Parameters
    ----------
    simulated : SimulatedLeague
    league : League, optional
        Whose score; that of the simulated league if not given. It scores the same measures.
    scale : Scale, optional
        The constants c and d, and what categories count, such as those of a fit
        (`openness.fitting.result.scale_of`). If not given they are those of the truth: c and d the
        mean and the sd of the true values over the units to which a measure applies.

    Returns
    -------
    pandas.Series
        By unit.

    Notes
    -----
    What it is made of is what a fit's score is made of (`openness.scoring.parts_of`): a measure in
    which all units are alike passes its weight on. Uncertain weights are as declared. Within types,
    the mean of a type is that of the model, whatever departs from it.

    Examples
    --------
    >>> from openness.study.true_score import true_score
    >>> score = openness.Score(of="measures", weights="equal_measures")
    >>> of_measures = simulated.league.model_copy(update={"score": score})
    >>> round(abs(float(true_score(simulated, of_measures).mean())), 6)
    0.0
    """
    league = simulated.league if league is None else league
    score, group = league.score, simulated.units["group"].tolist()
    if score.of == "factor":
        usual = simulated.truth.group_effect[group].to_numpy() if score.within_group else 0.0
        return (simulated.factor - usual).rename("score")
    measures = read_measures(simulated.measures, simulated.units, league)
    cells = make_cells(league, measures)
    parts = parts_of(score, league, measures, cells)
    units = list(cells.units)
    total = np.zeros(len(units))
    for j, name in enumerate(parts.names):
        value, usual = _values(simulated, cells, parts, j, score.ratings == "category", scale)
        own = value[parts.applies[:, j]]
        centre = own.mean() if scale is None else scale.centre[name]
        spread = own.std() if scale is None else scale.spread[name]
        if score.within_group:
            centre = usual[cells.group]
        k = parts.indicator[j]
        direction = cells.definitions[k].sign if k >= 0 else 1
        total += parts.by_unit[:, j] * direction * (value - centre) / spread
    return pd.Series(total, pd.Index(units, name="unit"), name="score")[simulated.factor.index]


def _values(
    simulated: SimulatedLeague,
    cells: Cells,
    parts: Parts,
    j: int,
    by_category: bool,
    scale: Scale | None,
) -> tuple[Array, Array]:
    """What a part counts at each unit (N,), and what the model expects in each group (G,)."""
    truth, units, groups = simulated.truth, list(cells.units), list(cells.groups)
    k, domain = parts.indicator[j], cells.domains[parts.domain[j]]
    usual = np.sqrt(truth.coherence[domain]) * truth.group_effect[groups].to_numpy()
    usual += truth.domain_shift.loc[domain, groups].to_numpy()
    if k < 0:
        # No data settle where a level is 0: in the model, where its units with data are on average.
        seen = cells.present[:, cells.domain == parts.domain[j]].any(axis=1)
        zero = usual[cells.group[seen]].mean()
        return simulated.domain_levels.loc[units, domain].to_numpy() - zero, usual - zero
    name = cells.indicators[k]
    indicator = simulated.league.indicator(name)
    if indicator.facet is not None:
        usual = np.sqrt(truth.facet_coherence[indicator.facet]) * usual
    loading = indicator.sign * truth.spread[name] * np.sqrt(truth.communality[name])
    usual = truth.intercept[name] + loading * usual
    eta = simulated.eta.loc[units, name].to_numpy()
    if not (indicator.labels and by_category):
        return eta, usual
    cuts = truth.cuts_of(name)
    if scale is None:
        counts = np.array(category_values(eta.mean(), eta.std(), cuts))
    else:  # of the categories that some unit has; of another one the nearest
        seen = np.array([indicator.labels.index(label) for label in cells.labels[k]])
        nearest = np.abs(np.arange(len(indicator.labels))[:, None] - seen).argmin(axis=1)
        counts = np.array(scale.category_value[name])[nearest]
    ends = np.concatenate([[-np.inf], cuts, [np.inf]])
    chance = np.diff(norm.cdf((ends - usual[:, None]) / truth.spread[name]), axis=1)
    return counts[(eta[:, None] > cuts).sum(axis=1)], chance @ counts
