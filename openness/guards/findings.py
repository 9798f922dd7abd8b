"""Ask every guard, once for each fit."""

from __future__ import annotations

from dataclasses import replace

from openness.errors import GateFailed
from openness.fitting import Fit
from openness.guards.finding import SEVERITIES, Finding
from openness.guards.looked import look
from openness.guards.registry import GUARDS
from openness.league.guards import Accepted


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
            found = [finding for _, guard in asked for finding in guard(looked)]
            found += _idle_acceptances(fit, found)
            found = [_accepted(fit, finding) for finding in found]
        found.sort(key=lambda finding: SEVERITIES.index(finding.severity))
        kept = fit.memory["findings"] = (asked, tuple(found))
    return kept[1]


def is_stopped(said: tuple[Finding, ...]) -> bool:
    """Whether a guard stops a fit."""
    return any(finding.severity == "stops" for finding in said)


def require_guards(said: tuple[Finding, ...]) -> None:
    """Refuse a fit that a guard stops.

    Raises
    ------
    GateFailed
    """
    stops = [f"  {finding.sentence}" for finding in said if finding.severity == "stops"]
    if stops:
        raise GateFailed(
            "The guards stop this fit:\n" + "\n".join(stops) + "\nMend the league and fit again; "
            "`openness guard` shows everything that they say. Or ask for a draft (--draft), which "
            "says DRAFT on everything."
        )


def _without_collapsed_model(fit: Fit) -> list[Finding]:
    if fit.provenance["method"] == "collapsed" and "constant_data" in fit.draws.children:
        return []
    sentence = "The guards look at fits of the collapsed model: nobody looked at this one."
    return [Finding("none", "notes", sentence)]


def _idle_acceptances(fit: Fit, found: list[Finding]) -> list[Finding]:
    """Say which acceptances of the league accept nothing: misspelt, or not needed any more."""
    return [
        Finding(
            accepted.guard,
            "notes",
            f"The league accepts a warning of {accepted.guard!r} that nobody gives"
            f"{f' about {accepted.about}' if accepted.about else ''}. Guards: "
            f"{', '.join(GUARDS)}.",
            about=accepted.about,
        )
        for accepted in fit.league.guards.accepted
        if not any(_is_meant(accepted, finding) for finding in found)
    ]


def _is_meant(accepted: Accepted, finding: Finding) -> bool:
    is_its_own = accepted.guard == finding.name and accepted.about in ("", finding.about)
    return is_its_own and finding.severity != "notes"


def _accepted(fit: Fit, finding: Finding) -> Finding:
    """Make a note of a warning that the league accepts."""
    for accepted in fit.league.guards.accepted:
        if _is_meant(accepted, finding) and finding.severity == "warns":
            words = f"{finding.sentence} Accepted by the league: {accepted.why}"
            return replace(finding, severity="notes", sentence=words)
    return finding
