"""Why a unit has the score that it has: what each cell adds, and what one source says."""

from __future__ import annotations

import numpy as np
import pandas as pd

from openness.explain.at_unit import AtUnit, at_unit
from openness.explain.field import Field, open_field, position_of
from openness.model.joint_normal import known_of, regress
from openness.ranking.ranks import weighted_interval
from openness.result import Result
from openness.standing import Standing

Array = np.ndarray

RETURNS = "What was returned, and what was not"

_NOTHING = 1e-9
"""Of a score: what a cell adds by rounding alone."""


def explain_score(standing: Standing, unit: str) -> Result:
    """Divide a unit's score into what its group and each of its cells add.

    Given a draw the mean of the score is linear in the cells: each adds its residual, that is how
    far it lies from what is usual in the group, times its weight. Means over draws are given.

    Parameters
    ----------
    standing : Standing
        Of a fit of the collapsed model.
    unit : str
        Its code.

    Returns
    -------
    Result
        `table`, indexed by `source`: the indicator; the domain, where an ordered or binary measure
        has its level sampled; `returns`, where the league has a selection model, for what it says
        that the unit did or did not return; or `group`, which is left out where the league scores
        within groups. Columns: `kind` ("indicator", "domain", "predicted", "returns" or "group"),
        `label`, `weight`, `contribution` (in units of the score). Cells first by size, the group
        last. `about`: `unit`, `name`, `score` (the sum), `predicted_weight` (share of the weight
        that is of measures or sources without a cell at the unit; NaN for a score of the factor).

        A line of an indicator holds what its cell says of every measure that the score counts, of
        itself first. A line of a domain holds what its level says of measures in it, or of the
        factor. A rating that counts by its category adds the difference between what its category
        counts and what its type leads one to expect; if it is absent, the line is "predicted", and
        says so of the categories that it may have.

        `weight` is that of the measure at the unit, after what does not apply has passed its weight
        on. Where a score is of sources, it is that of the source of the line. NaN where none is
        declared.

    Raises
    ------
    InvalidInput
        If the unit is not in the fit, or the fit is of the joint model.

    Notes
    -----
    The sum is the mean of the score without the Monte Carlo error of drawing what is normal.

    Examples
    --------
    >>> explained = openness.explain_score(fit, openness.rank(fit).table.index[0])
    >>> sorted(explained.table["kind"].unique())
    ['group', 'indicator']
    >>> total = explained.table["contribution"].sum()
    >>> bool(np.isclose(total, explained.about["score"]))
    True
    """
    league, row = standing.league, standing.unit(unit)
    field = open_field(standing)
    here = at_unit(field, position_of(unit, standing))
    rows = _of_what_is_known(here)
    rows += _of_ratings(here)
    rows.sort(key=lambda row: -abs(row[-1]))
    if field.returns_tell(here.unit):
        rows.append(("returns", "returns", RETURNS, np.nan, float(_of_returns(here).mean())))
    if (typical := field.counted.typical(here.unit)).any():
        label = next(group.label for group in league.groups if group.id == row["group"])
        rows.append(("group", "group", label, np.nan, float(typical.mean())))
    columns = ["kind", "source", "label", "weight", "contribution"]
    table = pd.DataFrame(rows, columns=columns).set_index("source")
    about = {
        "unit": unit,
        "name": str(row["name"]),
        "score": float(table["contribution"].sum()),
        "predicted_weight": _predicted_weight(here),
    }
    return Result("contributions", table, league, standing=standing, about=about)


Row = tuple[str, str, str, float, float]


def _of_what_is_known(here: AtUnit) -> list[Row]:
    """What each cell and each sampled level adds to the linear part of the score."""
    field, known = here.field, here.known
    cells = field.cells
    gain = regress(here.coefficients[:, :, 1:2], known).gain[..., 0]
    added = gain * known.residual
    through = field.given.evidence.level_at[here.unit] >= 0
    labels = {item.id: item.label for item in field.standing.league.domains}
    rows: list[Row] = []
    for at, (k, m) in enumerate(zip(known.indicator, known.domain, strict=True)):
        contribution = float(added[:, at].mean())
        if k < 0:
            name = cells.domains[m]
            rows.append(("domain", name, labels[name], _weight(here, -1, m), contribution))
        # What reaches the score through a sampled level has no line of its own.
        elif not through[m] or np.abs(added[:, at]).max() > _NOTHING:
            name, label = cells.indicators[k], cells.definitions[k].label
            rows.append(("indicator", name, label, _weight(here, k, m), contribution))
    return rows


