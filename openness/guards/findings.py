"""Ask every guard, once for each fit."""

from __future__ import annotations

from dataclasses import replace

from openness.fitting import Fit
from openness.guards.finding import SEVERITIES, Finding
from openness.guards.looked import look
from openness.guards.registry import GUARDS


def findings(fit: Fit) -> tuple[Finding, ...]:
    """Return what the guards say of a fit, the gravest first.

    Parameters
    ----------
    fit : Fit

    Returns
    -------
    tuple of Finding
        Warnings that the league accepts are notes, with its reason. A fit of another model than
        the collapsed one has one note, that nobody looked. The guards are asked once for each fit.

    Examples
    --------
    >>> [finding.name for finding in openness.guards.findings(fit) if finding.severity == "stops"]
    []
    """
    asked = tuple(GUARDS.items())
    kept: tuple[object, tuple[Finding, ...]] = fit.memory.get("findings", (None, ()))
    if kept[0] != asked:
        found = _without_collapsed_model(fit)
        if not found:
            looked = look(fit)
            found = [_accepted(fit, finding) for _, guard in asked for finding in guard(looked)]
        found.sort(key=lambda finding: SEVERITIES.index(finding.severity))
        kept = fit.memory["findings"] = (asked, tuple(found))
    return kept[1]


def _without_collapsed_model(fit: Fit) -> list[Finding]:
    if fit.provenance["method"] == "collapsed":
        return []
    sentence = "The guards look at fits of the collapsed model: nobody looked at this one."
    return [Finding("none", "notes", sentence)]


def _accepted(fit: Fit, finding: Finding) -> Finding:
    """Make a note of a warning that the league accepts."""
    for accepted in fit.league.guards.accepted:
        is_meant = accepted.guard == finding.name and accepted.about in ("", finding.about)
        if is_meant and finding.severity == "warns":
            words = f"{finding.sentence} Accepted by the league: {accepted.why}"
            return replace(finding, severity="notes", sentence=words)
    return finding
