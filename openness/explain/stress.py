"""How far returning must depend on openness before a band changes.

A run that ignores selection takes a return that was not made as saying nothing of the unit. Here
the slope of the selection model is moved over a stated grid. The draws of the run are kept: given
each, openness is drawn anew with the returns taken in, exactly, and the draw is weighted by how
probable the returns are under it (importance sampling with the run as the proposal). Where too few
draws carry the weight, the model is fitted again with that slope.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from openness.errors import InvalidInput, Problem
from openness.fitting import Fit, Settings, published_score, reliability, require_gate, scores
from openness.league import League, Selection
from openness.measures import completeness
from openness.model.cells import Cells, make_cells
from openness.model.columns import coherence_by_domain, columns_by_draw, flatten, lay_out
from openness.model.identification import identify
from openness.model.kernel import condition_on_cells
from openness.model.selection import (
    SelectionParameters,
    draw_selected,
    log_probability_of_returns,
    usual_intercept,
)
from openness.ranking import ranking_table

Array = np.ndarray

SLOPES = (-2.0, -1.5, -1.0, -0.75, -0.5, -0.25, 0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0)
"""Slopes of the probit of returning, by within-group sds of openness."""

ENOUGH = 400.0
"""Effective draws below which weights are not trusted: the gate's own bound."""

_DRAWS = 1000  # of the run, evenly spaced; as precise as ranks in whole numbers need
_PROPOSAL_WIDTH = 1.3  # sds of the intercept's proposal over those of its normal approximation


@dataclass(frozen=True)
class Stress:
    """Bands of every unit under each slope.

    Attributes
    ----------
    bands : pandas.DataFrame
        Index `unit`, columns the slopes: the most probable band, missing for units without one.
    expected_rank : pandas.DataFrame
        Likewise.
    slopes : pandas.DataFrame
        Index `slope`: `effective_draws` of the weights, and `by`, "weights" or "refit".
    changes : pandas.DataFrame
        Index `unit`, units with a return that was not made: `name`, `group`, `band`, and for
        either direction (`below`, `above` 0) the slope nearest to 0 at which the band is another
        and that band; missing where it does not change on the grid.
    """

    bands: pd.DataFrame
    expected_rank: pd.DataFrame
    slopes: pd.DataFrame
    changes: pd.DataFrame


def stress(
    fit: Fit,
    slopes: Sequence[float] = SLOPES,
    *,
    seed: int = 0,
    refit: bool = True,
    draft: bool = False,
    report: Callable[[str], None] = lambda _: None,
) -> Stress:
    """Move the slope of the selection model over a grid and see which bands change.

    Parameters
    ----------
    fit : Fit
        Of a league that ignores selection, with units that did not return a collection.
    slopes : sequence of float
        In within-group sds of openness, each in [-3, 3]; 0 is added. A positive slope says that
        open units return more often, so that not to return speaks against a unit.
    seed : int
        Of the draws of openness.
    refit : bool
        Fit again where the weights leave fewer than `ENOUGH` effective draws; otherwise take the
        weights as they are, and say so.
    draft : bool
        Allow a fit that did not pass the gate.
    report : callable
        Receives a sentence for every refit.

    Returns
    -------
    Stress

    Raises
    ------
    InvalidInput
        If the league has a selection model already, no return is missing, or a slope is out of
        range.
    GateFailed
        If the fit did not pass the gate and no draft was asked for.
    """
    require_gate(fit, draft=draft)
    grid = sorted({0.0, *map(float, slopes)})
    _refuse(fit, grid)
    cells = make_cells(_with_slope(fit.league, 1.0), fit.measures)
    if not cells.collections:
        raise InvalidInput(
            [
                Problem(
                    "stress",
                    "measures",
                    "no collection that some units returned and others, asked, did not",
                    "at least one, with the status not_returned",
                )
            ]
        )
    laws = _condition(fit, cells)
    ranked, notes = {}, []
    for slope in grid:
        if slope == 0:
            draws, effective, by = scores(fit).to_numpy(), float(len(laws.mean)), "run"
        else:
            draws, effective = _weigh(laws, cells, slope, np.random.default_rng(seed))
            by = "weights"
        if refit and effective < ENOUGH:
            report(f"Slope {slope:g}: {effective:.0f} effective draws, too few; fitting again.")
            draws, by = _refit(fit, slope), "refit"
        ranked[slope] = _rank(fit, draws)
        notes.append({"slope": slope, "effective_draws": round(effective), "by": by})
    bands = pd.DataFrame({slope: table["band"] for slope, table in ranked.items()})
    ranks = pd.DataFrame({slope: table["expected_rank"] for slope, table in ranked.items()})
    return Stress(
        bands=bands.rename_axis(index="unit", columns="slope"),
        expected_rank=ranks.rename_axis(index="unit", columns="slope"),
        slopes=pd.DataFrame(notes).set_index("slope"),
        changes=_changes(fit, cells, bands),
    )


@dataclass(frozen=True)
class _Laws:
    """z given the cells under T draws of the run: N(mean, variance), theta = z + offset; (T, N)."""

    mean: Array
    variance: Array
    offset: Array
    published_offset: Array
    """What the published score has of the offset: all of it, or nothing within groups."""


def _refuse(fit: Fit, grid: Sequence[float]) -> None:
    problems = [
        Problem("stress", "slopes", f"{slope:g}", "from -3 to 3")
        for slope in grid
        if not abs(slope) <= 3
    ]
    if not fit.league.selection.is_ignored:
        problems.append(
            Problem(
                "stress",
                "league",
                "a selection model of its own",
                "a run that ignores selection, from which it is moved",
            )
        )
    if problems:
        raise InvalidInput(problems)


