"""What tells the units apart: which source, and how much of it is prior."""

from __future__ import annotations

from collections.abc import Iterator

from openness.fitting import reliability, scores
from openness.guards.finding import Finding
from openness.guards.looked import Looked, declared_weight
from openness.guards.registry import guards_against

_NAME = "shares"


@guards_against(_NAME)
def shares(looked: Looked) -> Iterator[Finding]:
    """Say what the units' information is: declared weight, learned loading, or prior."""
    share = looked.information
    parts = []
    for m, own in looked.sources():
        weight = declared_weight(looked.league, looked.cells.domains[m])
        declared = "" if weight is None else f" (declared {100 * weight:.0f}%)"
        parts.append(f"{looked.source_label(m)} {round(100 * share.iloc[own].sum())}%{declared}")
    settled = float(reliability(looked.fit, scores(looked.fit)).mean())
    weights = "learned loadings" if looked.league.score.of == "factor" else "declared weights"
    yield Finding(
        _NAME,
        "notes",
        f"What tells scores apart comes, by {weights}, from {', '.join(parts)}. A unit's "
        f"own measures settle {100 * settled:.0f}% of the variance of its score, on average; the "
        "rest is what its type and the model let expect.",
        {"figure": settled},
    )
