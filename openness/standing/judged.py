"""Whether the units of a fit should be ranked at all, and how the ranking may be shown."""

from __future__ import annotations

from openness.ranking import Posterior, separate
from openness.ranking import verdict as verdict_on_posterior
from openness.ranking.grades import DEFAULT_LAM
from openness.ranking.places import may_show_places
from openness.result import Result
from openness.standing.cutting import band_probabilities
from openness.standing.standing import Standing, by_stratum


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
        `table`, indexed by `stratum`: `label`, `units` (how many are ranked), `reliability`,
        `rankability`, `separable_80`, `separable_90` and `separable_95` (share of the pairs in
        order with more than that probability), `n_grades` (that an optimal grading supports) and
        its `lam`, `expected_misbanded` (expected share of the units whose most probable band is not
        the true one) and its `monte_carlo_error`, `show_places` (as the league's `places` says),
        `stable` (whether either half of the draws by itself says the same of places), `sentence`.

        `about`: `scope`, `places`.

    Raises
    ------
    InvalidInput
        If `lam` is out of range, or no two units can be ranked.
    """
    league = standing.league
    rows = {}
    for stratum in standing.require_strata():
        post = stratum.posterior
        banded = band_probabilities(stratum, league)
        found = verdict_on_posterior(post, bands=banded, lam=lam, places=league.places)
        misbanded = banded.expected_misbanded()
        halves = [Posterior(post.draws[half], post.names) for half in post.halves()]
        rows[stratum.id] = {
            "label": stratum.label,
            "units": len(post.names),
            "reliability": found.reliability,
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
