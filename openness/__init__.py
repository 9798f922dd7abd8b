"""Banded rankings with credible intervals, from incomplete measures.

    league = openness.load_league("openness-2024")
    measures = openness.read_measures("measures.csv", "units.csv", league)
    fit = openness.fit(league, measures, seed=2016)
    openness.rank(fit).table

Everything is imported when it is first used, so that `import openness` is quick.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openness.comparing import compare
    from openness.errors import OpennessError
    from openness.fitting import Fit, Settings, load_fit, save_fit
    from openness.fitting.fit import fit
    from openness.guards import guard
    from openness.guards.composition import composition
    from openness.league import League, Score, load_league, shipped_leagues
    from openness.measures import Measures, audit, read_measures
    from openness.model import build_model
    from openness.predicting import (
        log_likelihood_by_cell,
        posterior_predictive,
        prior_predictive,
        true_values,
    )
    from openness.publish.csv import read_ranking
    from openness.result import Result
    from openness.standing import Standing, stand
    from openness.study import league_of_2016, simulate_league
    from openness.sugar import (
        bands,
        coherence_sensitivity,
        compare_scores,
        explain_missing,
        explain_score,
        grades,
        missingness,
        probability_of_superiority,
        rank,
        sensitivity,
        tied_with,
        verdict,
        worth,
    )

__version__ = version("openness")

_HOMES = {
    "Fit": "openness.fitting",
    "League": "openness.league",
    "Measures": "openness.measures",
    "OpennessError": "openness.errors",
    "Result": "openness.result",
    "Score": "openness.league",
    "Settings": "openness.fitting",
    "Standing": "openness.standing",
    "audit": "openness.measures",
    "bands": "openness.sugar",
    "build_model": "openness.model",
    "coherence_sensitivity": "openness.sugar",
    "compare_scores": "openness.sugar",
    "sensitivity": "openness.sugar",
    "compare": "openness.comparing",
    "composition": "openness.guards.composition",
    "explain_missing": "openness.sugar",
    "explain_score": "openness.sugar",
    "fit": "openness.fitting.fit",
    "grades": "openness.sugar",
    "guard": "openness.guards",
    "league_of_2016": "openness.study",
    "log_likelihood_by_cell": "openness.predicting",
    "load_fit": "openness.fitting",
    "load_league": "openness.league",
    "missingness": "openness.sugar",
    "posterior_predictive": "openness.predicting",
    "prior_predictive": "openness.predicting",
    "probability_of_superiority": "openness.sugar",
    "rank": "openness.sugar",
    "read_measures": "openness.measures",
    "read_ranking": "openness.publish.csv",
    "save_fit": "openness.fitting",
    "shipped_leagues": "openness.league",
    "simulate_league": "openness.study",
    "stand": "openness.standing",
    "tied_with": "openness.sugar",
    "true_values": "openness.predicting",
    "verdict": "openness.sugar",
    "worth": "openness.sugar",
}

__all__ = [
    "Fit",
    "League",
    "Measures",
    "OpennessError",
    "Result",
    "Score",
    "Settings",
    "Standing",
    "__version__",
    "audit",
    "bands",
    "build_model",
    "coherence_sensitivity",
    "compare",
    "compare_scores",
    "composition",
    "explain_missing",
    "explain_score",
    "fit",
    "grades",
    "guard",
    "league_of_2016",
    "load_fit",
    "load_league",
    "log_likelihood_by_cell",
    "missingness",
    "posterior_predictive",
    "prior_predictive",
    "probability_of_superiority",
    "rank",
    "read_measures",
    "read_ranking",
    "save_fit",
    "sensitivity",
    "shipped_leagues",
    "simulate_league",
    "stand",
    "tied_with",
    "true_values",
    "verdict",
    "worth",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'openness' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
