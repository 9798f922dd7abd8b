"""The short way: each verb that is published takes a fit as well as a standing.

Here `verb(fit)` stands for `verb(stand(fit))`, with the scope and the interval of the league, for a
fit that passed the gate. Whoever wants another scope, another interval or a draft says so once:

    standing = openness.stand(fit, scope="within_group", prob=0.9, draft=True)
    openness.rank(standing)

`openness.standing` and `openness.explain` hold the verbs themselves, which take a standing only.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, signature
from typing import Concatenate

from openness import explain, standing
from openness.errors import InvalidInput, Problem
from openness.fitting import Fit
from openness.standing import Standing


def of_fit_too[**P, R](
    verb: Callable[Concatenate[Standing, P], R],
) -> Callable[Concatenate[Standing | Fit, P], R]:
    """Let a verb take a fit: `verb(fit)` is `verb(stand(fit))`."""

    @wraps(verb)
    def either(evidence: Standing | Fit, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return verb(as_standing(evidence), *args, **kwargs)

    own = signature(verb)
    named, *others = own.parameters.values()
    first = Parameter(named.name, Parameter.POSITIONAL_ONLY, annotation="Standing | Fit")
    either.__signature__ = own.replace(parameters=[first, *others])  # type: ignore[attr-defined]
    return either


def as_standing(evidence: object) -> Standing:
    """Return a standing, of a fit if need be.

    Raises
    ------
    GateFailed
        If it is a fit that did not pass the gate.
    InvalidInput
        If it is neither.
    """
    if isinstance(evidence, Fit):
        return standing.stand(evidence)
    if not isinstance(evidence, Standing):
        found = type(evidence).__name__
        allowed, remedy = "a Standing, or a Fit", "Make one with `openness.stand(fit)`"
        raise InvalidInput([Problem("evidence", "type", found, allowed, remedy)])
    return evidence


bands = of_fit_too(standing.bands)
coherence_sensitivity = of_fit_too(standing.coherence_sensitivity)
compare_scores = of_fit_too(standing.compare_scores)
sensitivity = of_fit_too(standing.sensitivity)
explain_missing = of_fit_too(explain.explain_missing)
explain_score = of_fit_too(explain.explain_score)
grades = of_fit_too(standing.grades)
missingness = of_fit_too(standing.missingness)
probability_of_superiority = of_fit_too(standing.probability_of_superiority)
rank = of_fit_too(standing.rank)
tied_with = of_fit_too(standing.tied_with)
verdict = of_fit_too(standing.verdict)
worth = of_fit_too(explain.worth)
