"""Banded rankings with credible intervals, from incomplete measures.

    league = openness.load_league("openness-2024")
    measures = openness.read_measures("measures.csv", "units.csv", league)
    fit = openness.fit(league, measures, seed=2016)
    table = openness.rank(fit)

Everything is imported when it is first used, so that `import openness` is quick.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openness.comparing import compare
    from openness.errors import OpennessError
    from openness.explain import explain_missing, explain_score, worth, worth_by_unit
    from openness.fitting import Fit, Settings, load_fit, save_fit
    from openness.fitting.fit import fit
    from openness.league import League, load_league, shipped_leagues
    from openness.measures import Measures, audit, read_measures
    from openness.model import build_model
    from openness.predicting import (
        log_likelihood_by_cell,
        posterior_predictive,
        prior_predictive,
        true_values,
    )
    from openness.publish.csv import read_ranking
    from openness.standing import (
        bands,
        cannot_be_separated_from,
        coherence_sensitivity,
        grades,
        missingness,
        probability_of_superiority,
        rank,
        ranked_posterior,
        verdict,
    )
    from openness.study import league_of_2016, simulate_league

__version__ = version("openness")

_HOMES = {
    "Fit": "openness.fitting",
    "League": "openness.league",
    "Measures": "openness.measures",
    "OpennessError": "openness.errors",
    "Settings": "openness.fitting",
    "audit": "openness.measures",
    "bands": "openness.standing",
    "build_model": "openness.model",
    "compare": "openness.comparing",
    "cannot_be_separated_from": "openness.standing",
    "coherence_sensitivity": "openness.standing",
    "explain_missing": "openness.explain",
    "explain_score": "openness.explain",
    "fit": "openness.fitting.fit",
    "grades": "openness.standing",
    "league_of_2016": "openness.study",
    "log_likelihood_by_cell": "openness.predicting",
    "load_fit": "openness.fitting",
    "load_league": "openness.league",
    "missingness": "openness.standing",
    "posterior_predictive": "openness.predicting",
    "prior_predictive": "openness.predicting",
    "probability_of_superiority": "openness.standing",
    "rank": "openness.standing",
    "ranked_posterior": "openness.standing",
    "read_measures": "openness.measures",
    "read_ranking": "openness.publish.csv",
    "save_fit": "openness.fitting",
    "shipped_leagues": "openness.league",
    "simulate_league": "openness.study",
    "true_values": "openness.predicting",
    "verdict": "openness.standing",
    "worth": "openness.explain",
    "worth_by_unit": "openness.explain",
}

__all__ = [
    "Fit",
    "League",
    "Measures",
    "OpennessError",
    "Settings",
    "__version__",
    "audit",
    "bands",
    "build_model",
    "cannot_be_separated_from",
    "coherence_sensitivity",
    "compare",
    "explain_missing",
    "explain_score",
    "fit",
    "grades",
    "league_of_2016",
    "load_fit",
    "load_league",
    "log_likelihood_by_cell",
    "missingness",
    "posterior_predictive",
    "prior_predictive",
    "probability_of_superiority",
    "rank",
    "ranked_posterior",
    "read_measures",
    "read_ranking",
    "save_fit",
    "shipped_leagues",
    "simulate_league",
    "true_values",
    "verdict",
    "worth",
    "worth_by_unit",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'openness' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
