"""One replicate: simulate a league, rank it by every method, hold each against the truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from openness.fitting import Fit, Settings
from openness.league import League
from openness.measures import Measures, read_measures
from openness.naive import METHODS
from openness.naive.methods import cut
from openness.standing import rank, stand
from openness.study.definition import Study
from openness.study.score import FIGURES, Intervals, Target, positions, score_table, target_of
from openness.study.true_score import true_score
from openness.study.worlds import league_of, simulate_world, truth_of

MODEL, MODEL_ORDER = "model", "model_order"
"""The band that the model finds most probable, and the band that its order gives."""

COLUMNS = (
    *("condition", "replicate", "seed", "method", "among", "units"),
    *FIGURES,
    *("failure", "rhat", "ess", "divergences"),
)


@dataclass(frozen=True, order=True)
class Task:
    """A replicate of a condition, by position and from 0."""

    condition: int
    replicate: int

    def seed(self, study: Study) -> np.random.SeedSequence:
        """Return the replicate's own seed.

        It is that of `SeedSequence(study.seed).spawn(...)[condition].spawn(...)[replicate]`, and
        depends neither on how many of either there are nor on who runs it.
        """
        return np.random.SeedSequence(study.seed, spawn_key=(self.condition, self.replicate))


def run_replicate(study: Study, task: Task) -> pd.DataFrame:
    """Run one replicate.

    Parameters
    ----------
    study : Study
    task : Task

    Returns
    -------
    pandas.DataFrame
        Columns `COLUMNS`, a row for each method and class of units. A method that failed has one
        row, with the reason in `failure` and no figures. Of the model also the largest R-hat and
        the fewest effective draws of any hyperparameter, and the divergences.
    """
    condition = study.conditions[task.condition]
    data_seed, fit_seed = task.seed(study).spawn(2)
    made = league_of(condition, study.bands, study.interval, as_made=True)
    simulated = simulate_world(
        condition, made, truth_of(condition, made), np.random.default_rng(data_seed)
    )
    league = league_of(condition, study.bands, study.interval)
    measures = read_measures(simulated.measures, simulated.units, league)
    target = target_of(true_score(simulated, league), league.bands)
    among = classes_of(measures, league)
    tables = [_naive(name, measures, league, target, among) for name in study.methods]
    if study.model:
        tables.append(_model(study, measures, league, target, among, fit_seed))
    table = pd.concat(tables, ignore_index=True)
    return table.assign(
        condition=condition.id, replicate=task.replicate, seed=seed_code(task.seed(study))
    )[list(COLUMNS)]


def seed_code(seed: np.random.SeedSequence) -> str:
    """Return a short name of a seed."""
    return f"{int(seed.generate_state(1)[0]):08x}"


def classes_of(measures: Measures, league: League) -> dict[str, np.ndarray]:
    """Return which units are of which class: all, (in)complete, and by what is missing.

    Returns
    -------
    dict of str to (n,) bool array
        `all`, `complete`, `incomplete`, and a status for the units with at least one such cell.
    """
    status = measures.grid("status", tuple(indicator.id for indicator in league.scored))
    missing = (status != "observed") & (status != "not_applicable")
    incomplete = missing.any(axis=1)
    classes = {
        "all": np.ones(len(status), dtype=bool),
        "complete": ~incomplete,
        "incomplete": incomplete,
    }
    return classes | {str(s): (status == s).any(axis=1) for s in np.unique(status[missing])}


def _naive(
    name: str,
    measures: Measures,
    league: League,
    target: Target,
    among: dict[str, np.ndarray],
) -> pd.DataFrame:
    try:
        table = METHODS[name](measures, league).table
    except Exception as error:  # it is recorded and counted; the other methods go on
        return _failed(name, error)
    band = positions(table["band"], league.bands)
    return _labelled(name, score_table(table["rank"].to_numpy(), band, target, among))


def _model(
    study: Study,
    measures: Measures,
    league: League,
    target: Target,
    among: dict[str, np.ndarray],
    seed: np.random.SeedSequence,
) -> pd.DataFrame:
    from openness.study.model_cache import fit_by_cached_model

    settings = Settings(**study.sampler.model_dump(), cores=1)
    try:
        fit = fit_by_cached_model(
            league, measures, seed=int(seed.generate_state(1)[0]), settings=settings
        )
    except Exception as error:  # likewise
        return pd.concat([_failed(MODEL, error), _failed(MODEL_ORDER, error)])
    ranking = rank(stand(fit, draft=True)).table.loc[measures.units.index]
    intervals = Intervals(
        *(
            ranking[f"{what}_{end}"].to_numpy()
            for what in ("score", "rank")
            for end in ("lower", "upper")
        )
    )
    order = ranking["expected_rank"].rank(method="first")
    tables = [
        _labelled(
            name,
            score_table(order.to_numpy(), positions(band, league.bands), target, among, intervals),
        )
        for name, band in ((MODEL, ranking["band"]), (MODEL_ORDER, cut(order, league.bands)))
    ]
    return pd.concat(tables).assign(**_convergence(fit))


def _convergence(fit: Fit) -> dict[str, float]:
    """Return the worst of the hyperparameters."""
    table = fit.diagnostics.table
    return {
        "rhat": float(table["rhat"].max()),
        "ess": float(table[["ess_bulk", "ess_tail"]].to_numpy().min()),
        "divergences": float(fit.diagnostics.divergences),
    }


def _labelled(method: str, table: pd.DataFrame) -> pd.DataFrame:
    return table.reset_index().assign(
        method=method, failure="", rhat=np.nan, ess=np.nan, divergences=np.nan
    )


def _failed(method: str, error: Exception) -> pd.DataFrame:
    reason = f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
    row: dict[str, object] = {"method": method, "among": "all", "units": 0, "failure": reason}
    row |= dict.fromkeys((*FIGURES, "rhat", "ess", "divergences"), np.nan)
    return pd.DataFrame([row])
