"""The other scores that a league could have declared, to see how far they agree."""

from __future__ import annotations

from collections import defaultdict

from openness.league import League, Score
from openness.league.score import ScoreOf
from openness.scoring.weights import declared_weights


def score_of(league: League, of: ScoreOf) -> Score:
    """Return the score of another kind that is nearest to the one that a league declares.

    Parameters
    ----------
    league : League
    of : {"measures", "sources", "factor"}

    Returns
    -------
    Score
        That of the league if it is of this kind. Otherwise a source weighs what its measures weigh
        together, measures share what their source weighs (each facet, and each measure outside a
        facet, has the same share), and where the league declares no weights all measures weigh the
        same. What else the league says of its score stays.

    Examples
    --------
    >>> from openness.scoring import score_of
    >>> score_of(league, "sources").weights
    'equal_measures'
    """
    declared = league.score
    if declared.of == of:
        return declared
    within_group = declared.within_group
    if of == "factor":
        return Score(within_group=within_group)
    if declared.of == "factor":
        return Score(of=of, weights="equal_measures", within_group=within_group)
    weights = declared_weights(league, declared)
    domain_of = {indicator.id: indicator.domain for indicator in league.scored}
    if of == "sources":
        by_domain: defaultdict[str, float] = defaultdict(float)
        for name, weight in weights.items():
            by_domain[domain_of[name]] += weight
        other = dict(by_domain)
    else:
        shares = declared_weights(league, Score(of="measures", weights="equal_sources"))
        sources = len(league.scored_domains)
        other = {name: weights[domain_of[name]] * shares[name] * sources for name in domain_of}
    return declared.model_copy(update={"of": of, "weights": other})
