"""A fit in a few lines, and the table of its parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from openness.errors import InvalidInput, Problem
from openness.fitting.gate import AUXILIARY, LATENT, SCORE, labels_of

if TYPE_CHECKING:
    from openness.fitting.result import Fit

_OF_UNITS = {"unit", "sampled_level", "exact_cell"}


def in_lines(fit: Fit) -> dict[str, str]:
    """Return what a fit is, eight short lines by name."""
    league, measures, provenance = fit.league, fit.measures, fit.provenance
    counted = measures.cells["status"].value_counts()
    applicable = int(counted.sum() - counted.get("not_applicable", 0))
    observed = int(counted.get("observed", 0))
    settings = provenance.get("settings", {})
    kind = "a model of your own" if "model" in provenance else provenance.get("method", "unknown")
    sizes = fit.posterior.sizes
    return {
        "League": league.title,
        "Period": measures.period or "not stated",
        "Units": f"{len(measures.units):,} {league.unit_plural}",
        "Evidence": f"{observed:,} of {applicable:,} applicable cells are observed, "
        f"{len(league.scored)} scored measures from {len(league.scored_domains)} sources",
        "Model": f"{kind}, seed {provenance.get('seed', 'unknown')}",
        "Draws": f"{sizes['chain']} chains of {sizes['draw']:,}, after {settings.get('tune', '?')}",
        "Gate": f"{'not passed, DRAFT' if fit.is_draft else 'passed'}: {fit.diagnostics.summary()}",
        "Notes": f"{len(fit.flags)}; see `flags`" if fit.flags else "none",
    }


def parameter_table(fit: Fit, prob: float) -> pd.DataFrame:
    """Return the table of `Fit.summary`."""
    if not 0 < prob < 1:
        raise InvalidInput([Problem("summary", "prob", f"{prob:g}", "between 0 and 1")])
    tails = (1 - prob) / 2, (1 + prob) / 2
    frames = []
    for name, variable in fit.posterior.data_vars.items():
        if name in LATENT | AUXILIARY | {SCORE} or _OF_UNITS & set(variable.dims):
            continue
        draws = variable.to_numpy().reshape(variable.sizes["chain"] * variable.sizes["draw"], -1)
        draws = draws.astype(float)
        lower, upper = np.quantile(draws, tails, axis=0)
        frame = pd.DataFrame(
            {"mean": draws.mean(0), "sd": draws.std(0, ddof=1), "lower": lower, "upper": upper},
            index=labels_of(str(name), variable),
        )
        frames.append(frame)
    table = pd.concat(frames).rename_axis("parameter")
    table = table.join(fit.diagnostics.table[["ess_bulk", "ess_tail", "rhat"]])
    table.attrs["prob"] = prob
    return table
