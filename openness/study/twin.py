"""The twin of a real table: the same units, denominators and gaps, with a truth that is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from openness.errors import OpennessError
from openness.fitting import Fit
from openness.league import Indicator, League
from openness.measures import Measures
from openness.model.cells import Cells
from openness.model.conditional import coherence_by_domain
from openness.model.tree import group_shift, roots
from openness.study.draw_latents import draw_latents
from openness.study.observe import draw_cells, sampling_error
from openness.study.simulate import MEASURE_COLUMNS, SimulatedLeague
from openness.study.truth import Truth, by_facet


def truth_of_fit(fit: Fit) -> Truth:
    """Return parameters near the middle of a posterior, to simulate from.

    Parameters
    ----------
    fit : Fit
        Of the collapsed model.

    Returns
    -------
    Truth
        Posterior means of intercepts, spreads, communalities, coherences, cut points, group effects
        and domain levels of the groups. A group without units has effects 0. Shifts of single
        indicators, where the league has them, are left out. A category that no unit is in keeps
        probability 0.

    Raises
    ------
    OpennessError
        If a scored indicator or domain has no data, and so no parameters.

    Examples
    --------
    >>> truth = openness.study.truth_of_fit(fit)
    >>> list(truth.communality.index)
    ['heard', 'safe', 'reported', 'near_misses']
    >>> bool(truth.coherence.between(0, 1).all())
    True
    """
    league, posterior = fit.league, fit.posterior
    cells = fit.cells
    _refuse_without_data(league, cells)
    mean = posterior.mean(("chain", "draw"))
    domain_loading = posterior["loading"] ** 2 + posterior["residual_domain_loading"] ** 2
    if cells.facets:
        domain_loading = domain_loading + posterior["residual_facet_loading"] ** 2
    communality = domain_loading / (domain_loading + posterior["uniqueness_sd"] ** 2)
    coherence = coherence_by_domain(posterior, cells, fit.structure).mean(axis=0)

    ids = pd.Index([indicator.id for indicator in league.scored], name="indicator")
    domains = pd.Index(cells.domains, name="domain")
    groups = pd.Index([group.id for group in league.groups], name="group")
    effect = pd.Series(0.0, groups, name="group_effect")
    shift = pd.DataFrame(0.0, domains, groups)
    if "group_effect" in mean:
        effect.update(mean["group_effect"].to_series())
    if "domain_mean" in mean:
        level = pd.DataFrame(0.0, domains, groups)
        fitted = mean["domain_mean"].transpose("domain", "unit_group")
        level[fitted["unit_group"].to_numpy().tolist()] = fitted.to_numpy()
        shift = group_shift(level.T, effect.to_numpy(), roots(coherence)[0]).T
    return Truth(
        intercept=_of_measured(mean, "intercept", 0.0, ids),
        spread=_of_measured(mean, "spread", 1.0, ids),
        communality=communality.mean(("chain", "draw")).to_series()[ids],
        cuts=_cuts(league, cells, mean),
        coherence=pd.Series(coherence, domains, name="coherence"),
        group_effect=effect,
        domain_shift=shift,
        facet_coherence=_facet_coherence(league, cells, mean),
    )


def simulate_twin(
    measures: Measures, league: League, truth: Truth, rng: np.random.Generator
) -> SimulatedLeague:
    """Simulate the scored measures of a real table anew.

    Parameters
    ----------
    measures : Measures
        Its units, groups, denominators, standard errors and statuses are kept; every observed
        value is drawn.
    league : League
    truth : Truth
    rng : numpy.random.Generator

    Returns
    -------
    SimulatedLeague

    Notes
    -----
    The distributions are those of `simulate_league`. What is empty in the table is empty in the
    twin, whatever is drawn there: a suppressed cell need not be small.

    Examples
    --------
    `openness.study.truth_of_fit` gives the truth of a real table; here it is known.

    >>> twin = openness.study.simulate_twin(measures, league, truth, np.random.default_rng(1))
    >>> len(twin.measures) == len(measures.cells)
    True
    >>> int((twin.measures["status"] == "observed").sum()), len(measures.observed)
    (140, 140)
    """
    groups = measures.units["group"]
    theta, levels, facets, eta = draw_latents(league, groups, truth, rng)
    ids = tuple(indicator.id for indicator in league.scored)
    columns = {
        name: pd.DataFrame(measures.grid(name, ids), groups.index, pd.Index(ids))
        for name in ("denominator", "se", "status", "note")
    }
    drawn = {}
    for domain in league.scored_domains:
        common = rng.normal(size=len(groups))
        for indicator in (k for k in league.scored if k.domain == domain.id):
            error = sampling_error(indicator, domain.error_correlation, common, rng)
            size = _filled(columns["denominator"][indicator.id])
            se = _standard_error(indicator, columns["se"][indicator.id], size)
            at = eta[indicator.id].to_numpy()
            cells = draw_cells(indicator, at, error, size, se, truth, rng)
            drawn[indicator.id] = cells["value"].astype(object).to_numpy()
    values = pd.DataFrame(drawn, groups.index, dtype=object)[list(ids)]
    values = values.where(columns["status"] == "observed", np.nan)
    stacked = {name: frame.to_numpy().ravel() for name, frame in columns.items()}
    table = pd.DataFrame(
        {
            "unit": np.repeat(groups.index.to_numpy(), len(ids)),
            "indicator": np.tile(ids, len(groups)),
            "value": values.to_numpy().ravel(),
            **stacked,
        }
    )
    return SimulatedLeague(
        league=league,
        measures=table[MEASURE_COLUMNS],
        units=measures.units.reset_index(),
        truth=truth,
        factor=theta,
        domain_levels=levels,
        facet_levels=facets,
        eta=eta,
    )


def _refuse_without_data(league: League, cells: Cells) -> None:
    missing = [i.id for i in league.scored if i.id not in cells.indicators]
    if missing:
        raise OpennessError(
            f"truth_of_fit: {', '.join(missing)} had no data, so the fit has no parameters for "
            "it. Take it out of the league, or out of the score (scored = false), and fit again."
        )


def _facet_coherence(league: League, cells: Cells, mean: xr.Dataset) -> pd.Series:
    """Of a facet that the data left nothing beside, which says what its source does, 1."""
    fitted = mean["facet_coherence"].to_numpy() if cells.facets else ()
    known = dict(zip(cells.facets, map(float, fitted), strict=True))
    return by_facet({facet.id: known.get(facet.id, 1.0) for facet in league.scored_facets})


def _of_measured(mean: xr.Dataset, name: str, otherwise: float, ids: pd.Index) -> pd.Series:
    """A parameter of the indicators on a scale; `otherwise` for ordered categories."""
    values = mean[name].to_series() if name in mean else pd.Series(dtype=float)
    return values.reindex(ids).fillna(otherwise).rename(name)


def _cuts(league: League, cells: Cells, mean: xr.Dataset) -> pd.Series:
    """Cut points below every category but the lowest, also of those that no unit is in.

    The fit has one below every label that occurs, but the lowest of them. A category that does not
    occur is closed up: its lower end is that of the next label that does, -inf below them all and
    inf above.
    """
    fitted = mean["cut_point"].to_series().to_dict() if "cut_point" in mean else {}
    cuts: dict[tuple[str, int], float] = {}
    for indicator, seen in zip(cells.definitions, cells.labels, strict=True):
        ends = {seen[0]: -np.inf} if seen else {}
        ends |= {label: fitted[f"{indicator.id}: {label}"] for label in seen[1:]}
        end = np.inf
        for position in range(len(indicator.labels) - 1, 0, -1):
            end = ends.get(indicator.labels[position], end)
            cuts[indicator.id, position] = float(end)
    order = [indicator.id for indicator in league.scored]
    keys = sorted(cuts, key=lambda key: (order.index(key[0]), key[1]))
    index = pd.MultiIndex.from_tuples(keys, names=["indicator", "cut"])
    return pd.Series([cuts[key] for key in keys], index, dtype=float, name="cut_point")


def _standard_error(indicator: Indicator, published: pd.Series, size: np.ndarray) -> np.ndarray:
    if indicator.respondent_sd is None:
        return _filled(published)
    assumed = indicator.respondent_sd * np.sqrt(indicator.design_effect / size)
    return published.astype(float).fillna(pd.Series(assumed, published.index)).to_numpy()


def _filled(column: pd.Series) -> np.ndarray:
    """With the median where there is none: only cells that are emptied again have none."""
    numbers = column.astype(float)
    return numbers.fillna(numbers.median()).to_numpy()
