"""Who is ranked against whom: the units of a fit that can be ranked, and their joint draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from openness.errors import InvalidInput, Problem
from openness.fitting import Fit, reliability, require_gate, scores
from openness.league import Bands
from openness.measures import completeness
from openness.measures.strata import Scope, as_scope, strata_of
from openness.ranking import Posterior, band_limits
from openness.standing.eligibility import reasons_not_ranked, without_lone_units


@dataclass(frozen=True, eq=False)
class Division:
    """Units that are ranked against each other.

    Attributes
    ----------
    among : str
        "all", or the id of a group.
    label : str
        The same for readers.
    posterior : Posterior
        Draws of the published score of the units that can be ranked, by code.
    """

    among: str
    label: str
    posterior: Posterior


@dataclass(frozen=True, eq=False)
class Divided:
    """A fit's units, and those of them that are ranked against each other.

    Attributes
    ----------
    units : pandas.DataFrame
        Indexed by unit, all of them: `name`, `group`, `ranked`, `reason`.
    parts : tuple of Division
        One of all units, or one for each group in which two or more can be ranked.
    scope : {"all", "within_group"}
    """

    units: pd.DataFrame
    parts: tuple[Division, ...]
    scope: Scope


def divide(fit: Fit, *, scope: Scope | None = None, draft: bool = False) -> Divided:
    """Find the units that can be ranked, and who is ranked against whom.

    Parameters
    ----------
    fit : Fit
    scope : {"all", "within_group"}, optional
        The league's if not given.
    draft : bool
        Allow a fit that did not pass the gate.

    Returns
    -------
    Divided

    Raises
    ------
    GateFailed
        If the fit did not pass the gate and no draft was asked for.
    InvalidInput
        If nowhere two units can be ranked against each other.
    """
    require_gate(fit, draft=draft)
    league, units = fit.league, fit.measures.units
    scope = as_scope(scope, league)
    counts = completeness(fit.measures, league).loc[units.index]
    reasons = reasons_not_ranked(counts, reliability(fit).to_numpy(), league.eligibility)
    reasons = without_lone_units(reasons, units["group"], league, scope)
    ranked = np.array([not reason for reason in reasons])
    labels = {group.id: group.label for group in league.groups}
    draws = scores(fit).to_numpy()
    parts = []
    for members in strata_of(units["group"], league, scope):
        chosen = members[ranked[members]]
        if len(chosen) > 1:
            group = str(units["group"].iloc[chosen[0]])
            among, label = (
                ("all", f"All {league.unit_plural}") if scope == "all" else (group, labels[group])
            )
            post = Posterior.from_draws(draws[:, chosen], units.index[chosen])
            parts.append(Division(among, label, post))
    if not parts:
        found = f"{ranked.sum()} of {len(units)} {league.unit_plural} can be ranked"
        raise InvalidInput(
            [
                Problem(
                    "fit",
                    "units",
                    found,
                    "it takes 2 that are ranked against each other",
                    "`openness rank` lists the reasons",
                )
            ]
        )
    table = units[["name", "group"]].assign(
        ranked=ranked, reason=pd.Series(reasons, index=units.index, dtype="str")
    )
    return Divided(table, tuple(parts), scope)


def ranked_posterior(fit: Fit, group: str | None = None, *, draft: bool = False) -> Posterior:
    """Joint draws of the published score of the units that can be ranked, for `openness.ranking`.

    `fit.posterior` is another thing: all parameters of the model, for xarray and ArviZ.

    Parameters
    ----------
    fit : Fit
    group : str, optional
        Only the units of this group.
    draft : bool
        Allow a fit that did not pass the gate.

    Returns
    -------
    Posterior
        Names are the codes of the units, chains follow one another.

    Raises
    ------
    GateFailed
        If the fit did not pass the gate and no draft was asked for.
    InvalidInput
        If the league has no such group, or fewer than two units of it can be ranked.
    """
    if group is None:
        return divide(fit, scope="all", draft=draft).parts[0].posterior
    parts = {
        part.among: part.posterior for part in divide(fit, scope="within_group", draft=draft).parts
    }
    if group not in parts:
        allowed = f"groups with 2 {fit.league.unit_plural} that can be ranked: {', '.join(parts)}"
        raise InvalidInput([Problem("ranked_posterior", "group", repr(group), allowed)])
    return parts[group]


def in_reading_order(
    table: pd.DataFrame, divided: Divided, place: str = "expected_rank"
) -> pd.DataFrame:
    """Put ranked units first, division after division, by a column; then the others as they came.

    Parameters
    ----------
    table : pandas.DataFrame
        Indexed by unit, the ranked ones only.
    divided : Divided
    place : str
        A column of `table`, lowest first.

    Returns
    -------
    pandas.DataFrame
        All units: `name`, `group`, the columns of `table`, `ranked`, `reason`.
    """
    rows = [
        table.loc[list(part.posterior.names)].sort_values(place, kind="stable").index
        for part in divided.parts
    ]
    units = divided.units
    order = [*(unit for row in rows for unit in row), *units.index[~units["ranked"]]]
    return units[["name", "group"]].join(table).join(units[["ranked", "reason"]]).loc[order]


def cut_among(bands: Bands, units: int) -> dict[str, list[Any]]:
    """Return the rule of a league's bands for so many ranked units, as `openness.ranking.bands`.

    A league's counts are for the units that it expects. Where fewer are ranked, the lowest bands
    are short, as they are in `openness.standing.ranking_table`.
    """
    if bands.rule != "counts":
        return bands.cut
    limits = band_limits(units, **bands.cut)
    return {"counts": np.diff(limits, prepend=0).tolist()}
