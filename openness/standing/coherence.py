"""What a ranking would be if one of two sources of evidence said more of openness."""

from __future__ import annotations

import numpy as np
import pandas as pd

from openness.fitting import published_score
from openness.model.columns import coherence_by_domain
from openness.model.latents import draw_latents
from openness.ranking import expected_rank, rank_draws
from openness.result import Result
from openness.standing.evidence import evidence_of
from openness.standing.standing import Standing

_NEARLY_ONE = 0.999


def coherence_sensitivity(
    standing: Standing, ratios: tuple[float, ...] = (0.5, 1.0, 2.0)
) -> Result | None:
    """Expected ranks if one of two sources of evidence said more of openness than the other.

    With two domains the data settle the product of the two coherences and nothing of their ratio;
    the model sets it to 1. Here it is moved, with the product as it was and no coherence above 1.
    The likelihood stays the same.

    Parameters
    ----------
    standing : Standing
    ratios : tuple of float
        Coherence of the first domain over that of the second.

    Returns
    -------
    Result or None
        `table`: expected rank among all units by unit, a column for each ratio. `about`: `domains`.
        None if the league does not have two domains that share one coherence.
    """
    fit = standing.fit
    cells, structure = evidence_of(fit)
    if structure.coherence != "common" or fit.provenance["method"] != "collapsed":
        return None
    posterior = fit.posterior
    common = coherence_by_domain(posterior, cells, structure)[:, 0]
    columns = {}
    for ratio in ratios:
        latents = draw_latents(
            posterior,
            cells,
            structure,
            np.random.default_rng(fit.provenance["seed"]),
            coherence=_divide(common, ratio),
        )
        factor = posterior["factor"].copy(data=latents.factor.reshape(posterior["factor"].shape))
        draws = published_score(posterior.assign(factor=factor), fit.league, fit.measures)
        columns[ratio] = expected_rank(rank_draws(draws.to_numpy()))
    moved = pd.DataFrame(columns, index=pd.Index(cells.units, name="unit"))
    return Result(
        "coherence",
        moved.rename_axis(columns="ratio"),
        standing.league,
        standing=standing,
        about={"domains": cells.domains},
    )


def furthest_moves(moved: pd.DataFrame) -> tuple[float, float, str]:
    """Return how far the median unit moves over the ratios, how far the furthest, and which.

    Given the table of `coherence_sensitivity`, with a column for the ratio 1.
    """
    ranks = moved.drop(columns="draft", errors="ignore")
    moves = ranks.sub(ranks[1.0], axis=0).abs().max(axis=1)
    return float(moves.median()), float(moves.max()), str(moves.idxmax())


def _divide(common: np.ndarray, ratio: float) -> np.ndarray:
    """Coherences (S, 2) with the product `common`^2 and a ratio as near as 1 allows."""
    larger = np.minimum(_NEARLY_ONE, common * np.sqrt(max(ratio, 1 / ratio)))
    smaller = np.minimum(_NEARLY_ONE, common**2 / larger)
    pair = (larger, smaller) if ratio >= 1 else (smaller, larger)
    return np.column_stack(pair)
