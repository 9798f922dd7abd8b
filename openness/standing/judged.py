"""Whether the units of a fit should be ranked at all, and how the ranking may be shown."""

from __future__ import annotations

import pandas as pd

from openness.fitting import Fit
from openness.measures.strata import Scope
from openness.ranking import bands as bands_of_posterior
from openness.ranking import separate
from openness.ranking import verdict as verdict_on_posterior
from openness.ranking.grades import DEFAULT_LAM
from openness.ranking.places import may_show_places
from openness.ranking.posterior import Posterior
from openness.standing.divisions import cut_among, divide


def verdict(
    fit: Fit, *, lam: float = DEFAULT_LAM, scope: Scope | None = None, draft: bool = False
) -> pd.DataFrame:
    """Say whether the units of a fit should be ranked, and how the ranking may be shown.

    Parameters
    ----------
    fit : Fit
    lam : float
        Weight of the grading, from 0 to 1.
    scope : {"all", "within_group"}, optional
        Judge one ranking of all units or one for each group; the league's if not given.
    draft : bool
        Allow a fit that did not pass the gate.

    Returns
    -------
    pandas.DataFrame
        Indexed by `among` ("all", or a group): `label`, `units` (how many are ranked),
        `reliability`, `rankability`, `separable_80`, `separable_90` and `separable_95` (share of
        the pairs in order with more than that probability), `n_grades` (that an optimal grading
        supports) and its `lam`, `expected_misbanded` (expected share of the units whose most
        probable band is not the true one) and its `monte_carlo_error`, `show_places` (as the
        league's `places` says), `stable` (whether either half of the draws by itself says the same
        of places), `sentence`. `attrs` has `scope`, `places` and `draft`.

    Raises
    ------
    GateFailed
        If the fit did not pass the gate and no draft was asked for.
    InvalidInput
        If `lam` is out of range, or no two units can be ranked.

    Notes
    -----
    Stands for `openness.ranking.verdict` of `ranked_posterior`.
    """
    league = fit.league
    divided = divide(fit, scope=scope, draft=draft)
    rows = {}
    for part in divided.parts:
        post = part.posterior
        banded = bands_of_posterior(post, **cut_among(league.bands, len(post.names)))
        found = verdict_on_posterior(
            post,
            bands=banded,
            lam=lam,
            places=league.places,
        )
        misbanded = banded.expected_misbanded()
        rows[part.among] = {
            "label": part.label,
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
                for half in _halves(post)
            ),
            "sentence": found.sentence,
        }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("among")
    table.attrs = {"scope": divided.scope, "places": league.places, "draft": fit.is_draft}
    return table


def _halves(post: Posterior) -> list[Posterior]:
    return [Posterior(post.draws[half], post.names) for half in post.halves()]
