"""Whether units should be ranked at all, and what the ranking owes to an assumption."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from openness.fitting import scores
from openness.model.conditional import coherence_by_domain, draw_latents
from openness.ranking import expected_rank, rank_draws, separate
from openness.ranking import verdict as verdict_on_posterior
from openness.ranking.frontier import as_lam
from openness.ranking.grades import DEFAULT_LAM
from openness.ranking.separation import may_show_places
from openness.result import Result
from openness.standing.refusals import no_in_words
from openness.standing.standing import Standing, by_stratum
from openness.standing.strata import band_probabilities


def verdict(standing: Standing, *, lam: float = DEFAULT_LAM) -> Result:
    """Say whether the units should be ranked, and how the ranking may be shown.

    Parameters
    ----------
    standing : Standing
    lam : float
        Discordance penalty of the grading, from 0 to 1.

    Returns
    -------
    Result
        `table`, indexed by `stratum`: `label`, `units` (how many are ranked), `league_reliability`,
        `rankability`, `separable_80`, `separable_90` and `separable_95` (share of the pairs in
        order with more than that probability), `n_grades` (that an optimal grading supports) and
        its `lam`, `expected_misbanded` (expected share of the units whose named band is not
        the true one) and its `monte_carlo_error`, `show_places` (as the league's `places` says),
        `stable` (whether either half of the draws by itself says the same of places), `sentence`.
        Where no two units can be ranked the sentence begins with "No", and says how many for which
        reason; the other figures are then missing.

        `about`: `scope`, `places`.

    Raises
    ------
    InvalidInput
        If `lam` is out of range.

    Examples
    --------
    >>> verdict = openness.verdict(fit)
    >>> print(verdict.table.loc["all", "sentence"].split(". ")[-1])
    Single places should not be shown: give each rank with its interval.
    """
    league = standing.league
    rows = {}
    if not standing.strata:
        as_lam(lam)
        rows["all"] = {**_NO, "lam": lam, "label": f"All {league.unit_plural}"}
        rows["all"]["sentence"] = no_in_words(standing.units, league.unit_plural)
    for stratum in standing.strata:
        post = stratum.posterior
        banded = band_probabilities(stratum, league)
        found = verdict_on_posterior(
            post,
            bands=banded,
            lam=lam,
            places=league.places,
            sizes=league.bands.sizes,
            units=league.unit_plural,
        )
        misbanded = found.expected_misbanded
        assert misbanded is not None  # bands were given
        halves = [post.part(half) for half in post.halves()]
        rows[stratum.id] = {
            "label": stratum.label,
            "units": len(post.names),
            "league_reliability": found.league_reliability,
            "rankability": found.rankability,
            **found.separability.rename(lambda level: f"separable_{100 * level:.0f}"),
            "n_grades": found.n_grades,
            "lam": lam,
            "expected_misbanded": misbanded.value,
            "monte_carlo_error": misbanded.monte_carlo_error,
            "show_places": found.show_places,
            "stable": all(
                may_show_places(separate(half).share, league.places) == found.show_places
                for half in halves
            ),
            "sentence": found.sentence,
        }
    about = {"scope": standing.scope, "places": league.places}
    return Result("verdict", by_stratum(rows), league, standing=standing, about=about)


_NEARLY_ONE = 0.999

_NO: dict[str, Any] = {
    "label": "",
    "units": 0,
    **dict.fromkeys(("league_reliability", "rankability"), np.nan),
    **dict.fromkeys(("separable_80", "separable_90", "separable_95"), np.nan),
    "n_grades": 0,
    "lam": np.nan,
    **dict.fromkeys(("expected_misbanded", "monte_carlo_error"), np.nan),
    "show_places": False,
    "stable": True,
    "sentence": "",
}
"""The row of units of which none is ranked."""


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
        None if the league does not have two domains that share one coherence, or does not rank the
        factor.

    Examples
    --------
    >>> moved = openness.coherence_sensitivity(fit)
    >>> moved.about["domains"], moved.table.columns.tolist()
    (('survey', 'incidents'), [0.5, 1.0, 2.0])
    """
    fit = standing.fit
    cells, structure = fit.cells, fit.structure
    collapsed = fit.provenance["method"] == "collapsed"
    if structure.coherence != "common" or fit.league.score.of != "factor" or not collapsed:
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
        draws = scores(fit.with_posterior(posterior.assign(factor=factor)))
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
