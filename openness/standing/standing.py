"""Who stands where: the units of a fit, who is ranked against whom, and on which draws."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import xarray as xr

from openness.errors import InvalidInput, Problem
from openness.fitting import Fit, reliability, require_gate, scores
from openness.league import League
from openness.measures import completeness
from openness.measures.lookup import unknown_units
from openness.measures.strata import Scope, as_scope, strata_of
from openness.ranking import Posterior
from openness.ranking.arguments import as_probability
from openness.standing.eligibility import reasons_not_ranked, without_lone_units

COMPLETENESS = ("measures_present", "measures_applicable", "domains_present")


@dataclass(frozen=True, eq=False)
class Stratum:
    """Units that are ranked against each other.

    Attributes
    ----------
    id : str
        "all", or the id of a group.
    label : str
        The same for readers.
    posterior : openness.ranking.Posterior
        Joint draws of the published score of the units that are ranked, by code.
    """

    id: str
    label: str
    posterior: Posterior


@dataclass(frozen=True, eq=False)
class Standing:
    """Where a fit puts its units: what every published result of it rests on.

    Attributes
    ----------
    fit : Fit
    units : pandas.DataFrame
        Indexed by `unit`, all of them, in the order of the fit: `name`, `group`, `stratum` (empty
        for a unit that is not ranked), `measures_present`, `measures_applicable`,
        `domains_present`, `reliability`, `ranked`, `reason` (why not; empty for those that are).
    score : xarray.DataArray
        Draws of the published score, dims (sample, unit), of all units.
    strata : tuple of Stratum
        One of all units, or one for each group in which two or more are ranked; empty where no
        two can be ranked against each other.
    scope : {"all", "within_group"}
    prob : float
        Probability of the intervals.
    draft : bool
        The fit did not pass the gate.
    """

    fit: Fit
    units: pd.DataFrame
    score: xr.DataArray
    strata: tuple[Stratum, ...]
    scope: Scope
    prob: float
    draft: bool

    @property
    def league(self) -> League:
        """The league of the fit."""
        return self.fit.league

    def stratum_of(self, unit: str) -> Stratum:
        """Return the stratum in which a unit is ranked.

        Raises
        ------
        InvalidInput
            If the unit is not in the fit, or is not ranked.
        """
        if problems := unknown_units([unit], self.units.index.tolist(), "unit"):
            raise InvalidInput(problems)
        row = self.units.loc[unit]
        if not row["ranked"]:
            said = "a unit that is ranked"
            raise InvalidInput([Problem("unit", unit, f"not ranked: {row['reason']}", said)])
        return next(stratum for stratum in self.strata if stratum.id == row["stratum"])

    def require_strata(self) -> tuple[Stratum, ...]:
        """Return the strata, or refuse a fit in which no two units can be ranked.

        Raises
        ------
        InvalidInput
        """
        if self.strata:
            return self.strata
        plural = self.league.unit_plural
        found = f"{self.units['ranked'].sum()} of {len(self.units)} {plural} can be ranked"
        allowed = "it takes 2 that are ranked against each other"
        remedy = "`openness rank` lists the reasons"
        raise InvalidInput([Problem("fit", "units", found, allowed, remedy)])


def stand(
    fit: Fit, *, scope: Scope | None = None, prob: float | None = None, draft: bool = False
) -> Standing:
    """Say who is ranked against whom, on which draws.

    The only place that asks the gate: whatever is published is made from a standing.

    Parameters
    ----------
    fit : Fit
    scope : {"all", "within_group"}, optional
        Rank all units together or each group by itself; the league's if not given.
    prob : float, optional
        Probability of the equal-tailed intervals; the league's if not given.
    draft : bool
        Allow a fit that did not pass the gate. Every result of the standing then says DRAFT.

    Returns
    -------
    Standing

    Raises
    ------
    GateFailed
        If the fit did not pass the gate and no draft was asked for.
    InvalidInput
        If the scope or the probability is not one.
    """
    require_gate(fit, draft=draft)
    league, units = fit.league, fit.measures.units
    scope = as_scope(scope, league)
    prob = as_probability(league.interval if prob is None else prob)
    counts = completeness(fit.measures, league).loc[units.index]
    settled = reliability(fit).to_numpy()
    reasons = reasons_not_ranked(counts, settled, league.eligibility)
    reasons = without_lone_units(reasons, units["group"], league, scope)
    table = units[["name", "group"]].join(counts[list(COMPLETENESS)])
    table = table.assign(
        stratum="",
        reliability=settled,
        ranked=[not reason for reason in reasons],
        reason=pd.Series(reasons, index=units.index, dtype="str"),
    ).rename_axis("unit")
    labels = {group.id: group.label for group in league.groups}
    labels["all"] = f"All {league.unit_plural}"
    score = scores(fit)
    strata = []
    for members in strata_of(units["group"], league, scope):
        chosen = members[table["ranked"].to_numpy()[members]]
        if len(chosen) > 1:
            names = units.index[chosen]
            id = "all" if scope == "all" else str(units["group"].iloc[chosen[0]])
            posterior = Posterior.from_draws(score.to_numpy()[:, chosen], names)
            strata.append(Stratum(id, labels[id], posterior))
            table.loc[names, "stratum"] = id
    return Standing(fit, table, score, tuple(strata), scope, prob, fit.is_draft)