def _with_slope(league: League, slope: float) -> League:
    return league.model_copy(update={"selection": Selection(slope=slope)})


def _condition(fit: Fit, cells: Cells) -> _Laws:
    """Take the law of z given the cells, without the returns, from evenly spaced draws."""
    posterior = fit.posterior
    structure = identify(fit.league, cells)
    layout = lay_out(cells, structure)
    coherence = coherence_by_domain(posterior, cells, structure)
    at = np.linspace(0, len(coherence) - 1, min(_DRAWS, len(coherence))).astype(int)
    mean, variance = [], []
    for columns in columns_by_draw(posterior, cells, layout.grid, coherence, at):
        _, mean_z, var_z, *_ = condition_on_cells(
            columns.residual,
            columns.loading,
            columns.domain_loading,
            columns.specific_variance,
            *layout.arguments,
        )
        mean.append(mean_z)
        variance.append(var_z)
    offset = np.zeros((len(at), len(cells.units)))
    if "group_effect" in posterior:
        offset = flatten(posterior["group_effect"])[at][:, cells.group].astype(float)
    published = offset if fit.league.score == "overall" else np.zeros_like(offset)
    return _Laws(np.array(mean), np.array(variance), offset, published)


def _weigh(
    laws: _Laws, cells: Cells, slope: float, rng: np.random.Generator
) -> tuple[Array, float]:
    """Draw the published score under a slope; also return the effective number of draws.

    Every draw has intercepts of its own, from a normal approximation to their law given the rest of
    it, and is weighted by the probability of the returns over that of its intercepts.
    """
    n_draws, n_units = laws.mean.shape
    usual, sd = usual_intercept(cells)
    returned = np.tile(cells.returned, (n_draws, 1))
    flat = laws.mean.ravel(), laws.variance.ravel(), laws.offset.ravel(), returned

    def parameters(intercept: Array) -> SelectionParameters:
        return SelectionParameters(np.repeat(intercept, n_units, axis=0), slope, 0.0)

    def log_density(intercept: Array) -> Array:
        log_p = log_probability_of_returns(*flat, parameters(intercept))
        prior = -0.5 * (((intercept - usual) / sd) ** 2).sum(axis=1)
        return log_p.reshape(n_draws, n_units).sum(axis=1) + prior

    centre, precision = _approximate(log_density, np.tile(usual, (n_draws, 1)))
    width = _PROPOSAL_WIDTH / np.sqrt(precision)
    standard = rng.standard_normal(centre.shape)
    intercept = centre + width * standard
    log_weight = log_density(intercept) + (0.5 * standard**2 + np.log(width)).sum(axis=1)
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    z = draw_selected(*flat, parameters(intercept), rng).reshape(n_draws, n_units)
    # Systematic resampling: every draw comes up as often as its weight says, give or take one.
    steps = (rng.random() + np.arange(n_draws)) / n_draws
    chosen = np.minimum(np.searchsorted(np.cumsum(weight), steps), n_draws - 1)
    return (z + laws.published_offset)[chosen], float(1 / (weight**2).sum())


def _approximate(
    log_density: Callable[[Array], Array], start: Array, steps: int = 4
) -> tuple[Array, Array]:
    """Maximise over each column by Newton's method; return where, and the precision there.

    Intercepts of different collections hardly depend on each other.
    """
    x, small = start.copy(), 1e-3
    precision = np.ones_like(x)
    for _ in range(steps):
        middle = log_density(x)
        for c in range(x.shape[1]):
            shift = np.zeros_like(x)
            shift[:, c] = small
            above, below = log_density(x + shift), log_density(x - shift)
            precision[:, c] = np.maximum(-(above - 2 * middle + below) / small**2, 0.1)
            x[:, c] += np.clip((above - below) / (2 * small) / precision[:, c], -1, 1)
            middle = log_density(x)
    return x, precision


def _refit(fit: Fit, slope: float) -> Array:
    """Draw the published score from a fit of its own."""
    from openness.fitting.fit import fit as fit_league

    settings = {
        name: value for name, value in fit.provenance["settings"].items() if name != "cores"
    }
    league = _with_slope(fit.league, slope)
    seed = int(fit.provenance["seed"])
    again = fit_league(league, fit.measures, seed=seed, settings=Settings(**settings))
    return published_score(again.posterior, league, fit.measures).to_numpy()


def _rank(fit: Fit, draws: Array) -> pd.DataFrame:
    """Rank the units that the run ranks: who is eligible does not depend on the slope."""
    return ranking_table(
        draws,
        completeness(fit.measures, fit.league),
        fit.measures.units,
        fit.league,
        reliability(fit).to_numpy(),
    ).reindex(fit.measures.units.index)


def _changes(fit: Fit, cells: Cells, bands: pd.DataFrame) -> pd.DataFrame:
    missed = pd.Index(np.array(cells.units)[(cells.returned == -1).any(axis=1)], name="unit")
    table = fit.measures.units.loc[missed, ["name", "group"]].copy()
    table["band"] = bands.loc[missed, 0.0]
    grid = [float(slope) for slope in bands.columns]
    below = [slope for slope in reversed(grid) if slope < 0]
    above = [slope for slope in grid if slope > 0]
    for direction, slopes in (("below", below), ("above", above)):
        first = [_first_change(bands.loc[unit], slopes) for unit in missed]
        table[f"slope_{direction}"] = [slope for slope, _ in first]
        table[f"band_{direction}"] = [band for _, band in first]
    return table


def _first_change(bands: pd.Series, slopes: Sequence[float]) -> tuple[float, str | None]:
    """Return the slope nearest to 0 at which the band is another, and that band."""
    for slope in slopes:
        if isinstance(bands[0.0], str) and bands[slope] != bands[0.0]:
            return slope, bands[slope]
    return np.nan, None
