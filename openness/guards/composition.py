"""What a score is made of, measure by measure."""

from __future__ import annotations

import pandas as pd

from openness.errors import InvalidInput, Problem
from openness.fitting import Fit
from openness.guards.looked import declared_weight, look
from openness.guards.takeover import correlation_with_score
from openness.result import Result


def composition(fit: Fit) -> Result:
    """Say what the score of a fit is made of, measure by measure.

    Parameters
    ----------
    fit : Fit
        Of the collapsed model.

    Returns
    -------
    Result
        Of kind "composition": a row for each measure of the model, indexed by `indicator`: `label`,
        `source`, `communality` (share of its variance that the level of its source is),
        `coherence` (share of its source that the factor is), `weight` (declared; NaN where the
        league declares none), `information` (share of what tells scores apart; they add up to 1)
        and `correlation` (of the posterior mean score with the observed measure, higher better,
        within types; NaN where too few units have it).

    Raises
    ------
    InvalidInput
        If the fit is of another model.

    Examples
    --------
    >>> made = openness.composition(fit)
    >>> made.table.index.tolist()
    ['heard', 'safe', 'reported', 'near_misses']
    >>> f"{made.table['information'].sum():.3f}"
    '1.000'
    """
    if fit.provenance["method"] != "collapsed":
        found = repr(fit.provenance["method"])
        raise InvalidInput([Problem("composition", "method", found, "'collapsed'")])
    looked = look(fit)
    cells = looked.cells
    weights = [declared_weight(fit.league, name) for name in cells.indicators]
    table = pd.DataFrame(
        {
            "label": [indicator.label for indicator in cells.definitions],
            "source": [cells.domains[m] for m in cells.domain],
            "communality": looked.communality,
            "coherence": looked.coherence[cells.domain],
            "weight": pd.Series(weights, dtype=float).to_numpy(),
            "information": looked.information.to_numpy(),
            "correlation": correlation_with_score(looked),
        },
        index=pd.Index(cells.indicators, name="indicator"),
    )
    return Result("composition", table, fit.league, about={"draft": fit.is_draft})
