"""True parameters of the measurement model, and how to draw them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.stats import norm

from openness.families import family_of
from openness.league import Indicator, League


@dataclass(frozen=True)
class Truth:
    """The parameters of one simulated league, labelled.

    Attributes
    ----------
    intercept, spread, communality : pandas.Series
        Indexed by `indicator` (scored ones): alpha and omega on the link scale of the indicator
        (logit of a share, log of a rate per unit of denominator, the score's own units), and h.
        Ordinal and binary indicators have intercept 0 and spread 1.
    cuts : pandas.Series
        Indexed by `indicator` and `cut` (from 1): cut points of ordinal and binary indicators on
        the scale of eta, rising, in the natural order of the categories.
    coherence : pandas.Series
        Indexed by `domain`: rho.
    facet_coherence : pandas.Series
        Indexed by `facet`: kappa. Empty where the league has no facets.
    group_effect : pandas.Series
        Indexed by `group`: mu, in within-group sds of openness.
    domain_shift : pandas.DataFrame
        Rows `domain`, columns `group`: nu, by how much a group differs in one domain only.
    """

    intercept: pd.Series
    spread: pd.Series
    communality: pd.Series
    cuts: pd.Series
    coherence: pd.Series
    group_effect: pd.Series
    domain_shift: pd.DataFrame
    facet_coherence: pd.Series = field(default_factory=lambda: by_facet({}))

    def cuts_of(self, indicator: str) -> np.ndarray:
        """Return the cut points of one ordinal or binary indicator, shape (categories - 1,)."""
        of_one = self.cuts.index.get_level_values("indicator") == indicator
        return self.cuts[of_one].to_numpy(dtype=float)


def draw_truth(
    league: League,
    rng: np.random.Generator,
    *,
    units_per_group: Mapping[str, int] | None = None,
    communality: tuple[float, float] | None = None,
    coherence: tuple[float, float] | None = None,
    facet_coherence: tuple[float, float] | None = None,
    group_sd: float | None = None,
    shift_sd: float | None = None,
) -> Truth:
    """Draw the parameters of a league.

    Parameters
    ----------
    league : League
    rng : numpy.random.Generator
    units_per_group : mapping of str to int, optional
        Weights with which the group effects are centred, as the model centres them; equal
        weights if not given.
    communality, coherence, facet_coherence : (float, float), optional
        Beta shapes to draw h, rho and kappa from; the league's priors if not given. A league of one
        domain has rho = 1.
    group_sd, shift_sd : float, optional
        Sd of group effects and of domain shifts; drawn from the league's half-normal priors if
        not given. A league of one group has neither.

    Returns
    -------
    Truth

    Notes
    -----
    The priors of intercepts and spreads are stated in terms of the data, so the truth takes
    typical figures of NHS tables instead. Proportion: mean share about 0.5 (logit sd 0.5), spread
    about 0.3 logits. Count: about 0.03 per unit of denominator (log sd 0.4), spread about 0.4.
    Score: mean about 6.5 (sd 0.5), spread about 0.4. Spreads vary by a log sd of 0.2. Categories
    of an ordinal indicator: shares from a Dirichlet with 4 for every category; binary: share of
    ones from Beta(4, 4).
    """
    ids = pd.Index([indicator.id for indicator in league.scored], name="indicator")
    domains = pd.Index([domain.id for domain in league.scored_domains], name="domain")
    groups = pd.Index([group.id for group in league.groups], name="group")

    located = [_location(indicator, rng) for indicator in league.scored]
    h = rng.beta(*(communality or league.priors.communality), size=len(ids))
    rho = rng.beta(*(coherence or league.priors.coherence), size=len(domains))
    if len(domains) == 1:
        rho = np.ones(1)

    kappa = {
        facet.id: float(rng.beta(*(facet_coherence or league.priors.facet)))
        for facet in league.scored_facets
    }
    tau = group_sd if group_sd is not None else abs(rng.normal(0, league.priors.group_scale))
    tau_d = shift_sd if shift_sd is not None else abs(rng.normal(0, league.priors.shift_scale))
    mu = rng.normal(0, tau, size=len(groups))
    nu = rng.normal(0, tau_d, size=(len(domains), len(groups)))
    weights = np.array([1 if units_per_group is None else units_per_group[g] for g in groups])
    mu = mu - np.average(mu, weights=weights)
    if len(groups) == 1:
        mu, nu = np.zeros_like(mu), np.zeros_like(nu)

    return Truth(
        intercept=pd.Series([intercept for intercept, _ in located], ids, name="intercept"),
        spread=pd.Series([spread for _, spread in located], ids, name="spread"),
        communality=pd.Series(h, ids, name="communality"),
        cuts=_cuts(league, rng),
        coherence=pd.Series(rho, domains, name="coherence"),
        group_effect=pd.Series(mu, groups, name="group_effect"),
        domain_shift=pd.DataFrame(nu, domains, groups),
        facet_coherence=by_facet(kappa),
    )


def by_facet(coherence: Mapping[str, float]) -> pd.Series:
    """Return kappa by facet as `Truth` holds it."""
    index = pd.Index(list(coherence), dtype=object, name="facet")
    return pd.Series(list(coherence.values()), index, dtype=float, name="facet_coherence")


def _location(indicator: Indicator, rng: np.random.Generator) -> tuple[float, float]:
    """Intercept and spread of one indicator; 0 and 1 where cut points take their place."""
    if indicator.labels:
        return 0.0, 1.0
    mean, sd, spread = family_of(indicator).typical
    return rng.normal(mean, sd), spread * np.exp(rng.normal(0, 0.2))


def _cuts(league: League, rng: np.random.Generator) -> pd.Series:
    keys: list[tuple[str, int]] = []
    values: list[float] = []
    for indicator in league.scored:
        if not indicator.labels:
            continue
        below = family_of(indicator).draw_shares_below(indicator, rng)
        keys += [(indicator.id, cut + 1) for cut in range(len(below))]
        values += [float(cut) for cut in norm.ppf(below)]
    index = pd.MultiIndex.from_tuples(keys, names=["indicator", "cut"])
    return pd.Series(values, index, dtype=float, name="cut_point")
