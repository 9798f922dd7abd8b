"""One measure, or one source, has become the score."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from openness.guards.finding import Finding, Severity
from openness.guards.looked import Looked, declared_weight
from openness.guards.registry import guards_against

_NAME = "takeover"
_FEWEST = 10
_SEVERITY: dict[str, Severity] = {"factor": "stops", "sources": "warns", "measures": "notes"}
"""A communality says how the score is made only where loadings are learned."""


@guards_against(_NAME)
def takeover(looked: Looked) -> Iterator[Finding]:
    """Look at communalities, at correlations with the score, and at shares of its information."""
    yield from _communalities(looked)
    yield from _pairs(looked)
    yield from _facets(looked)
    yield from _correlations(looked)
    yield from _shares(looked)


def _communalities(looked: Looked) -> Iterator[Finding]:
    limit = looked.limits.takeover_communality
    for k in np.flatnonzero(looked.communality > limit).tolist():
        share, m = looked.communality[k], looked.cells.domain[k]
        what = (
            "the factor" if looked.structure.lone[k] else f"the level of {looked.source_label(m)}"
        )
        yield Finding(
            _NAME,
            _SEVERITY[looked.league.score.of],
            f"{looked.label(k)} has become {what}: {100 * share:.1f}% of its variance is that "
            "level, so that the others hardly count. Two of its neighbours may say nearly the "
            "same: put them into one facet, or leave one out.",
            {"figure": float(share), "threshold": limit},
            looked.cells.indicators[k],
        )


def _pairs(looked: Looked) -> Iterator[Finding]:
    """Two of three measures or more that are the level together: near-copies share a takeover."""
    limit, alone = looked.limits.takeover_communality_of_two, looked.limits.takeover_communality
    for m, own in looked.sources():
        two = own[np.argsort(-looked.communality[own])][:2]
        share = looked.communality[two]
        if len(own) < 3 or share.min() <= limit or share.max() > alone:
            continue
        first, second = (looked.label(int(k)) for k in two)
        yield Finding(
            _NAME,
            _SEVERITY[looked.league.score.of],
            f"{first} and {second} have become the level of {looked.source_label(m)} together: at "
            f"least {100 * share.min():.1f}% of the variance of either is that level. Put them "
            "into one facet, or leave one out.",
            {"figure": float(share.min()), "threshold": limit},
            " and ".join(looked.cells.indicators[k] for k in two),
        )


def _facets(looked: Looked) -> Iterator[Finding]:
    posterior, limit = looked.fit.posterior, looked.limits.takeover_communality
    if "facet_coherence" not in posterior:
        return
    for facet, share in posterior["facet_coherence"].mean(("chain", "draw")).to_series().items():
        if share > limit:
            yield Finding(
                _NAME,
                _SEVERITY[looked.league.score.of],
                f"The facet {facet} has become the level of its source: {100 * share:.1f}% of its "
                "variance is that level. Ask whether the source measures anything else.",
                {"figure": float(share), "threshold": limit},
                str(facet),
            )


def _correlations(looked: Looked) -> Iterator[Finding]:
    limit = looked.limits.takeover_score_correlation
    for k, r in enumerate(correlation_with_score(looked)):
        weight = declared_weight(looked.league, looked.cells.indicators[k])
        # a weight of its own that makes it most of the score has been declared, and said
        if not r > limit or (weight is not None and weight > limit**2):
            continue
        yield Finding(
            _NAME,
            "stops" if looked.league.score.of == "factor" else "warns",
            f"Within types the score correlates {r:.3f} with {looked.label(k)} alone: this is a "
            f"ranking by that measure. Declare what the score is made of, or rank by it openly.",
            {"figure": float(r), "threshold": limit},
            looked.cells.indicators[k],
        )


def correlation_with_score(looked: Looked) -> np.ndarray:
    """Correlation (K,) of the posterior mean score with each measure, within types.

    NaN for a measure that fewer than ten units have, types apart.
    """
    found = np.full(len(looked.cells.indicators), np.nan)
    for k, column in enumerate(looked.standardised.T):
        rows = np.isfinite(column)
        if rows.sum() - len(looked.cells.groups) < _FEWEST:
            continue
        x, y = column[rows], looked.score_within[rows]
        if x.std() > 0 and y.std() > 0:
            found[k] = np.corrcoef(x, y)[0, 1]
    return found


def _shares(looked: Looked) -> Iterator[Finding]:
    share, limits = looked.information, looked.limits
    for k, own in enumerate(share.to_list()):
        limit = limits.largest_share_of_measure
        if own > limit:
            yield _largest(looked.label(k), looked.cells.indicators[k], own, limit)
    for m, of_source in looked.sources():
        own, limit = float(share.iloc[of_source].sum()), limits.largest_share_of_source
        if len(of_source) > 1 and len(looked.cells.domains) > 1 and own > limit:
            yield _largest(looked.source_label(m), looked.cells.domains[m], own, limit)


def _largest(label: str, about: str, share: float, limit: float) -> Finding:
    return Finding(
        _NAME,
        "warns",
        f"{100 * share:.0f}% of what tells scores apart comes from {label}. Declare the weights, "
        "or name the ranking after it.",
        {"figure": float(share), "threshold": limit},
        about,
    )
