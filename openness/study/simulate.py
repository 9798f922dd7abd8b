"""Make a league whose truth is known: units, measures and their openness from the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from openness.errors import OpennessError
from openness.families import family_of
from openness.league import Indicator, League
from openness.study.departures import Departures
from openness.study.draw_latents import NONE, draw_latents
from openness.study.names import invented_names
from openness.study.observe import draw_cells, sampling_error
from openness.study.truth import Truth

MEASURE_COLUMNS = ["unit", "indicator", "value", "denominator", "se", "status", "note"]


@dataclass(frozen=True)
class Sizes:
    """Lognormal denominators.

    Attributes
    ----------
    median : float
        In respondents, bed days or whatever the denominator counts.
    log_sd : float
        Sd of the logarithm: 0.5 puts nineteen in twenty between 0.38 and 2.7 times the median.
    """

    median: float
    log_sd: float

    def draw(self, n: int, rng: np.random.Generator) -> np.ndarray:
        """Whole numbers of at least 1, shape (n,)."""
        return np.maximum(1, np.rint(self.median * np.exp(rng.normal(0, self.log_sd, n))))


RESPONDENTS = Sizes(400, 0.5)
"""Respondents to one trust's survey: the sample surveys of 2015 had a few hundred."""

RELATIVE_SE = 0.5
"""Median standard error of a score, as a multiple of its spread."""

EXPOSURE = Sizes(60_000, 0.6)
"""Occupied bed days of one trust in half a year."""


@dataclass(frozen=True)
class SimulatedLeague:
    """A simulated league and everything that made it.

    Attributes
    ----------
    league : League
    measures : pandas.DataFrame
        In the layout of a measures file: `unit`, `indicator`, `value`, `denominator`, `se`,
        `status`, `note`; one row for every unit and every scored indicator. The value of an
        ordinal indicator is its label.
    units : pandas.DataFrame
        In the layout of a units file: `unit`, `name`, `group`.
    truth : Truth
    factor : pandas.Series
        theta, indexed by `unit`.
    domain_levels : pandas.DataFrame
        u, rows `unit`, columns `domain`.
    eta : pandas.DataFrame
        Rows `unit`, columns `indicator`: what each measure would read without sampling error, on
        its link scale. Also given for measures that do not apply to the unit.
    facet_levels : pandas.DataFrame
        v, rows `unit`, columns `facet`; without columns where the league has none.
    planted : str
        Code of the unit that a story is told about, if there is one.
    """

    league: League
    measures: pd.DataFrame
    units: pd.DataFrame
    truth: Truth
    factor: pd.Series
    domain_levels: pd.DataFrame
    eta: pd.DataFrame
    facet_levels: pd.DataFrame = field(default_factory=pd.DataFrame)
    planted: str = ""