def _of_ratings(here: AtUnit) -> list[Row]:
    """What ratings add by the category that they have, or may have."""
    cells, counted = here.field.cells, here.field.counted
    kinds = dict.fromkeys(counted.known_ratings(here.unit), "indicator")
    kinds |= dict.fromkeys(here.predicted, "predicted")
    rows: list[Row] = []
    for j, kind in kinds.items():
        k = int(counted.indicator[j])
        weight = _weight(here, k, int(counted.domain[j]))
        added = float(counted.adds(here.unit, j).mean())
        rows.append((kind, cells.indicators[k], cells.definitions[k].label, weight, added))
    return rows


def _of_returns(here: AtUnit) -> Array:
    """By how much the linear part of the score moves by what was returned, (S,)."""
    given_cells = regress(here.coefficients[:, :, :2], here.known)
    mean, variance = given_cells.mean[:, 0], given_cells.covariance[:, 0, 0]
    tilted = here.field.given_returns(here.unit, mean, variance)[1]
    return np.asarray(given_cells.covariance[:, 1, 0] / variance * (tilted - mean))


def _weight(here: AtUnit, k: int, m: int) -> float:
    """Declared weight at the unit of a measure, or of its source if the score is of sources."""
    counted, of = here.field.counted, here.field.standing.league.score.of
    parts = {"measures": counted.indicator == k, "sources": counted.domain == m}
    if of == "factor" or not parts[of].any() or (of == "measures" and k < 0):
        return float("nan")
    return float(counted.weight[here.unit, parts[of]].sum())


def _predicted_weight(here: AtUnit) -> float:
    """Share of the weight of what has no cell at the unit."""
    counted, present = here.field.counted, here.field.cells.present[here.unit]
    domain = here.field.cells.domain
    absent = [
        not (present[k] if k >= 0 else present[domain == m].any())
        for k, m in zip(counted.indicator, counted.domain, strict=True)
    ]
    return float(counted.weight[here.unit, absent].sum()) if counted.domain[0] >= 0 else np.nan


def rank_by_source(standing: Standing, unit: str) -> Result:
    """Rank a unit by each of its sources alone, among the others as they are.

    Parameters
    ----------
    standing : Standing
        Of a fit of the collapsed model.
    unit : str
        Its code.

    Returns
    -------
    Result
        `table`, indexed by `source`, the domains in which the unit is measured, in the order of the
        league. Columns: `label`, `score_mean`, `score_sd`, `rank_median`, `rank_lower`,
        `rank_upper`. `about`: `unit`, `name`, `interval_prob`, `interval_kind`.

    Raises
    ------
    InvalidInput
        If the unit is not in the fit, or the fit is of the joint model.

    Notes
    -----
    Nothing is fitted again. Given each posterior draw of the hyperparameters, the score is drawn
    from its distribution given the unit's cells of one domain and its group, everything else about
    it being predicted; that a return was made or not says nothing here. The hyperparameters have
    seen all cells.
    """
    row, league = standing.unit(unit), standing.league
    field = open_field(standing)
    here = at_unit(field, position_of(unit, standing))
    rng = np.random.default_rng(standing.fit.provenance["seed"])
    labels = {item.id: item.label for item in league.domains}
    measured = field.cells.domain[field.cells.present[here.unit]]
    rows = {}
    for m in np.unique(measured):
        name = field.cells.domains[m]
        score = _by_one_source(field, here.unit, int(m), rng)
        median, lower, upper = weighted_interval(field.rank(here.unit, score), None, standing.prob)
        rows[name] = {
            "label": labels[name],
            "score_mean": float(score.mean()),
            "score_sd": float(score.std()),
            "rank_median": median,
            "rank_lower": lower,
            "rank_upper": upper,
        }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("source")
    about = {"unit": unit, "name": str(row["name"]), **standing.interval}
    return Result("sources", table, league, standing=standing, about=about)


def _by_one_source(field: Field, unit: int, m: int, rng: np.random.Generator) -> Array:
    """Draw the score of a unit of which the cells of one source are known, (S,)."""
    counted, a = field.counted, field.coefficients
    own = [j for j in counted.known_ratings(unit) if counted.domain[j] == m]
    others = [
        j for j, r in counted.ratings.items() if j not in own and r.category_value is not None
    ]
    linear = counted.linear(unit, a, own + others)[..., None]
    latents = a.true_value[:, :, counted.indicator[others].astype(int)]
    known = known_of(field.given, a, unit, field.at, domain=m)
    found = regress(np.concatenate([linear, latents], axis=2), known)
    size, directions = np.linalg.eigh(found.covariance)
    variates = np.sqrt(np.maximum(size, 0)) * rng.standard_normal(size.shape)
    drawn = found.mean + (directions @ variates[..., None])[..., 0]
    score = counted.typical(unit) + drawn[:, 0]
    for j in own:
        score = score + counted.adds(unit, j)
    for r, j in enumerate(others, start=1):
        score = score + counted.adds(unit, j, drawn[:, r])
    return np.asarray(score)
