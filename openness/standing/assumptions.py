"""How far a ranking rests on what was assumed: weights, priors of types, what does not apply."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from openness.fitting import scores, with_score
from openness.guards.looked import look
from openness.guards.reweighted import ALTERNATIVES, prior_weights
from openness.league import Score
from openness.ranking import expected_rank, rank_draws
from openness.result import Result
from openness.standing.judged import coherence_sensitivity
from openness.standing.standing import Standing

_CONCENTRATION = 50.0
"""Of uncertain weights: with ten equal ones, each is between .03 and .20 in 19 draws of 20."""

FEWEST_DRAWS = 400
"""Effective draws below which reweighted ranks are rough; as many as the gate asks for."""


def sensitivity(standing: Standing) -> Result:
    """Say how far ranks move if something that was assumed were otherwise.

    Nothing is fitted again. Weights, what does not apply and how ratings count are those of another
    score of the same draws; other priors of the sd between types are importance weights of the
    draws; coherences are moved as in `openness.coherence_sensitivity`.

    Parameters
    ----------
    standing : Standing
        Of a fit of the collapsed model.

    Returns
    -------
    Result
        `table`, indexed by `assumption` and `alternative`: `rank_correlation` (Spearman, of
        expected ranks), `median_move` and `furthest_move` (ranks), `unit` (who moves furthest),
        `name`, `effective_draws` (that the figures rest on). Moves are among the units that are
        ranked either way, and within strata.

        `about`: `fewest_draws`, effective draws below which a row is rough and a refit is due.

    Raises
    ------
    InvalidInput
        If no two units can be ranked.

    Examples
    --------
    >>> found = openness.sensitivity(fit)
    >>> found.table.index.get_level_values("assumption").unique().tolist()
    ['sd between types', 'coherence']
    """
    standing.require_strata()
    rows = {
        key: _moves(standing, other, draws)
        for key, other, draws in (*_scores(standing), *_types(standing), *_coherence(standing))
    }
    index = pd.MultiIndex.from_tuples(list(rows), names=["assumption", "alternative"])
    table = pd.DataFrame(list(rows.values()), index)
    about = {"fewest_draws": FEWEST_DRAWS}
    return Result("sensitivity", table, standing.league, standing=standing, about=about)


Alternative = tuple[tuple[str, str], dict[str, pd.Series], float]
"""Assumption and alternative, expected ranks by stratum, and the draws that they rest on."""


def _ranks(standing: Standing, weights: np.ndarray | None = None) -> dict[str, pd.Series]:
    """Expected ranks by stratum, of weighted draws if asked."""
    return {
        stratum.id: pd.Series(
            expected_rank(stratum.posterior.ranks)
            if weights is None
            else np.average(rank_draws(stratum.posterior.draws), axis=0, weights=weights),
            index=list(stratum.posterior.names),
        )
        for stratum in standing.strata
    }


def _scores(standing: Standing) -> Iterator[Alternative]:
    for name, score in _other_scores(standing):
        other = standing.with_score(scores(with_score(standing.fit, score)))
        yield name, _ranks(other), float(standing.score.sizes["sample"])


def _other_scores(standing: Standing) -> Iterator[tuple[tuple[str, str], Score]]:
    league, declared = standing.league, standing.league.score
    if declared.of == "factor":
        return
    for rule in ("equal_measures", "equal_sources"):
        if declared.weights != rule:
            yield ("weights", rule.replace("_", " ")), declared.model_copy(update={"weights": rule})
    if declared.weights_concentration is None:
        uncertain = {"weights_concentration": _CONCENTRATION}
        name = f"Dirichlet with concentration {_CONCENTRATION:g}"
        yield ("weights", name), declared.model_copy(update=uncertain)
    if any(indicator.labels for indicator in league.scored):
        other = "latent" if declared.ratings == "category" else "category"
        yield ("ratings", other), declared.model_copy(update={"ratings": other})
    status = standing.fit.measures.grid("status", tuple(i.id for i in league.scored))
    if (status == "not_applicable").any():
        other = "predict" if declared.not_applicable == "reweight" else "reweight"
        yield ("not applicable", other), declared.model_copy(update={"not_applicable": other})


def _types(standing: Standing) -> Iterator[Alternative]:
    if standing.fit.provenance["method"] != "collapsed":
        return
    looked = look(standing.fit)
    for prior in ALTERNATIVES:
        weights = prior_weights(looked, prior)
        if weights is not None:
            effective = float(weights.sum() ** 2 / (weights**2).sum())
            yield ("sd between types", prior), _ranks(standing, weights), effective


def _coherence(standing: Standing) -> Iterator[Alternative]:
    moved = coherence_sensitivity(standing)
    if moved is None:
        return
    first, second = moved.about["domains"]
    for ratio, by_unit in moved.table.drop(columns=["draft", 1.0], errors="ignore").items():
        ranks = {
            stratum.id: by_unit.loc[list(stratum.posterior.names)] for stratum in standing.strata
        }
        name = f"{first} {ratio} times {second}"
        yield ("coherence", name), ranks, float(standing.score.sizes["sample"])


def _moves(standing: Standing, other: dict[str, pd.Series], draws: float) -> dict[str, object]:
    """Moves of units between two rankings, among those that both rank."""
    now, then = [], []
    for stratum, ranks in _ranks(standing).items():
        both = ranks.index.intersection(other.get(stratum, pd.Series(dtype=float)).index)
        now.append(ranks[both].rank())
        then.append(other[stratum][both].rank() if len(both) else pd.Series(dtype=float))
    before, after = pd.concat(now), pd.concat(then)
    moves = (after - before).abs()
    who = str(moves.idxmax())
    return {
        "rank_correlation": before.corr(after, method="spearman"),
        "median_move": moves.median(),
        "furthest_move": moves.max(),
        "unit": who,
        "name": str(standing.units.loc[who, "name"]),
        "effective_draws": draws,
    }
