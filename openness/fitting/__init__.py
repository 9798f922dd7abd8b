"""Sampling a model, the gate, and the run that is kept.

`openness.fitting.fit` is left to be imported when it is needed: it brings PyMC, which takes
seconds, and reading a run does not need it.
"""

from __future__ import annotations

from openness.fitting.result import (
    Fit,
    explain_failure,
    reliability,
    require_gate,
    scale_of,
    scores,
    with_score,
)
from openness.fitting.settings import Settings
from openness.fitting.store import load_fit, require_free, save_fit

__all__ = [
    "Fit",
    "Settings",
    "explain_failure",
    "load_fit",
    "reliability",
    "require_free",
    "require_gate",
    "save_fit",
    "scale_of",
    "scores",
    "with_score",
]