def simulate_league(
    league: League,
    units_per_group: Mapping[str, int],
    truth: Truth,
    rng: np.random.Generator,
    *,
    respondents: Sizes | Mapping[str, Sizes] = RESPONDENTS,
    exposure: Sizes | Mapping[str, Sizes] = EXPOSURE,
    relative_se: float | Mapping[str, float] = RELATIVE_SE,
    empty_share: float = 0.0,
    departures: Departures = NONE,
) -> SimulatedLeague:
    """Simulate a league from the measurement model, exactly unless departures are named.

    Parameters
    ----------
    league : League
    units_per_group : mapping of str to int
        How many units of each of the league's groups; a group left out has none.
    truth : Truth
        Parameters for every scored indicator, scored domain and group of the league.
    rng : numpy.random.Generator
    respondents, exposure : Sizes or mapping of domain to Sizes
        Denominators of proportions and scores, and of counts. One draw per unit and domain: the
        indicators of a domain share it.
    relative_se : float or mapping of domain to float
        For scores without a declared `respondent_sd`: median standard error as a multiple of the
        indicator's spread. The errors differ between units by a log sd of 0.2 and are published.
    empty_share : float
        Probability with which an observed cell is emptied, whatever its value (`not_returned`).
    departures : Departures
        From the model.

    Returns
    -------
    SimulatedLeague

    Notes
    -----
    The levels are drawn by the rule of `openness.model.tree`, with theta_i = mu_g + z_i and levels
    that differ by nu_mg between groups.

    Proportion: y ~ Binomial(n / design effect, logistic(eta)), value y over its effective n. Count:
    Poisson(denominator exp(eta)); with a design effect D, D times a Poisson of the mean over D,
    rounded. Score: normal about eta. Ordinal: category j where cut_j < eta <= cut_j+1. Binary: 1 if
    eta > cut. The sampling errors of the proportions and scores of a domain correlate by its
    `error_correlation` (Gaussian copula), turned so that a sample of contented respondents errs
    towards "better" on all of them.

    Examples
    --------
    >>> simulated = openness.simulate_league(league, units, truth, np.random.default_rng(1))
    >>> len(simulated.units), len(simulated.measures)
    (40, 160)
    >>> simulated.factor.idxmax() in set(simulated.units["unit"])
    True
    """
    _check_labels(league, truth, units_per_group)
    groups = [group.id for group in league.groups for _ in range(units_per_group.get(group.id, 0))]
    n = len(groups)
    width = max(3, len(str(n)))
    codes = pd.Index([f"T{i + 1:0{width}d}" for i in range(n)], name="unit")
    units = pd.DataFrame({"unit": codes, "name": invented_names(n), "group": groups})

    theta, levels, facets, eta = draw_latents(
        league, pd.Series(groups, codes), truth, rng, departures
    )

    parts: dict[str, pd.DataFrame] = {}
    for domain in league.scored_domains:
        people = _sizes(respondents, domain.id, RESPONDENTS).draw(n, rng)
        days = _sizes(exposure, domain.id, EXPOSURE).draw(n, rng)
        common = rng.normal(size=n)
        relative_error = (
            relative_se.get(domain.id, RELATIVE_SE)
            if isinstance(relative_se, Mapping)
            else relative_se
        )
        for indicator in (k for k in league.scored if k.domain == domain.id):
            figure = family_of(indicator).figure
            error = sampling_error(indicator, domain.error_correlation, common, rng)
            size = days if figure == "rate" else people
            se = None
            if figure == "mean" and indicator.respondent_sd is None:
                typical = relative_error * truth.spread[indicator.id]
                se = typical * np.exp(rng.normal(0, 0.2, n))
            at = eta[indicator.id].to_numpy()
            cells = draw_cells(indicator, at, error, size, se, truth, rng)
            parts[indicator.id] = _rows(indicator, cells, units)

    measures = _units_slowest([parts[indicator.id] for indicator in league.scored])
    return SimulatedLeague(
        league=league,
        measures=_emptied(measures, empty_share, rng),
        units=units,
        truth=truth,
        factor=theta,
        domain_levels=levels,
        facet_levels=facets,
        eta=eta,
    )


def _rows(indicator: Indicator, cells: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """One indicator's rows of the measures table; emptied where it does not apply."""
    rows = cells.assign(
        unit=units["unit"].to_numpy(), indicator=indicator.id, status="observed", note=""
    ).reindex(columns=MEASURE_COLUMNS)
    rows["value"] = rows["value"].astype(object)
    applies = np.array([indicator.applies_to(group) for group in units["group"]])
    return empty_cells(rows, ~applies, "not_applicable")


def empty_cells(
    measures: pd.DataFrame, which: np.ndarray, status: str, note: str = ""
) -> pd.DataFrame:
    """Return `measures` with the rows of the mask `which` emptied and given a status."""
    emptied = measures.copy()
    emptied.loc[which, ["value", "denominator", "se"]] = np.nan
    emptied.loc[which, ["status", "note"]] = [status, note]
    return emptied


def _emptied(measures: pd.DataFrame, share: float, rng: np.random.Generator) -> pd.DataFrame:
    observed = (measures["status"] == "observed").to_numpy()
    lost = observed & (rng.random(len(measures)) < share)
    return empty_cells(measures, lost, "not_returned")


def _units_slowest(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Stack one table for each indicator, all in the order of the units."""
    stacked = pd.concat(parts)
    return stacked.sort_index(kind="stable").reset_index(drop=True)


def _sizes(sizes: Sizes | Mapping[str, Sizes], domain: str, default: Sizes) -> Sizes:
    return sizes if isinstance(sizes, Sizes) else sizes.get(domain, default)


def _check_labels(league: League, truth: Truth, units_per_group: Mapping[str, int]) -> None:
    groups = [group.id for group in league.groups]
    if unknown := sorted(set(units_per_group) - set(groups)):
        raise OpennessError(
            f"units_per_group: there is no group {', '.join(map(repr, unknown))}; "
            f"declared: {', '.join(groups)}"
        )
    wanted = {
        "indicators": [indicator.id for indicator in league.scored],
        "domains": [domain.id for domain in league.scored_domains],
        "facets": [facet.id for facet in league.scored_facets],
        "groups": groups,
    }
    came = {
        "indicators": list(truth.communality.index),
        "domains": list(truth.coherence.index),
        "facets": list(truth.facet_coherence.index),
        "groups": list(truth.group_effect.index),
    }
    for what, labels in wanted.items():
        if came[what] != labels:
            raise OpennessError(
                f"truth: its {what} are {', '.join(came[what]) or 'none'}; "
                f"the league {league.id!r} has, in this order, {', '.join(labels) or 'none'}"
            )
