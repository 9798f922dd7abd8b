"""What the guards say of a fit, as a result that can be shown and written."""

from __future__ import annotations

import pandas as pd

from openness.fitting import Fit
from openness.guards.findings import findings
from openness.guards.looked import look
from openness.guards.pairs import pairs_table
from openness.result import Result


def guard(fit: Fit) -> Result:
    """Look at a fit before anybody publishes it.

    Parameters
    ----------
    fit : Fit

    Returns
    -------
    Result
        Of kind "guards": a row for each finding, the gravest first: `guard`, `severity` ("stops",
        "warns" or "notes"), `about`, `sentence`, `figure`, `threshold`. Parts: `pairs` (observed
        and implied correlations of measures within types) and `types` (how far types move under
        other priors of the sd between them).

    Examples
    --------
    >>> result = openness.guard(fit)
    >>> result.table.columns.tolist()
    ['guard', 'severity', 'about', 'sentence', 'figure', 'threshold']
    """
    rows = [
        {
            "guard": finding.name,
            "severity": finding.severity,
            "about": finding.about,
            "sentence": finding.sentence,
            "figure": finding.figures.get("figure", float("nan")),
            "threshold": finding.figures.get("threshold", float("nan")),
        }
        for finding in findings(fit)
    ]
    columns = ["guard", "severity", "about", "sentence", "figure", "threshold"]
    parts = {}
    if fit.provenance["method"] == "collapsed":
        looked = look(fit)
        parts = {"pairs": pairs_table(looked), "types": looked.type_moves}
    return Result(
        "guards",
        pd.DataFrame(rows, columns=columns).rename_axis("number"),
        fit.league,
        about={"draft": fit.is_draft},
        parts=parts,
    )
