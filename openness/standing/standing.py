"""Who stands where: the units of a fit, who is ranked against whom, and on which draws."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast, get_args

import pandas as pd
import xarray as xr

from openness.errors import InvalidInput, Problem
from openness.fitting import Fit, reliability, require_gate, scores, with_score
from openness.guards import Finding, findings, is_stopped, require_guards
from openness.league import League, Score
from openness.league.score import ScoreOf
from openness.measures import completeness
from openness.measures.lookup import unknown_units
from openness.measures.strata import Scope, as_scope
from openness.ranking import Posterior
from openness.ranking.arguments import as_probability
from openness.scoring import score_of
from openness.standing.classes import classes_of
from openness.standing.strata import Stratum, reasons_not_ranked, stratum_ids

COMPLETENESS = ("measures_present", "measures_applicable", "domains_present")


@dataclass(frozen=True, eq=False)
class Standing:
    """Where a fit puts its units: what every published result of it rests on.

    Attributes
    ----------
    fit : Fit
    units : pandas.DataFrame
        Indexed by `unit`, all of them, in the order of the fit: `name`, `group`, `stratum` (empty
        for a unit that is not ranked), `measures_present`, `measures_applicable`,
        `domains_present`, `reliability`, `class` (the first unit with the same figures, which
        share all that is said of ranks), `ranked`, `reason` (why not; empty for those that are).
    score : xarray.DataArray
        Draws of the published score, dims (sample, unit), of all units.
    strata : tuple of Stratum
        One of all units, or one for each group in which two or more are ranked; empty where no
        two can be ranked against each other.
    scope : {"all", "within_group"}
    prob : float
        Probability of the intervals.
    draft : bool
        The fit did not pass the gate, or a guard stops it.
    findings : tuple of Finding
        What the guards say of the fit, the gravest first.

    Examples
    --------
    >>> standing = openness.stand(fit)
    >>> standing.scope, standing.prob, standing.draft
    ('all', 0.95, False)
    >>> standing.units[["group", "domains_present", "ranked"]].head(2)
         group  domains_present  ranked
    unit
    T001  town                2    True
    T002  town                2    True
    """

    fit: Fit
    units: pd.DataFrame
    score: xr.DataArray
    strata: tuple[Stratum, ...]
    scope: Scope
    prob: float
    draft: bool
    findings: tuple[Finding, ...] = ()

    @property
    def league(self) -> League:
        """The league of the fit."""
        return self.fit.league

    @property
    def interval(self) -> dict[str, Any]:
        """What every interval of the standing is."""
        return {"interval_prob": self.prob, "interval_kind": "equal-tailed"}

    def stratum(self, id: str) -> Stratum:
        """Return one stratum.

        Parameters
        ----------
        id : str
            "all", or the id of a group, as the scope has it.

        Raises
        ------
        InvalidInput
            If there is none of this id.
        """
        known = {stratum.id: stratum for stratum in self.strata}
        if id not in known:
            allowed = f"the strata of this standing are {', '.join(known) or 'none'}"
            remedy = "A group is a stratum where the scope is 'within_group' and 2 of it are ranked"
            raise InvalidInput([Problem("stratum", "id", repr(id), allowed, remedy)])
        return known[id]

    def unit(self, code: str) -> pd.Series:
        """Return the row of `units` of one unit, or refuse with the nearest code."""
        if problems := unknown_units([code], self.units.index.tolist(), "unit"):
            raise InvalidInput(problems)
        return cast("pd.Series", self.units.loc[code])

    def stratum_of(self, unit: str) -> Stratum:
        """Return the stratum in which a unit is ranked, or refuse one that is not ranked."""
        row = self.unit(unit)
        if not row["ranked"]:
            said = "a unit that is ranked"
            raise InvalidInput([Problem("unit", unit, f"not ranked: {row['reason']}", said)])
        return self.stratum(row["stratum"])

    def require_strata(self) -> tuple[Stratum, ...]:
        """Return the strata, or refuse a fit in which no two units can be ranked."""
        if self.strata:
            return self.strata
        plural = self.league.unit_plural
        found = f"{self.units['ranked'].sum()} of {len(self.units)} {plural} can be ranked"
        allowed = "it takes 2 that are ranked against each other"
        remedy = "`openness rank` lists the reasons"
        raise InvalidInput([Problem("fit", "units", found, allowed, remedy)])

    def with_score(self, score: xr.DataArray) -> Standing:
        """Return the same units, ranked against the same others, by other draws of the score."""
        strata = tuple(
            replace(
                stratum, posterior=_posterior(score, self.units.loc[[*stratum.posterior.names]])
            )
            for stratum in self.strata
        )
        return replace(self, score=score, strata=strata)

    def in_reading_order(self, ranked: Iterable[pd.DataFrame], by: str) -> pd.DataFrame:
        """Put ranked units first, stratum after stratum, by a column; then the others as they came.

        Given a table of the ranked units of each stratum, by unit. What is returned has all units,
        with `name`, `group`, the columns of the tables, `ranked` and `reason`.
        """
        tables = [table.sort_values(by, kind="stable") for table in ranked]
        units = self.units
        order = [unit for table in tables for unit in table.index] + [
            *units.index[~units["ranked"]]
        ]
        table = units[["name", "group"]].join(pd.concat(tables))
        return table.join(units[["ranked", "reason"]]).loc[order]


def by_stratum(
    rows: Mapping[str, dict[str, Any]], columns: list[str] | None = None
) -> pd.DataFrame:
    """Return a table with a row for each stratum, of which there may be none."""
    index = pd.Index(list(rows), dtype="str", name="stratum")
    return pd.DataFrame(list(rows.values()), index, columns)


def stand(
    fit: Fit,
    *,
    scope: Scope | None = None,
    prob: float | None = None,
    score: Score | ScoreOf | None = None,
    draft: bool = False,
) -> Standing:
    """Say who is ranked against whom, on which draws.

    The only place that asks the gate and the guards: whatever is published is made from a standing.

    Parameters
    ----------
    fit : Fit
    scope : {"all", "within_group"}, optional
        Rank all units together or each group by itself; the league's if not given.
    prob : float, optional
        Probability of the equal-tailed intervals; the league's if not given.
    score : Score or {"measures", "sources", "factor"}, optional
        Rank another score than the one that the league declares. A word stands for the nearest to
        the declared one: see `openness.scoring.score_of`.
    draft : bool
        Allow a fit that did not pass the gate, or that a guard stops. Every result of the standing
        then says DRAFT.

    Returns
    -------
    Standing

    Raises
    ------
    GateFailed
        If the fit did not pass the gate or a guard stops it, and no draft was asked for.
    InvalidInput
        If the scope, the probability or the score is not one.

    Examples
    --------
    >>> standing = openness.stand(fit, scope="within_group", prob=0.9)
    >>> [(stratum.id, len(stratum.posterior.names)) for stratum in standing.strata]
    [('town', 25), ('country', 15)]
    >>> openness.rank(standing)
    <ranking of 'A small league': 40 rows, 28 columns>
    """
    if not draft:
        require_gate(fit)
    if score is not None:
        fit = with_score(fit, _as_score(score, fit.league))
    said = findings(fit)
    if not draft:
        require_guards(said)
    counts = completeness(fit.measures, _without_silent(fit))[list(COMPLETENESS)]
    known = fit.measures.units[["name", "group"]].join(counts)
    drawn = scores(fit)
    known["reliability"] = reliability(fit, drawn).to_series().astype(float)
    known["class"] = classes_of(fit.measures, fit.league)
    return standing_on(fit, drawn, known, scope=scope, prob=prob, said=said)


def _without_silent(fit: Fit) -> League:
    """The league without measures that tell no units apart: they are evidence of nobody."""
    if "constant_data" not in fit.draws.children:
        return fit.league
    told = tuple(i for i in fit.league.indicators if i.id in fit.cells.indicators)
    return fit.league.model_copy(update={"indicators": told})


def _as_score(score: Score | str, league: League) -> Score:
    if isinstance(score, Score):
        return score
    if score not in get_args(ScoreOf):
        allowed = f"a Score, or one of {', '.join(map(repr, get_args(ScoreOf)))}"
        raise InvalidInput([Problem("stand", "score", repr(score), allowed)])
    return score_of(league, score)  # type: ignore[arg-type]


def standing_on(
    fit: Fit,
    score: xr.DataArray,
    known: pd.DataFrame,
    *,
    scope: Scope | None = None,
    prob: float | None = None,
    said: tuple[Finding, ...] = (),
) -> Standing:
    """Find the units that can be ranked, and who is ranked against whom.

    Parameters
    ----------
    fit : Fit
    score : xarray.DataArray
        Draws of the published score, dims (sample, unit).
    known : pandas.DataFrame
        Indexed by `unit`: `name`, `group`, `measures_present`, `measures_applicable`,
        `domains_present`, `reliability`; and `class`, if some units have the same figures.
    scope, prob
        As for `stand`.
    said : tuple of Finding
        What the guards say.
    """
    league = fit.league
    if "class" not in known:
        known = known.assign(**{"class": known.index})
    scope = as_scope(scope, league)
    prob = as_probability(league.interval if prob is None else prob)
    reasons = reasons_not_ranked(known, league, scope)
    ranked = reasons == ""
    stratum = stratum_ids(known["group"], scope)
    labels = {group.id: group.label for group in league.groups}
    if scope == "all":
        labels = {"all": f"All {league.unit_plural}"}
    members = {id: known.index[ranked & (stratum == id)] for id in labels}
    strata = tuple(
        Stratum(id, labels[id], _posterior(score, known.loc[names]))
        for id, names in members.items()
        if len(names) > 1
    )
    units = known.assign(stratum=stratum.where(ranked, ""), ranked=ranked, reason=reasons)
    return Standing(
        fit=fit,
        units=units.rename_axis("unit"),
        score=score,
        strata=strata,
        scope=scope,
        prob=prob,
        draft=fit.is_draft or is_stopped(said),
        findings=said,
    )


def _posterior(score: xr.DataArray, units: pd.DataFrame) -> Posterior:
    names = units.index.tolist()
    return Posterior.from_draws(score.sel(unit=names).to_numpy(), names, classes=units["class"])
